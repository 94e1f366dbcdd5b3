import { Serializable, SerializableEnum, float, serializable } from "colonnade";

// Their ids are part of what the two sides agree on, as are the fields and their order.

@serializable(257)
export class Direction extends SerializableEnum<number> {
  static readonly LEFT = new Direction(-1);
  static readonly RIGHT = new Direction(1);
}

@serializable(258)
export class Court extends Serializable {
  width = 0;
  names: string[] = [];
}

@serializable(259)
export class Ball extends Serializable {
  @float x = 0;
  @float speed = 0;
  direction = Direction.RIGHT;
  bounces = 0;
}

@serializable(260)
export class Kick extends Serializable {
  @float strength = 0;
}
