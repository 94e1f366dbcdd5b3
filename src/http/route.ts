import { METHODS } from "node:http";
import { ColonnadeError, quote } from "../errors";
import type { Pattern } from "../path/pattern";
import { parsePattern } from "../path/parse";
import { lazy } from "../lazy";
import { checkMaxContentLength } from "./max-content-length";
import { checkKeys } from "./options";
import type { Request } from "./request";
import type * as checkRequest from "./check-request";
import type { RequestCheck } from "./check-request";
import { routeDetails } from "./route-details";
import type { ParameterInfo, RouteDetails } from "./route-details";
import { checkSchemas, routeSchemas, socketSchemas } from "./schemas";
import type { Schemas } from "./schemas";
import { checkWebSocketOptions, webSocketOptions } from "./web-socket-options";
import type { CheckedWebSocketOptions, WebSocketOptions } from "./web-socket-options";

const loadCheckRequest = lazy(() => require("./check-request") as typeof checkRequest);

/** The function behind a route. A WebSocket's is also given the opcode and the payload. */
export type RouteCallback = Callable["call"];

interface Callable {
  // A method, for its bivariance: what is written for `Request<"/user/:id">` is a callback too.
  call(request: Request, ...message: never[]): unknown;
}

/** What {@link RouteOptions.middleware} holds: Express middleware, opaque to whoever has no Express. */
export type Middleware = (...args: never[]) => unknown;

/** Middleware that runs once for all routes of one Resource. */
export interface RouteGroup {
  /** The name of the class. */
  readonly name: string;
  readonly middleware: readonly Middleware[];
}

/**
 * What a route is declared with, besides its method, pattern and callback. Those of
 * {@link WebSocketOptions} are for a WebSocket's, but for `maxContentLength`: how many bytes a request
 * body, or a message, may have.
 */
export interface RouteOptions extends WebSocketOptions, RouteDetails {
  /** What is checked of requests, messages and answers. */
  readonly schemas?: Schemas;
  /** What `@use` put before this route. */
  readonly middleware?: readonly Middleware[];
  /** What `@use` put before every route of the class. */
  readonly group?: RouteGroup;
  /** What `@header` says. */
  readonly headers?: readonly ParameterInfo[];
  /** What `@param` says. */
  readonly params?: readonly ParameterInfo[];
}

/** A route: an upper-case HTTP method or `"WEBSOCKET"`, a path pattern, a bound callback, options. */
export type Route = readonly [
  method: string,
  pattern: string,
  callback: RouteCallback,
  options?: RouteOptions,
];

/** What has routes, such as a Resource. */
export interface RouteSource {
  routes(): Route[];
}

/** A route that has been checked. */
export interface CompiledRoute {
  readonly method: string;
  readonly pattern: Pattern;
  readonly callback: RouteCallback;
  readonly maxContentLength: number;
  readonly middleware: readonly Middleware[];
  readonly group: RouteGroup | undefined;
  /** Undefined where nothing is. */
  readonly check: RequestCheck | undefined;
  readonly schemas: Schemas | undefined;
  /** Undefined for a route of an HTTP method. */
  readonly webSocket: CheckedWebSocketOptions | undefined;
  /** How messages name it: `GET /user/:id`. */
  readonly name: string;
}

const methods: ReadonlySet<string> = new Set([...METHODS, "WEBSOCKET"]);

const routeOptions: ReadonlySet<string> = new Set([
  "maxContentLength",
  "middleware",
  "group",
  "headers",
  "params",
  "schemas",
  ...routeDetails,
]);
const webSocketRouteOptions = new Set([...routeOptions, ...webSocketOptions]);

/**
 * Checks a route and parses its pattern.
 *
 * @throws {PathSyntaxError}
 * @throws {ColonnadeError} `ERR_OPTION` for a method, callback or option that is none.
 */
export function compileRoute(route: Route): CompiledRoute {
  if (!Array.isArray(route)) throw invalid(`A route is a tuple, not ${quote(route)}`);
  const [method, source, callback, options = {}] = route as Route; // `isArray` makes it any[]
  const pattern = parsePattern(source);
  if (!methods.has(method)) {
    throw invalid(`The method of ${source} is ${quote(method)}, not an HTTP method in upper case`);
  }
  const name = `${method} ${source}`;
  if (typeof callback !== "function") throw invalid(`The callback of ${name} is ${quote(callback)}`);
  const isWebSocket = method === "WEBSOCKET";
  checkKeys(options, isWebSocket ? webSocketRouteOptions : routeOptions, name);
  return {
    method,
    pattern,
    callback,
    maxContentLength: checkMaxContentLength(options.maxContentLength, name),
    middleware: checkMiddleware(options.middleware ?? [], name),
    group: checkGroup(options.group, name),
    check: checkOf(options, isWebSocket, name),
    schemas: options.schemas,
    webSocket: isWebSocket ? checkWebSocketOptions(options, name) : undefined,
    name,
  };
}

function checkMiddleware(list: unknown, owner: string): readonly Middleware[] {
  if (Array.isArray(list) && list.every((each) => typeof each === "function")) return list as Middleware[];
  throw invalid(`The middleware of ${owner} is a list of functions, not ${quote(list)}`);
}

function checkOf(
  { schemas, headers = [], params = [] }: RouteOptions,
  isWebSocket: boolean,
  owner: string,
): RequestCheck | undefined {
  if (schemas !== undefined) checkSchemas(schemas, isWebSocket ? socketSchemas : routeSchemas, owner);
  if (schemas === undefined && headers.length === 0 && params.length === 0) return undefined;
  return loadCheckRequest().createRequestCheck(schemas, headers, params, owner);
}

function checkGroup(group: RouteGroup | undefined, owner: string): RouteGroup | undefined {
  if (group !== undefined) checkMiddleware(group.middleware, `the group of ${owner}`);
  return group;
}

function invalid(message: string): ColonnadeError {
  return new ColonnadeError("ERR_OPTION", message);
}
