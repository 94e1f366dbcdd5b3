import { ColonnadeError, quote } from "../errors";
import type { EnumType } from "./enum-type";
import { limits } from "./format";
import type { MessageType } from "./message-type";

/** What a program has defined. */
export type Type = MessageType | EnumType;

/** A value's hold on its type; not for users of the package. */
export const typeOf = Symbol("colonnade.type");

/** What an object of a defined type has, by its prototype. */
export interface Typed {
  readonly [typeOf]?: Type;
}

/** By type id, less the first one. */
const types: (Type | undefined)[] = [];
let lastOwn: number = limits.firstTypeId;

/** The type with an id; undefined where none is defined. */
export function typeWith(typeId: number): Type | undefined {
  return types[typeId - limits.firstTypeId];
}

/** The type of a class, and not of one that it extends. */
export function typeOfClass({ prototype }: { readonly prototype: object }): Type | undefined {
  return Object.hasOwn(prototype, typeOf) ? (prototype as Typed)[typeOf] : undefined;
}

/**
 * @param given - without one, ids are given from 257 in order of definition.
 * @returns a free id.
 * @throws {ColonnadeError} `ERR_DECLARATION`
 */
export function claimTypeId(given: number | undefined, name: string): number {
  const typeId = given ?? lastOwn + 1;
  if (!Number.isInteger(typeId) || typeId < limits.firstTypeId || typeId > limits.lastTypeId) {
    const range = `${limits.firstTypeId} to ${limits.lastTypeId}`;
    throw new ColonnadeError("ERR_DECLARATION", `The type id of ${name} is ${range}, not ${quote(typeId)}`);
  }
  const other = typeWith(typeId);
  if (other !== undefined) {
    const advice = given === undefined ? ": give one of them another, as @serializable(id)" : "";
    const message = `${name} and ${other.name} have one type id, ${typeId}${advice}`;
    throw new ColonnadeError("ERR_DECLARATION", message);
  }
  if (given === undefined) lastOwn = typeId;
  return typeId;
}

/** Has a type read by its id, and what is made of a class written with it. */
export function defineType(type: Type, { prototype }: { readonly prototype: object }): void {
  types[type.typeId - limits.firstTypeId] = type;
  Object.defineProperty(prototype, typeOf, { value: type });
}
