import { Serializable, SerializableEnum, double, float, serializable } from "colonnade";

@serializable()
class Direction extends SerializableEnum<number> {
  static readonly LEFT = new Direction(1);
  static readonly RIGHT = new Direction(2);
  static readonly ALSO = Direction.RIGHT;
}

@serializable(300)
class Base extends Serializable {
  static made = 0;
  a = 1;
  @float b = 2;
  @double c: unknown = [1, 2.5];
  facing = Direction.LEFT;
  readonly #secret = "kept";

  secret() {
    return this.#secret;
  }
}

@serializable()
class Derived extends Base {
  d = "d";
  @double override b = 3;

  constructor(fields?: object) {
    super(fields);
    Derived.made += 1;
  }

  static origin() {
    return Derived.of({ a: 0 });
  }

  copy() {
    return Derived.of(this);
  }

  fresh() {
    return new Derived();
  }

  isOne(value: unknown) {
    return value instanceof Derived;
  }
}

@serializable()
class Point extends Serializable {
  constructor(
    readonly x = 1,
    private readonly y = 2,
  ) {
    super();
  }

  sum() {
    return this.x + this.y;
  }
}

class Undecorated extends Base {}

const derived = new Derived({ a: 5, b: 6, d: "e", facing: Direction.RIGHT });

function messageOf(action: () => unknown): string {
  try {
    return String(action());
  } catch (error) {
    return (error as Error).message;
  }
}

/** What a program finds of its classes, in plain values. */
export const facts = {
  members: [Direction.members().map(String), Direction.LEFT.name, Direction.of(2) === Direction.ALSO],
  hex: [Direction.RIGHT, new Base(), derived, new Point()].map((value) =>
    Serializable.dumpb(value).toString("hex"),
  ),
  json: [derived.dumps(), Derived.loads(derived.dumps()).dumps(), new Point(3, 4).dumps()],
  names: [Direction.name, Base.name, Derived.name, derived.constructor === Derived],
  read: [Derived.loadb(derived.dumpb()), Base.loadb(derived.dumpb())].map((message) => [
    message instanceof Derived,
    message instanceof Base,
    message.facing === Direction.RIGHT,
    message.secret(),
  ]),
  inside: [
    Derived.origin().a,
    derived.copy().dumps() === derived.dumps(),
    derived.isOne(new Derived()),
    derived.isOne(derived.fresh()),
    derived.isOne(new Base()),
    derived.fresh().constructor === Derived,
  ],
  statics: [Derived.made > 0, Object.hasOwn(Derived, "made"), Base.made],
  parameters: [new Point().sum(), Point.of({ x: 5 }).sum(), Point.loadb(new Point(5, 6).dumpb()).sum()],
  refused: [messageOf(() => new Undecorated()), messageOf(() => new Base({ z: 1 }))],
};
