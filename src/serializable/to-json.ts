import { types } from "node:util";
import type { EnumMember } from "./enum-type";
import { limits } from "./format";
import type { Fields, MessageType } from "./message-type";
import { FloatValue } from "./number-form";
import { unwritable } from "./output";
import { typeOf } from "./type";
import type { Typed } from "./type";

/**
 * The fields of a message as JSON has them. What JSON has no form for is an object with one key that begins
 * with `$`; a message within it has its type id as `$type`.
 *
 * @throws {SerializableError} `ERR_SERIALIZABLE_VALUE`
 */
export function toJson(message: object, type: MessageType, depth = 0): Fields {
  const fields = type.fields.map(({ name }) => {
    const value = (message as Fields)[name];
    return [name, valueToJson(value, `${type.name}.${name}`, depth + 1)] as const;
  });
  return Object.fromEntries(fields);
}

/**
 * @param path - of the field that the value is in.
 * @param depth - how many values it is in.
 */
function valueToJson(value: unknown, path: string, depth: number): unknown {
  switch (typeof value) {
    case "string":
    case "boolean":
      return value;
    case "number":
      return Number.isFinite(value) ? value : { $float: String(value) };
    case "bigint":
      if (BigInt.asIntN(64, value) !== value) throw unwritable(value, "it has more than 64 bits", path);
      return { $int: String(value) };
    case "object":
      return value === null ? null : objectToJson(value, path, depth);
    case "function":
    case "symbol":
    case "undefined":
    default:
      throw unwritable(value, "the format has no such value", path);
  }
}

function objectToJson(value: object, path: string, depth: number): unknown {
  if (types.isUint8Array(value)) return { $bytes: Buffer.from(value).toString("base64") };
  if (value instanceof FloatValue) return valueToJson(value.value, path, depth);
  if (depth === limits.depth) {
    throw unwritable(value, `it is more than ${limits.depth} values deep, or holds itself`, path);
  }
  const each = (item: unknown) => valueToJson(item, path, depth + 1);
  if (Array.isArray(value)) return Array.from(value, each); // which finds holes, and `map` does not
  const type = (value as Typed)[typeOf];
  if (type?.kind === "message") return { $type: type.typeId, ...toJson(value, type, depth) };
  if (type?.kind === "enum") return { $type: type.typeId, value: each((value as EnumMember).value) };
  if (types.isSet(value)) return { $set: Array.from(value, each) };
  if (types.isMap(value)) return { $map: Array.from(value, ([key, item]) => [each(key), each(item)]) };
  throw unwritable(
    value,
    "it is no list, Set, Map or Uint8Array, and @serializable() is not on its class",
    path,
  );
}
