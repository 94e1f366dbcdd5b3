import { ColonnadeError } from "../errors";
import { declareExperimental, declareStandard } from "./declaration";
import type { Statement } from "./declaration";
import type { Resource } from "./resource";

/** A decorator of a Resource's instance methods that take `Args` and return `Result`, in both decorator modes. */
export interface MethodDecorator<Args extends unknown[], Result> {
  <This extends Resource>(
    method: (this: This, ...args: Args) => Result,
    context: ClassMethodDecoratorContext<This, (this: This, ...args: Args) => Result> & {
      readonly static: false;
    },
  ): void;
  <Method extends (...args: Args) => Result>(
    target: Resource,
    member: string | symbol,
    descriptor: TypedPropertyDescriptor<Method>,
  ): void;
}

/** Where a decorator can stand, in either mode. */
const places: Readonly<Record<Exclude<DecoratorContext["kind"], "method">, string>> = {
  class: "a class",
  getter: "an accessor",
  setter: "an accessor",
  accessor: "an accessor",
  field: "a field",
};

/** How a decorator is called in either mode; the exported types are what a user may write. */
export type Decorate = (target: unknown, context: unknown, descriptor?: unknown) => void;

/**
 * Makes a decorator that notes a statement about a method.
 *
 * @param name - as messages name the decorator: `@get("/user/:id")`.
 * @param place - where it may stand, as messages say it.
 * @returns throws `ERR_DECLARATION` where it stands on anything but an instance method.
 */
export function methodDecorator(name: string, statement: Statement, place = "an instance method"): Decorate {
  const misplaced = (where: string, member: string | symbol | undefined): ColonnadeError => {
    const message = `${name} stands on ${where}, ${String(member)}: it goes on ${place}`;
    return new ColonnadeError("ERR_DECLARATION", message);
  };
  return (target, context, descriptor) => {
    if (isStandardContext(context)) {
      if ("static" in context && context.static) throw misplaced("a static member", context.name);
      if (context.kind !== "method") throw misplaced(places[context.kind], context.name);
      declareStandard(name, statement, context);
      return;
    }
    const member = context as string | symbol | undefined;
    if (member === undefined) throw misplaced("a class", (target as { name?: string }).name);
    if (typeof target === "function") throw misplaced("a static member", member);
    const { value, get, set } = (descriptor ?? {}) as { value?: unknown; get?: unknown; set?: unknown };
    if ((get ?? set) !== undefined) throw misplaced("an accessor", member);
    if (typeof value !== "function") throw misplaced("a field", member);
    declareExperimental(name, statement, target as object, member);
  };
}

/** Whether a decorator was called by the TC39 protocol. */
export function isStandardContext(context: unknown): context is DecoratorContext {
  return typeof context === "object" && context !== null && "kind" in context;
}
