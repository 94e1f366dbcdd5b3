import { Serializable, SerializableEnum, serializable } from "colonnade";

// The messages of messages.py.

@serializable(257)
export class Direction extends SerializableEnum<number> {
  static readonly LEFT = new Direction(1);
  static readonly RIGHT = new Direction(2);
}

@serializable(258)
export class Position extends Serializable {
  x = 0;
  y = 0;
  facing = Direction.LEFT;
}

@serializable(259)
export class Inventory extends Serializable {
  owner = "";
  slots: unknown[] = [];
  tags = new Set<unknown>();
  weights = new Map<unknown, unknown>();
  blob: Buffer = Buffer.alloc(0);
  leader: Position | null = null;
}

export const full = () =>
  Inventory.of({
    owner: "Zoë 😀",
    slots: [
      Position.of({ x: -129, y: 40_000 }),
      Position.of({ facing: Direction.RIGHT }),
      null,
      [true, [false]],
    ],
    tags: new Set(["a", 7]),
    weights: new Map<unknown, unknown>([
      ["sword", 1.5],
      [2, -0.25],
      ["big", 2n ** 62n],
      ["low", -(2n ** 63n)],
    ]),
    blob: Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)),
    leader: Position.of({ x: 1 }),
  });
