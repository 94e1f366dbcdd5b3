import type { ErrorRequestHandler, RequestHandler } from "express";
import { ColonnadeError, quote } from "../errors";
import { checkKeys } from "../http/options";
import type { Middleware } from "../http/route";
import type { ParameterInfo } from "../http/route-details";
import { noSchema } from "../http/schemas";
import { isSchema } from "../schema/schema";
import { declareClass } from "./declaration";
import type { Statement } from "./declaration";
import { isStandardContext, methodDecorator } from "./decorate";
import type { Decorate, MethodDecorator } from "./decorate";
import type { Resource } from "./resource";

type AnyMethodDecorator = MethodDecorator<never[], unknown>;
type AnyResource = abstract new (...args: never[]) => Resource;

/** The decorator that `use` makes: of a method, or of a whole class. */
export interface UseDecorator extends AnyMethodDecorator {
  (target: AnyResource, context: ClassDecoratorContext): void;
  (target: AnyResource): void;
}

/** Express middleware of any type: written for certain parameters, a certain body or certain locals. */
type AnyRequestHandler = RequestHandler<never, unknown, never, never, never>;
type AnyErrorRequestHandler = ErrorRequestHandler<never, unknown, never, never, never>;

/** Express middleware, or lists of it, as `router.use` takes them. */
export type MiddlewareList = AnyRequestHandler | AnyErrorRequestHandler | readonly MiddlewareList[];

/**
 * Runs Express middleware before a method's routes; on a class, before all of its routes, whenever
 * the path is one of theirs and whatever the method. It may throw an `ErrorResponse`.
 *
 * @throws {ColonnadeError} `ERR_DECLARATION` for what is no function.
 */
export function use(...middleware: RequestHandler[]): UseDecorator; // types a function written in place
export function use(...middleware: MiddlewareList[]): UseDecorator;
export function use(...middleware: MiddlewareList[]): UseDecorator {
  const functions = flatten(middleware);
  if (functions.length === 0) throw new ColonnadeError("ERR_DECLARATION", "@use() is given no middleware");
  const statement: Statement = { kind: "use", middleware: functions };
  const onMethod = methodDecorator("@use()", statement, "an instance method or a class");
  const decorate: Decorate = (target, context, descriptor) => {
    const onClass = isStandardContext(context) ? context.kind === "class" : context === undefined;
    if (onClass) declareClass((target as { prototype: object }).prototype, functions);
    else onMethod(target, context, descriptor);
  };
  return decorate as UseDecorator; // both protocols at once
}

/** What `header` and `param` may say besides the name. */
export type ParameterDetails = Omit<ParameterInfo, "name">;

/**
 * Documents a request header that the routes of a method expect. One that is `required`, or has a `schema`, is
 * checked before the handler runs.
 *
 * @throws {ColonnadeError} `ERR_DECLARATION` without a name; `ERR_OPTION` for a detail that is none.
 */
export function header(name: string, details?: ParameterDetails): AnyMethodDecorator {
  return documents("header", name, details);
}

/**
 * Documents a query parameter that the routes of a method expect. One that is `required`, or has a `schema`, is
 * checked before the handler runs; what the schema makes of it is in `request.query`, unless the whole query has a schema.
 *
 * @throws {ColonnadeError} `ERR_DECLARATION` without a name; `ERR_OPTION` for a detail that is none.
 */
export function param(name: string, details?: ParameterDetails): AnyMethodDecorator {
  return documents("param", name, details);
}

const parameterDetails = new Set(["description", "required", "type", "schema"]);

function documents(
  kind: "header" | "param",
  name: string,
  details: ParameterDetails = {},
): AnyMethodDecorator {
  if (typeof name !== "string" || name === "") {
    throw new ColonnadeError("ERR_DECLARATION", `@${kind}() takes the name of a ${kind}, not ${quote(name)}`);
  }
  const owner = `@${kind}(${quote(name)})`;
  checkKeys(details, parameterDetails, owner);
  const { schema } = details;
  if (schema !== undefined && !isSchema(schema)) throw noSchema("schema", owner, schema);
  const info = Object.freeze({ ...details, name });
  return methodDecorator(owner, { kind, info });
}

function flatten(list: readonly MiddlewareList[]): Middleware[] {
  return list.flatMap((each) => {
    if (Array.isArray(each)) return flatten(each as readonly MiddlewareList[]); // isArray makes it any[]
    if (typeof each === "function") return [each as Middleware];
    throw new ColonnadeError("ERR_DECLARATION", `@use() takes Express middleware, not ${quote(each)}`);
  });
}
