import { SerializableError, quote } from "../errors";
import { limits } from "./format";
import { KeyPlaces } from "./key-places";
import type { Fields, MessageType } from "./message-type";
import { typeWith } from "./type";

/** Where a value is. */
interface Place {
  /** The field, as an error names it. */
  readonly path: string;
  /** How many values it is in. */
  readonly depth: number;
}

/**
 * Reads what `toJson` wrote into a message, whose other fields keep their defaults.
 *
 * @throws {SerializableError} `ERR_SERIALIZABLE_MALFORMED`
 */
export function fromJson(message: object, type: MessageType, json: unknown): void {
  const path = type.name;
  if (typeof json !== "object" || json === null || Array.isArray(json)) {
    throw malformed(path, `${quote(json)} is no object`);
  }
  const { $type = type.typeId, ...fields } = json as Fields;
  if ($type !== type.typeId) throw malformed(path, `${quote($type)} is not its type id`);
  fill(message, type, fields, { path, depth: 0 });
}

function fill(message: object, type: MessageType, fields: Fields, place: Place): void {
  const { depth } = inside(place);
  for (const [name, json] of Object.entries(fields)) {
    if (!type.hasField(name)) throw malformed(place.path, `${type.name} has no field ${quote(name)}`);
    (message as Fields)[name] = valueFrom(json, { path: `${type.name}.${name}`, depth });
  }
}

function valueFrom(json: unknown, place: Place): unknown {
  if (typeof json !== "object" || json === null) return json;
  if (Array.isArray(json)) return listFrom(json, place);
  if (Object.hasOwn(json, "$type")) return definedFrom(json as Fields, place);
  const [[tag, inner] = [], ...more] = Object.entries<unknown>({ ...json });
  switch (more.length === 0 ? tag : undefined) {
    case "$set":
      return setFrom(listFrom(inner, place), place);
    case "$map":
      return mapFrom(inner, place);
    case "$bytes":
      return bytesFrom(inner, place);
    case "$int":
      return intFrom(inner, place);
    case "$float":
      return floatFrom(inner, place);
    case undefined:
    default:
      throw malformed(place.path, "an object has no $type");
  }
}

function definedFrom({ $type, ...fields }: Fields, place: Place): object {
  const type = typeof $type === "number" ? typeWith($type) : undefined;
  if (type === undefined) throw malformed(place.path, `${quote($type)} is the type id of no class`);
  if (type.kind === "message") {
    const message = type.construct();
    fill(message, type, fields, place);
    return message;
  }
  const value = valueFrom(fields["value"], inside(place));
  const member = type.find(value);
  if (member === undefined) throw malformed(place.path, `${type.name} has no member ${quote(value)}`);
  return member;
}

function listFrom(json: unknown, place: Place): unknown[] {
  const inner = inside(place);
  return arrayOf(json, place).map((item) => valueFrom(item, inner));
}

function setFrom(values: readonly unknown[], place: Place): Set<unknown> {
  checkKeys(values, place);
  return new Set(values);
}

function mapFrom(json: unknown, place: Place): Map<unknown, unknown> {
  const inner = inside(place);
  const entries = arrayOf(json, place).map((entry) => {
    if (!Array.isArray(entry) || entry.length !== 2) {
      throw malformed(place.path, `${quote(entry)} is no key with a value`);
    }
    return [valueFrom(entry[0], inner), valueFrom(entry[1], inner)] as const;
  });
  checkKeys(
    entries.map(([key]) => key),
    place,
  );
  return new Map(entries);
}

/** Base64 (RFC 4648, section 4). */
function bytesFrom(json: unknown, { path }: Place): Buffer {
  if (typeof json === "string" && /^[A-Za-z0-9+/]*={0,2}$/.test(json)) return Buffer.from(json, "base64");
  throw malformed(path, `${quote(json)} is no base64`);
}

function intFrom(json: unknown, { path }: Place): bigint {
  const int = typeof json === "string" && /^-?\d{1,19}$/.test(json) ? BigInt(json) : undefined;
  if (int !== undefined && BigInt.asIntN(64, int) === int) return int;
  throw malformed(path, `${quote(json)} is no int of 64 bits`);
}

function floatFrom(json: unknown, { path }: Place): number {
  if (json === "NaN" || json === "Infinity" || json === "-Infinity") return Number(json);
  throw malformed(path, `${quote(json)} is none of NaN, Infinity and -Infinity`);
}

function arrayOf(json: unknown, { path }: Place): unknown[] {
  if (Array.isArray(json)) return json;
  throw malformed(path, `${quote(json)} is no list`);
}

function inside({ path, depth }: Place): Place {
  if (depth === limits.depth) throw malformed(path, `more than ${limits.depth} values deep`);
  return { path, depth: depth + 1 };
}

function checkKeys(keys: readonly unknown[], { path }: Place): void {
  const places = KeyPlaces.of(keys.length);
  if (places !== undefined && keys.some((key) => places.add(key))) {
    throw malformed(path, "the keys were chosen to be slow to tell apart");
  }
}

function malformed(path: string, reason: string): SerializableError {
  return new SerializableError("ERR_SERIALIZABLE_MALFORMED", `${path}: ${reason}`);
}
