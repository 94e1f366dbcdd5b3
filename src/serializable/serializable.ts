import { types } from "node:util";
import { ColonnadeError, SerializableError, quote } from "../errors";
import { lazy } from "../lazy";
import type * as fromJson from "./from-json";
import { keepGiven } from "./message-type";
import type { MessageType } from "./message-type";
import type * as reader from "./reader";
import type * as toJson from "./to-json";
import { typeOf, typeOfClass } from "./type";
import type { Typed } from "./type";
import type * as writer from "./writer";

const loadFromJson = lazy(() => require("./from-json") as typeof fromJson);
const loadReader = lazy(() => require("./reader") as typeof reader);
const loadToJson = lazy(() => require("./to-json") as typeof toJson);
const loadWriter = lazy(() => require("./writer") as typeof writer);

/** The fields of a message, each of which may be left out. */
export type FieldsOf<Message> = {
  [Name in keyof Message as Message[Name] extends (...args: never[]) => unknown ? never : Name]?:
    Message[Name] | undefined;
};

/**
 * A message that can be sent in the binary format: its fields, in the order in which its class declares
 * them, those of a base class first. A subclass is decorated with `@serializable()`, gives each field a
 * default, and can be constructed without arguments.
 */
export abstract class Serializable {
  /**
   * @param fields - what they are to have in place of their defaults.
   * @throws {ColonnadeError} `ERR_DECLARATION` for a class without `@serializable()`; `ERR_OPTION` for a
   *   name that no field has.
   */
  constructor(fields?: object) {
    messageTypeOf(new.target);
    keepGiven(this, new.target, fields);
  }

  /**
   * Makes a message: `Position.of({ x: 1 })`.
   *
   * @throws {ColonnadeError} `ERR_OPTION` for a name that no field has.
   */
  static of<Message extends Serializable>(this: new () => Message, fields: FieldsOf<Message>): Message {
    const type = messageTypeOf(this);
    const message = type.construct();
    type.assign(message, fields);
    return message as Message; // of this class
  }

  /**
   * Reads a message of this class. `Serializable.loadb` reads whatever value there is.
   *
   * @throws {SerializableError} `ERR_SERIALIZABLE_MALFORMED`, with the offset of the fault.
   */
  static loadb<Message extends Serializable>(this: new () => Message, bytes: Uint8Array): Message;
  static loadb(bytes: Uint8Array): unknown;
  static loadb(this: abstract new () => unknown, bytes: Uint8Array): unknown {
    if (!types.isUint8Array(bytes)) {
      throw new ColonnadeError("ERR_OPTION", `loadb() takes a Buffer or Uint8Array, not ${quote(bytes)}`);
    }
    const value = loadReader().read(bytes);
    if (this === Serializable || value instanceof this) return value;
    const message = `Byte 0: ${quote(value)} is no ${this.name}`;
    throw new SerializableError("ERR_SERIALIZABLE_MALFORMED", message, { offset: 0 });
  }

  /**
   * Writes any value that the format has: a message, an enum's member, null, a boolean, number, bigint,
   * string, Buffer, list, Set or Map.
   *
   * @throws {SerializableError} `ERR_SERIALIZABLE_VALUE` for any other, which the message names.
   */
  static dumpb(value: unknown): Buffer {
    return loadWriter().write(value);
  }

  /**
   * Reads what {@link dumps} wrote.
   *
   * @throws {SerializableError} `ERR_SERIALIZABLE_MALFORMED`
   */
  static loads<Message extends Serializable>(this: new () => Message, text: string): Message {
    let json: unknown;
    try {
      json = JSON.parse(text);
    } catch {
      // The message of the SyntaxError quotes the text, and so is not passed on as the cause.
      throw new SerializableError("ERR_SERIALIZABLE_MALFORMED", `${this.name}: the text is no JSON`);
    }
    const type = messageTypeOf(this);
    const message = type.construct();
    loadFromJson().fromJson(message, type, json);
    return message as Message; // of this class
  }

  /** @throws {SerializableError} `ERR_SERIALIZABLE_VALUE` for a field that can't be written. */
  dumpb(): Buffer {
    return loadWriter().write(this);
  }

  /** The message as JSON, for people and for {@link loads}. */
  dumps(): string {
    return JSON.stringify(this);
  }

  /** The fields by name, as JSON has them: see `docs/serializable.md` for what it has no form for. */
  toJSON(): Record<string, unknown> {
    return loadToJson().toJson(this, (this as Typed)[typeOf] as MessageType); // the constructor has seen to it
  }
}

/** @throws {ColonnadeError} `ERR_DECLARATION` for a class without `@serializable()`, or one before it. */
function messageTypeOf(target: { readonly name: string; readonly prototype: object }): MessageType {
  const type = typeOfClass(target);
  if (type?.kind === "message") return type;
  const message = `${target.name} is a Serializable on which @serializable() does not stand, or not yet`;
  throw new ColonnadeError("ERR_DECLARATION", message);
}
