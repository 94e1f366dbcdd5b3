import { quote } from "../errors";
import type { SerializableError } from "../errors";
import type { EnumType } from "./enum-type";
import { limits, wire } from "./format";
import { Input, malformed } from "./input";
import { KeyPlaces } from "./key-places";
import type { Fields, MessageType } from "./message-type";
import { typeWith } from "./type";

// V8 knows what a module's own constants are, and looks up those of another one each time.
const { bool, float32, float64, string, bytes, null: nothing, sequence, map, set } = wire;
const { depth: deepest, elements: mostElements, firstTypeId } = limits;

/**
 * The value that bytes hold.
 *
 * @throws {SerializableError} `ERR_SERIALIZABLE_MALFORMED`, with the offset of the fault.
 */
export function read(bytes: Uint8Array): unknown {
  const input = new Input(bytes);
  const value = new Reader(input).value();
  if (input.left > 0) throw malformed(`the value ends; bytes left: ${input.left}`, input.at);
  return value;
}

class Reader {
  readonly #input: Input;
  /** How many values the next one is in. */
  #depth = 0;

  constructor(input: Input) {
    this.#input = input;
  }

  value(): unknown {
    const input = this.#input;
    const type = input.type();
    switch (type) {
      case bool:
        return input.bool();
      case float32:
        return input.float32();
      case float64:
        return input.float64();
      case string:
        return input.string();
      case bytes:
        return input.data();
      case nothing:
        return null;
      case sequence:
      case map:
      case set:
        return this.#nested(type);
      default:
        return type < firstTypeId ? input.int(type) : this.#nested(type);
    }
  }

  #nested(type: number): object {
    const start = this.#input.at - 2;
    if (this.#depth === deepest) throw malformed(`more than ${deepest} values deep`, start);
    this.#depth += 1;
    const value = this.#container(type, start);
    this.#depth -= 1;
    return value;
  }

  #container(type: number, start: number): object {
    switch (type) {
      case sequence:
        return this.#sequence();
      case map:
        return this.#map(start);
      case set:
        return this.#set(start);
      default:
        return this.#defined(type, start);
    }
  }

  #sequence(): unknown[] {
    const count = this.#input.count(mostElements, 2); // for the type of each
    const list: unknown[] = [];
    for (let index = 0; index < count; index++) list.push(this.value());
    return list;
  }

  #set(start: number): Set<unknown> {
    const count = this.#input.count(mostElements, 2);
    const places = KeyPlaces.of(count);
    const values = new Set<unknown>();
    for (let index = 0; index < count; index++) {
      const value = this.value();
      if (places?.add(value)) throw crowded(start);
      values.add(value);
    }
    return values;
  }

  #map(start: number): Map<unknown, unknown> {
    const count = this.#input.count(mostElements, 4); // for the types of a key and its value
    const places = KeyPlaces.of(count);
    const entries = new Map<unknown, unknown>();
    for (let index = 0; index < count; index++) {
      const key = this.value();
      if (places?.add(key)) throw crowded(start);
      entries.set(key, this.value());
    }
    return entries;
  }

  #defined(typeId: number, start: number): object {
    const type = typeWith(typeId);
    if (type === undefined) throw malformed(`${typeId} is the type id of no class that is defined`, start);
    return type.kind === "message" ? this.#message(type, start) : this.#member(type, start);
  }

  /** Fields that are missing keep their defaults. */
  #message(type: MessageType, start: number): object {
    const { fields } = type;
    const count = this.#input.count(mostElements, 2);
    if (count > fields.length) {
      throw malformed(`${type.name} has ${fields.length} fields, and ${count} came`, start);
    }
    const message = type.construct() as Fields;
    for (let index = 0; index < count; index++) {
      const { name } = fields[index] as (typeof fields)[number]; // there are as many
      message[name] = this.value();
    }
    return message;
  }

  #member(type: EnumType, start: number): object {
    const value = this.value();
    const member = type.find(value);
    if (member === undefined) throw malformed(`${type.name} has no member ${quote(value)}`, start);
    return member;
  }
}

function crowded(start: number): SerializableError {
  return malformed("the keys were chosen to be slow to tell apart", start);
}
