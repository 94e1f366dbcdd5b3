import { quote } from "../errors";
import { checkMaxContentLength } from "../http/max-content-length";
import type { Request } from "../http/request";
import { checkKeys } from "../http/route";
import type { HandlerResult } from "../http/route";
import { checkWebSocketOptions, webSocketOptions } from "../http/web-socket-options";
import type { WebSocketOptions } from "../http/web-socket-options";
import { parsePattern } from "../path/parse";
import type { WebSocketOpCode } from "../websocket/op-code";
import type { WebSocketRequest } from "../websocket/web-socket-request";
import { methodDecorator } from "./decorate";
import type { MethodDecorator } from "./decorate";

/** Options of `get`, `put`, `post`, `patch`, `head`, `options` and `del`. */
export interface VerbOptions {
  /** How many bytes a request body may have: 5 MiB by default; 0 allows only an empty one. */
  readonly maxContentLength?: number;
}

/** What a declaration carries besides being a decorator. */
interface Declared<Pattern extends string, Options> {
  /** An upper-case HTTP method, or `"WEBSOCKET"`. */
  readonly method: string;
  readonly pattern: Pattern;
  readonly options: Readonly<Options>;
}

/**
 * A route declaration: a value that can be kept, exported, and used as the decorator of a method
 * that takes `Request<Pattern>` and returns a `Response`.
 */
export interface RouteDecorator<Pattern extends string, Options = VerbOptions>
  extends
    MethodDecorator<[request: Request<Pattern, Options>], HandlerResult | Promise<HandlerResult>>,
    Declared<Pattern, Options> {}

/** The declaration of a WebSocket route, and the decorator of its handler. */
export interface WebSocketDecorator<Pattern extends string, Options = WebSocketOptions>
  extends
    MethodDecorator<
      [socket: WebSocketRequest<Pattern, Options>, opcode: WebSocketOpCode, payload: string | Buffer],
      void | Promise<void>
    >,
    Declared<Pattern, Options> {}

/** Declares a route for one HTTP method. */
export interface Verb {
  /**
   * @param pattern - a path in the grammar of `docs/paths.md`.
   * @throws {PathSyntaxError} for a path outside the grammar.
   * @throws {ColonnadeError} `ERR_OPTION` for an option that is none; `ERR_DECLARATION` where the
   *   decorator stands on anything but an instance method.
   */
  <const Pattern extends string, const Options extends VerbOptions = VerbOptions>(
    pattern: Pattern,
    options?: Options,
  ): RouteDecorator<Pattern, Options>;
}

const verbOptions = new Set(["maxContentLength"]);

/** Declares a route for `GET`, and for `HEAD`. */
export const get: Verb = verb("get", "GET");
/** Declares a route for `PUT`. */
export const put: Verb = verb("put", "PUT");
/** Declares a route for `POST`. */
export const post: Verb = verb("post", "POST");
/** Declares a route for `PATCH`. */
export const patch: Verb = verb("patch", "PATCH");
/** Declares a route for `HEAD`; the route of `GET` answers it where there is none before. */
export const head: Verb = verb("head", "HEAD");
/** Declares a route for `OPTIONS`, in place of the answer that Express gives by itself. */
export const options: Verb = verb("options", "OPTIONS");
/**
 * Declares a route for `DELETE`; also exported under the name `delete`, to be written
 * `@(http.delete(…))`, since esbuild takes `@http.delete(…)` for a syntax error.
 */
export const del: Verb = verb("del", "DELETE");
export { del as delete };

/**
 * Declares a WebSocket route, for a method that is called when the socket opens, for each message,
 * and when it closes: one call at a time. What it throws ends the socket with 1011. Serve the app by
 * `createServer`, or by express-ws.
 *
 * @throws {PathSyntaxError}
 * @throws {ColonnadeError} as the HTTP methods' do.
 */
export function websocket<
  const Pattern extends string,
  const Options extends WebSocketOptions = WebSocketOptions,
>(pattern: Pattern, options?: Options): WebSocketDecorator<Pattern, Options> {
  // The types of pattern and options are for the compiler alone; so they are below.
  return declare("websocket", "WEBSOCKET", pattern, options, checkSocketOptions) as WebSocketDecorator<
    Pattern,
    Options
  >;
}

type CheckOptions = (given: object, owner: string) => VerbOptions;

function verb(name: string, method: string): Verb {
  const declareVerb = (pattern: string, given?: VerbOptions) =>
    declare(name, method, pattern, given, checkVerbOptions);
  return declareVerb as Verb;
}

function checkVerbOptions(given: VerbOptions, owner: string): VerbOptions {
  checkKeys(given, verbOptions, owner);
  return { ...given, maxContentLength: checkMaxContentLength(given.maxContentLength, owner) };
}

function checkSocketOptions(given: WebSocketOptions, owner: string): WebSocketOptions {
  checkKeys(given, webSocketOptions, owner);
  checkWebSocketOptions(given, owner);
  return { ...given };
}

function declare(
  name: string,
  method: string,
  pattern: string,
  given: object = {},
  checkOptions: CheckOptions,
): object {
  parsePattern(pattern);
  const owner = `@${name}(${quote(pattern)})`;
  const declared = { method, pattern, options: Object.freeze(checkOptions(given, owner)) };
  const decorate = methodDecorator(owner, { kind: "route", ...declared });
  return Object.freeze(Object.assign(decorate, declared));
}
