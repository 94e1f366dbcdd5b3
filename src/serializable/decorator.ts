import { ColonnadeError, quote } from "../errors";
import { EnumType } from "./enum-type";
import { MessageType } from "./message-type";
import type { MessageClass } from "./message-type";
import { Serializable } from "./serializable";
import { SerializableEnum } from "./serializable-enum";
import type { EnumClass } from "./serializable-enum";
import { claimTypeId, defineType, typeOfClass } from "./type";

/** The decorator of a class of messages, or of enum members, in both decorator modes. */
export type SerializableDecorator = <Class extends (new (...args: never[]) => Serializable) | EnumClass>(
  target: Class,
  context?: { readonly kind: "class" }, // of a `ClassDecoratorContext`, which wants a public constructor
) => Class;

/**
 * Defines a class of messages, or of enum members, for the binary format.
 *
 * @param typeId - 256 to 65,535. Without one, classes are numbered from 257 in the order in which they are
 *   defined: a peer must define the same ones in the same order, or both give ids.
 * @throws {ColonnadeError} `ERR_DECLARATION` for an id that is none, or that another class has, and where it
 *   stands on anything else.
 */
export function serializable(typeId?: number): SerializableDecorator {
  if (typeId !== undefined && typeof typeId !== "number") {
    const message = `@serializable() takes a type id, not ${quote(typeId)}: it is written with its parentheses`;
    throw new ColonnadeError("ERR_DECLARATION", message);
  }
  return (target) => {
    if (isSubclass(target, Serializable)) {
      return defineMessage(target as MessageClass, typeId) as typeof target; // of the same shape
    }
    if (isSubclass(target, SerializableEnum)) {
      defineType(new EnumType(claimFor(target, typeId), target), target);
      return target;
    }
    const message = `@serializable() stands on ${quote(target)}, which extends neither Serializable nor SerializableEnum`;
    throw new ColonnadeError("ERR_DECLARATION", message);
  };
}

/**
 * Fields are initialised behind `super()`: only what calls the constructor can set them. A proxy, unlike a
 * subclass, has the prototype and the static members of the class, so that it makes no difference by which of the
 * two a program has it: some compilers leave the class's own name to the class as it was written.
 */
function defineMessage(target: MessageClass, typeId: number | undefined): MessageClass {
  const type = new MessageType(claimFor(target, typeId), target);
  const decorated: MessageClass = new Proxy(target, {
    construct(_target, args: never[], newTarget: MessageClass) {
      if (newTarget === decorated) return type.construct(args);
      return Reflect.construct(target, args, newTarget); // `super()` of a subclass
    },
  });
  Object.defineProperty(target.prototype, "constructor", { value: decorated });
  defineType(type, target);
  return decorated;
}

function claimFor(target: MessageClass | EnumClass, typeId: number | undefined): number {
  if (typeOfClass(target) === undefined) return claimTypeId(typeId, target.name);
  throw new ColonnadeError("ERR_DECLARATION", `@serializable() stands twice on ${target.name}`);
}

function isSubclass(target: unknown, base: { readonly prototype: object }): boolean {
  return (
    typeof target === "function" && Object.prototype.isPrototypeOf.call(base.prototype, target.prototype)
  );
}
