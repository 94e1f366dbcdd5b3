import { ColonnadeError, quote } from "../errors";
import { numberFormsOf } from "./number-form";
import type { NumberForm } from "./number-form";

/** A field of a message. */
export interface Field {
  readonly name: string;
  /** How the numbers in it are written. */
  readonly form: NumberForm;
}

/** A message, whose fields are had by name. */
export type Fields = Record<string, unknown>;

/** The class that a user has written. */
export type MessageClass = new (...args: never[]) => object;

/** What constructors were given, of messages whose fields are initialised only behind `super()`. */
const given = new WeakMap<object, unknown>();

/** The class that `construct` is about to make a message of. */
let constructing: unknown;

/** A class of messages. */
export class MessageType {
  readonly kind = "message";
  readonly typeId: number;
  readonly #target: MessageClass;
  #fields: readonly Field[] | undefined;

  constructor(typeId: number, target: MessageClass) {
    this.typeId = typeId;
    this.#target = target;
  }

  get name(): string {
    return this.#target.name;
  }

  /**
   * In order of declaration, those of a base class first, as an instance that is made for it shows.
   *
   * @throws {ColonnadeError} `ERR_DECLARATION` for a name that no field can have.
   */
  get fields(): readonly Field[] {
    return (this.#fields ??= this.#findFields());
  }

  /** A message as its constructor makes it, with the fields that it has handed on to `Serializable`'s. */
  construct(args?: readonly never[]): object {
    const message = this.#make(args);
    const fields = given.get(message);
    if (fields !== undefined) {
      given.delete(message);
      this.assign(message, fields);
    }
    return message;
  }

  hasField(name: string): boolean {
    return this.fields.some((field) => field.name === name);
  }

  /**
   * Sets fields; one that is undefined is taken for one that is left out.
   *
   * @throws {ColonnadeError} `ERR_OPTION` for a name that no field has, and for what is no object.
   */
  assign(message: object, values: unknown): void {
    if (typeof values !== "object" || values === null) {
      const reason = `${this.name} takes its fields as an object, not ${quote(values)}`;
      throw new ColonnadeError("ERR_OPTION", reason);
    }
    for (const name of Object.keys(values)) {
      if (!this.hasField(name)) {
        const known = this.fields.map((field) => field.name).join(", ") || "none";
        throw new ColonnadeError("ERR_OPTION", `${this.name} has no field ${quote(name)}; it has ${known}`);
      }
      const value = (values as Fields)[name];
      if (value !== undefined) (message as Fields)[name] = value;
    }
  }

  #make(args?: readonly never[]): object {
    const outer = constructing;
    constructing = this.#target;
    try {
      return args === undefined ? new this.#target() : new this.#target(...args);
    } finally {
      constructing = outer;
    }
  }

  #findFields(): Field[] {
    const { made, forms } = numberFormsOf(() => this.#make());
    return Object.keys(made).map((name) => {
      this.#checkName(name);
      return { name, form: forms.get(name) ?? "plain" };
    });
  }

  /** `$` is for types in JSON; JavaScript has numbers before all other names, wherever they are declared. */
  #checkName(name: string): void {
    if (!/^(\$|\d+$)/.test(name)) return;
    const reason = `${this.name}: a field can't be called ${quote(name)}: its name is no number, nor begins with $`;
    throw new ColonnadeError("ERR_DECLARATION", reason);
  }
}

/**
 * Keeps what the constructor of a message was given until its fields are there.
 *
 * @param target - the class that was called by `new`.
 * @throws {ColonnadeError} `ERR_DECLARATION` where the class was not called through its decorator.
 */
export function keepGiven(message: object, target: { readonly name: string }, fields: unknown): void {
  const expected = constructing === target;
  if (expected) constructing = undefined; // what its fields' defaults construct is not this message
  if (fields === undefined) return;
  if (!expected) {
    const { name } = target;
    const reason = `new ${name}(fields): as it is compiled, ${name} is here the class without its decorator, and sets no fields; call ${name}.of(fields)`;
    throw new ColonnadeError("ERR_DECLARATION", reason);
  }
  given.set(message, fields);
}
