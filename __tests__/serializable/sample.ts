import { Serializable, SerializableEnum, serializable } from "colonnade";
import type { SerializableError } from "colonnade";
import table from "../fixtures/serializable.json";

// The classes of the vectors, numbered from 257 as there.

@serializable()
export class Direction extends SerializableEnum<number> {
  static readonly LEFT = new Direction(1);
  static readonly RIGHT = new Direction(2);
}

@serializable()
export class PlayerPosition extends Serializable {
  position: number[] = [];
  facing = Direction.LEFT;
}

@serializable()
export class SampleMessage extends Serializable {
  x = 0;
  y = 0;
}

@serializable()
export class Inventory extends Serializable {
  owner = "";
  slots: SampleMessage[] = [];
  tags = new Set<string>();
  weights = new Map<string, number>();
  blob: Uint8Array = Buffer.alloc(0);
  leader: PlayerPosition | null = null;
}

const messages = { PlayerPosition, SampleMessage, Inventory };

/** A value as the vectors have it. */
export type Tagged =
  | { t: "null" }
  | { t: "bool"; v: boolean }
  | { t: "int"; v: string }
  | { t: "float"; v: number }
  | { t: "str"; v: string }
  | { t: "bytes"; hex: string }
  | { t: "seq" | "set"; v: Tagged[] }
  | { t: "map"; v: [Tagged, Tagged][] }
  | { t: "enum"; type: string; v: Tagged }
  | { t: "message"; type: keyof typeof messages; fields: [string, Tagged][] };

export const vectors = table.vectors as { name: string; value: Tagged; hex: string }[];

/** The value that a tagged one stands for. */
export function toValue(tagged: Tagged): unknown {
  switch (tagged.t) {
    case "null":
      return null;
    case "bool":
    case "float":
    case "str":
      return tagged.v;
    case "int":
      return Number.isSafeInteger(Number(tagged.v)) ? Number(tagged.v) : BigInt(tagged.v);
    case "bytes":
      return Buffer.from(tagged.hex, "hex");
    case "seq":
      return tagged.v.map(toValue);
    case "set":
      return new Set(tagged.v.map(toValue));
    case "map":
      return new Map(tagged.v.map(([key, value]) => [toValue(key), toValue(value)]));
    case "enum":
      return Direction.of(toValue(tagged.v));
    case "message":
    default:
      return Object.assign(
        new messages[tagged.type](),
        Object.fromEntries(tagged.fields.map(([name, value]) => [name, toValue(value)])),
      );
  }
}

export function bytesOf(hex: string): Buffer {
  return Buffer.from(hex.replaceAll(" ", ""), "hex");
}

export function hexOf(value: unknown): string {
  return Serializable.dumpb(value).toString("hex");
}

/** An action's failure, for a test of all that it tells. */
export function failureOf(
  action: () => unknown,
): Pick<SerializableError, "name" | "code" | "message" | "offset"> {
  try {
    action();
  } catch (error) {
    const { name, code, message, offset } = error as SerializableError;
    return { name, code, message, ...(offset === undefined ? {} : { offset }) };
  }
  throw new Error("nothing was thrown");
}

/** What refuses bytes. */
export function malformed(offset: number, reason: string): object {
  return {
    name: "SerializableError",
    code: "ERR_SERIALIZABLE_MALFORMED",
    message: `Byte ${offset}: ${reason}`,
    offset,
  };
}

/** What refuses a value. */
export function unwritable(message: string): object {
  return { name: "SerializableError", code: "ERR_SERIALIZABLE_VALUE", message };
}
