import { ColonnadeError } from "../errors";
import type { Middleware, RouteOptions } from "../http/route";
import type { ParameterInfo } from "../http/route-details";

/** What one decorator says of the member or class that it stands on. */
export type Statement =
  | {
      readonly kind: "route";
      readonly method: string;
      readonly pattern: string;
      /** As the decorator was given them. */
      readonly options: RouteOptions;
    }
  | { readonly kind: "use"; readonly middleware: readonly Middleware[] }
  | { readonly kind: "header" | "param"; readonly info: ParameterInfo };

/** A statement where it was made. */
export interface Declaration {
  /** As messages name it: `@get("/user/:id")`. */
  readonly decorator: string;
  readonly statement: Statement;
  /** The member as a name for people, and to tell members apart. */
  readonly member: string | symbol;
  /** The member's value in an instance: what it was overridden with, or the private method. */
  readonly read: (instance: object) => unknown;
  /** What declarations that stand on the same member of the same class have in common. */
  readonly token: object;
  /** Whether `member` is the name of a `#private` method, which each class has for itself. */
  readonly isPrivate: boolean;
  /** Declarations are numbered as they are made: a base class's come before its subclasses'. */
  readonly order: number;
}

let made = 0;

/** By prototype: in the experimental mode that of the declaring class, in the TC39 mode that of an instance. */
const members = new WeakMap<object, Set<Declaration>>();
/** By prototype of the declaring class. */
const classes = new WeakMap<object, (readonly Middleware[])[]>();

/** Notes what a method decorator of the experimental kind said. */
export function declareExperimental(
  decorator: string,
  statement: Statement,
  prototype: object,
  member: string | symbol,
): void {
  const read = (instance: object): unknown => Reflect.get(instance, member);
  const token = prototype;
  note(prototype, { decorator, statement, member, read, token, isPrivate: false, order: made++ });
}

/**
 * Notes what a TC39 method decorator said: of each class whose construction runs its initializer.
 *
 * @throws {ColonnadeError} `ERR_DECLARATION` for a context without metadata.
 */
export function declareStandard(
  decorator: string,
  statement: Statement,
  context: ClassMethodDecoratorContext,
): void {
  if (!("metadata" in context)) throw outdated(decorator, context);
  const { name: member, private: isPrivate } = context;
  // tsc shares `access.has` between the decorators of a member and has no metadata; others the reverse.
  // oxlint-disable-next-line typescript/unbound-method -- compared, never called
  const token: object = context.metadata ?? context.access.has;
  const read = isPrivate
    ? (instance: object): unknown => context.access.get(instance)
    : (instance: object): unknown => Reflect.get(instance, member);
  const declaration: Declaration = { decorator, statement, member, read, token, isPrivate, order: made++ };
  context.addInitializer(function (this: unknown) {
    note(Object.getPrototypeOf(this) as object, declaration);
  });
}

/** Notes what a class decorator said. */
export function declareClass(prototype: object, middleware: readonly Middleware[]): void {
  const lists = classes.get(prototype);
  // Decorators apply from the bottom up.
  if (lists === undefined) classes.set(prototype, [middleware]);
  else lists.unshift(middleware);
}

/** Every declaration that concerns an instance of the class of `prototype`, in the order they were made. */
export function declarationsOf(prototype: object): Declaration[] {
  // A set: a base that was constructed itself has its own copy.
  const declarations = new Set(chain(prototype).flatMap((each) => [...(members.get(each) ?? [])]));
  return [...declarations].toSorted((a, b) => a.order - b.order);
}

/** What `@use` says on the class of `prototype` and its bases, base first. */
export function classMiddleware(prototype: object): Middleware[] {
  return chain(prototype).flatMap((each) => (classes.get(each) ?? []).flat());
}

/** Compilers of older proposals do not tell which decorators stand on one member: a guard could be lost. */
function outdated(decorator: string, { name }: ClassMethodDecoratorContext): ColonnadeError {
  const message = `${decorator} on ${String(name)} is compiled for an old proposal: it takes TypeScript 5.2, or decorators of 2023-11`;
  return new ColonnadeError("ERR_DECLARATION", message);
}

function note(prototype: object, declaration: Declaration): void {
  const declarations = members.get(prototype);
  if (declarations === undefined) members.set(prototype, new Set([declaration]));
  else declarations.add(declaration);
}

/** A prototype and those above it, base first. */
function chain(prototype: object): object[] {
  const prototypes: object[] = [];
  for (let each: unknown = prototype; isObject(each); each = Object.getPrototypeOf(each))
    prototypes.unshift(each);
  return prototypes;
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
