import { types } from "node:util";
import { SerializableError } from "../errors";
import type { EnumMember, EnumType } from "./enum-type";
import { limits, wire } from "./format";
import type { Field, Fields, MessageType } from "./message-type";
import { FloatValue } from "./number-form";
import type { NumberForm } from "./number-form";
import { Output, unwritable } from "./output";
import { typeOf } from "./type";
import type { Typed } from "./type";

/** In bytes: the most room that is kept for the next value. */
const kept = 65_536;

/** Only a getter of what is written writes something else at the same time. */
let idle: Writer | undefined;

/**
 * The bytes of a value.
 *
 * @throws {SerializableError} `ERR_SERIALIZABLE_VALUE`
 */
export function write(value: unknown): Buffer {
  const writer = idle ?? new Writer();
  idle = undefined;
  try {
    return writer.write(value);
  } finally {
    if (writer.output.capacity <= kept) idle = writer;
  }
}

class Writer {
  readonly output = new Output();
  /** How many values the next one is in. */
  #depth = 0;
  /** The failure that tells its field already: those that it is in need not. */
  #told: unknown;

  write(value: unknown): Buffer {
    this.output.clear();
    this.#depth = 0;
    this.#value(value, "plain");
    return this.output.take();
  }

  #value(value: unknown, form: NumberForm): void {
    const { output } = this;
    output.begin();
    if (typeof value === "number") {
      if (form === "plain") output.number(value);
      else output.float(value, form);
    } else if (typeof value === "object") {
      this.#object(value, form);
    } else if (typeof value === "string") {
      output.string(value);
    } else if (typeof value === "boolean") {
      output.bool(value);
    } else if (typeof value === "bigint") {
      if (form === "plain") output.bigint(value);
      else output.float(Number(value), form);
    } else {
      throw unwritable(value, "the format has no such value");
    }
  }

  #object(value: object | null, form: NumberForm): void {
    if (value === null) this.output.type(wire.null);
    else if (Array.isArray(value)) this.#list(value, form);
    else {
      const type = (value as Typed)[typeOf];
      if (type === undefined) this.#untyped(value, form);
      else if (type.kind === "message") this.#message(value, type);
      else this.#member(value as EnumMember, type);
    }
  }

  #untyped(value: object, form: NumberForm): void {
    if (types.isUint8Array(value)) this.output.data(value);
    else if (types.isMap(value)) this.#map(value, form);
    else if (types.isSet(value)) this.#set(value, form);
    else if (value instanceof FloatValue) this.output.float(value.value, value.form);
    else {
      throw unwritable(
        value,
        "it is no list, Set, Map or Uint8Array, and @serializable() is not on its class",
      );
    }
  }

  /** Where a getter makes it shorter meanwhile, what is missing can't be written. */
  #list(list: readonly unknown[], form: NumberForm): void {
    const { length } = list;
    this.#begin(wire.sequence, length, list);
    for (let index = 0; index < length; index++) this.#value(list[index], form);
    this.#depth -= 1;
  }

  #map(map: ReadonlyMap<unknown, unknown>, form: NumberForm): void {
    let left = map.size;
    this.#begin(wire.map, left, map);
    for (const [key, value] of map) {
      if (left-- === 0) break;
      this.#value(key, "plain");
      this.#value(value, form);
    }
    this.#end(left, map);
  }

  #set(set: ReadonlySet<unknown>, form: NumberForm): void {
    let left = set.size;
    this.#begin(wire.set, left, set);
    for (const value of set) {
      if (left-- === 0) break;
      this.#value(value, form);
    }
    this.#end(left, set);
  }

  #begin(type: number, count: number, value: object): void {
    if (count > limits.elements) {
      throw unwritable(value, `it has ${count} elements, and ${limits.elements} are the most`);
    }
    this.#nest(value);
    this.output.type(type);
    this.output.int(count);
  }

  #end(left: number, value: object): void {
    if (left !== 0) throw unwritable(value, "it changed while it was written");
    this.#depth -= 1;
  }

  #nest(value: object): void {
    if (this.#depth === limits.depth) {
      throw unwritable(value, `it is more than ${limits.depth} values deep, or holds itself`);
    }
    this.#depth += 1;
  }

  #message(message: object, type: MessageType): void {
    const { fields } = type;
    this.#nest(message);
    this.output.type(type.typeId);
    this.output.int(fields.length);
    let index = 0;
    try {
      for (; index < fields.length; index++) {
        const { name, form } = fields[index] as Field; // there are as many
        this.#value((message as Fields)[name], form);
      }
    } catch (error) {
      throw this.#tell(error, `${type.name}.${fields[index]?.name}`);
    }
    this.#depth -= 1;
  }

  #member(member: EnumMember, type: EnumType): void {
    const { value } = member;
    if (type.find(value) === undefined) throw unwritable(value, `it is no value of ${type.name}`);
    this.#nest(member);
    this.output.type(type.typeId);
    this.#value(value, "plain");
    this.#depth -= 1;
  }

  /** A failure with the field that it arose in. */
  #tell(error: unknown, field: string): unknown {
    if (error === this.#told || !isUnwritable(error)) return error;
    this.#told = new SerializableError("ERR_SERIALIZABLE_VALUE", `${field}: ${error.message}`);
    return this.#told;
  }
}

function isUnwritable(error: unknown): error is SerializableError {
  return error instanceof SerializableError && error.code === "ERR_SERIALIZABLE_VALUE";
}
