import { Serializable, SerializableEnum, serializable } from "colonnade";

@serializable()
class Direction extends SerializableEnum<number> {
  static readonly LEFT = new Direction(1);
  static readonly RIGHT = new Direction(2);
}

@serializable()
class PlayerPosition extends Serializable {
  position: number[] = [];
  facing = Direction.LEFT;
}

@serializable()
class SampleMessage extends Serializable {
  x = 0;
  y = 0;
}

/** An empty Buffer takes longer to make than all the rest of a message: what is read has this one at first. */
const nothing = Buffer.alloc(0);

@serializable()
class Inventory extends Serializable {
  owner = "";
  slots: SampleMessage[] = [];
  tags = new Set<string>();
  weights = new Map<string, number>();
  blob = nothing;
  leader: PlayerPosition | null = null;
}

/** A message, and the same without classes, as JSON and MessagePack have it. */
export interface Subject {
  readonly name: string;
  readonly message: Serializable;
  readonly plain: object;
  readonly packable: object;
}

const leader = { position: [16, 32], facing: 1 };
const inventory = {
  owner: "Zoë",
  slots: [
    { x: 1, y: -2 },
    { x: 300, y: 70_000 },
  ],
  tags: ["a"],
  weights: { sword: 1.5 },
  leader,
};
const position = PlayerPosition.of({ position: [16, 32] });

export const subjects: readonly Subject[] = [
  { name: "PlayerPosition", message: position, plain: leader, packable: leader },
  {
    name: "Inventory",
    message: Inventory.of({
      owner: "Zoë",
      slots: [SampleMessage.of({ x: 1, y: -2 }), SampleMessage.of({ x: 300, y: 70_000 })],
      tags: new Set(["a"]),
      weights: new Map([["sword", 1.5]]),
      blob: Buffer.from([0, 255]),
      leader: position,
    }),
    plain: { ...inventory, blob: Buffer.from([0, 255]).toString("base64") },
    packable: { ...inventory, blob: Buffer.from([0, 255]) },
  },
];
