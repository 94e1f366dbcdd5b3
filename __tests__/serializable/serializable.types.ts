// What the compiler accepts and refuses, in both decorator modes: `npm run typecheck`. Nothing here runs.
import { expectTypeOf } from "expect-type";
import {
  Resource,
  Serializable,
  SerializableEnum,
  SerializableResponse,
  double,
  float,
  serializable,
} from "colonnade";
import type { EnumValue, FieldsOf, FloatValue, Request, Response } from "colonnade";

@serializable()
export class Direction extends SerializableEnum<1 | 2> {
  static readonly LEFT = new Direction(1);
  static readonly RIGHT = new Direction(2);
}

@serializable(300)
export class Position extends Serializable {
  readonly x: number = 0;
  @float y = 0;
  @double readonly z: number = 0;
  @float private readonly weights = [1];
  facing = Direction.LEFT;
  next: Position | null = null;

  total() {
    return this.x + this.y + this.weights.length;
  }
}

@serializable()
export class Named extends Position {
  label = "";

  constructor(fields?: FieldsOf<Named>) {
    super(fields);
    this.label += "!";
  }
}

@serializable()
export class Point extends Serializable {
  constructor(public x: number) {
    super();
  }
}

export abstract class Shape extends Serializable {
  color = "red";
}

expectTypeOf(Position.of({ x: 1, facing: Direction.RIGHT })).toEqualTypeOf<Position>();
expectTypeOf(Named.of({ x: 1, label: "a" })).toEqualTypeOf<Named>();
expectTypeOf(new Named({ label: "a" })).toEqualTypeOf<Named>();
expectTypeOf(new Position({ x: 1 })).toEqualTypeOf<Position>();
expectTypeOf<FieldsOf<Direction>>().not.toHaveProperty("toString");
expectTypeOf<keyof FieldsOf<Position>>().toEqualTypeOf<"x" | "y" | "z" | "facing" | "next">();
Position.of({ x: undefined });
Position.of(new Position());

// @ts-expect-error -- it has no such field
Position.of({ a: 1 });
// @ts-expect-error -- it has no such field
export const unknownField = new Named({ a: 1 });
// @ts-expect-error -- the field is a number
Position.of({ x: "1" });
// @ts-expect-error -- a method is no field
Position.of({ total: () => 1 });
// @ts-expect-error -- it can't be constructed without arguments
Point.of({ x: 1 });
// @ts-expect-error -- nor can this
Serializable.of({});
// @ts-expect-error -- no number is a set of fields
export const noFields = new Position(1);

expectTypeOf(Position.loadb(Buffer.alloc(0))).toEqualTypeOf<Position>();
expectTypeOf(Named.loads("")).toEqualTypeOf<Named>();
expectTypeOf(Serializable.loadb(new Uint8Array())).toEqualTypeOf<unknown>();
expectTypeOf(Shape.loadb(new Uint8Array())).toEqualTypeOf<unknown>();
expectTypeOf(Serializable.dumpb(5)).toEqualTypeOf<Buffer>();
expectTypeOf(new Position().dumpb()).toEqualTypeOf<Buffer>();
expectTypeOf(new Position().dumps()).toEqualTypeOf<string>();
expectTypeOf(new Position().toJSON()).toEqualTypeOf<Record<string, unknown>>();

// @ts-expect-error -- text is no bytes
Position.loadb("text");
// @ts-expect-error -- an abstract class has nothing to read into
Shape.loads("{}");

expectTypeOf(Direction.LEFT.value).toEqualTypeOf<1 | 2>();
expectTypeOf(Direction.of(1)).toEqualTypeOf<Direction>();
expectTypeOf(Direction.members()).toEqualTypeOf<Direction[]>();
expectTypeOf(Direction.LEFT.name).toEqualTypeOf<string>();
expectTypeOf<EnumValue>().toEqualTypeOf<string | number | bigint | boolean | null>();

// @ts-expect-error -- the members are all there are
export const another = new Direction(1);

expectTypeOf(float(1)).toEqualTypeOf<FloatValue>();
// @ts-expect-error -- it takes a number
double("1");

// @ts-expect-error -- it is no message
@serializable()
export class Plain {
  x = 0;
}

// @ts-expect-error -- nor is this
@serializable()
export class Routes extends Resource {}

// @ts-expect-error -- it has no messages of its own
@serializable()
export abstract class Abstract extends Serializable {}

// @ts-expect-error -- it is written with its parentheses
@serializable
export class Bare extends Serializable {}

// @ts-expect-error -- an id is a number
serializable("300");

export class Wrong extends Serializable {
  // @ts-expect-error -- a method has no number
  @float
  method() {
    return 1;
  }
}

expectTypeOf(new SerializableResponse(new Position(), 201)).toEqualTypeOf<
  SerializableResponse<Position, 201>
>();
expectTypeOf(new SerializableResponse(null)).toExtend<Response>();

export async function read(request: Request): Promise<void> {
  expectTypeOf(await request.message()).toEqualTypeOf<unknown>();
  expectTypeOf(await request.message<Position>()).toEqualTypeOf<Position>();
}
