import { quote } from "../errors";
import { checkMaxContentLength } from "../http/max-content-length";
import { checkKeys } from "../http/options";
import { checkRouteDetails, routeDetails } from "../http/route-details";
import type { RouteOptions } from "../http/route";
import { routeSchemas, socketSchemas, takeSchemas } from "../http/schemas";
import { checkWebSocketOptions, webSocketOptions } from "../http/web-socket-options";
import { parsePattern } from "../path/parse";
import { methodDecorator } from "./decorate";
import type { SocketOptions, Verb, VerbOptions, WebSocketDecorator } from "./declared";

/** Declares a route for `GET`, and for `HEAD`. */
export const get: Verb<"GET"> = verb("get", "GET");
/** Declares a route for `PUT`. */
export const put: Verb<"PUT"> = verb("put", "PUT");
/** Declares a route for `POST`. */
export const post: Verb<"POST"> = verb("post", "POST");
/** Declares a route for `PATCH`. */
export const patch: Verb<"PATCH"> = verb("patch", "PATCH");
/** Declares a route for `HEAD`; the route of `GET` answers it where there is none before. */
export const head: Verb<"HEAD"> = verb("head", "HEAD");
/** Declares a route for `OPTIONS`, in place of the answer that Express gives by itself. */
export const options: Verb<"OPTIONS"> = verb("options", "OPTIONS");
/**
 * Declares a route for `DELETE`; also exported under the name `delete`, to be written
 * `@(http.delete(…))`, since esbuild takes `@http.delete(…)` for a syntax error.
 */
export const del: Verb<"DELETE"> = verb("del", "DELETE");
export { del as delete };

/**
 * Declares a WebSocket route, for a method that is called when the socket opens, for each message,
 * and when it closes: one call at a time. What it throws ends the socket with 1011. Serve the app by
 * `createServer`, or by express-ws.
 *
 * @throws {PathSyntaxError}
 * @throws {ColonnadeError} as the HTTP methods' do.
 */
export function websocket<const Pattern extends string, const Options extends SocketOptions = SocketOptions>(
  pattern: Pattern,
  options?: Options,
): WebSocketDecorator<Pattern, Options> {
  // The types of pattern and options are for the compiler alone; so they are below.
  const declared: unknown = declare("websocket", "WEBSOCKET", pattern, options, socketKind);
  return declared as WebSocketDecorator<Pattern, Options>;
}

/** What the declarations of one kind may say. */
interface Kind {
  readonly schemas: readonly string[];
  /** All options. */
  readonly known: ReadonlySet<string>;
  /** Takes those that are neither schemas nor details. */
  readonly check: (given: object, owner: string) => RouteOptions;
}

const verbKind: Kind = {
  schemas: routeSchemas,
  known: new Set(["maxContentLength", ...routeSchemas, ...routeDetails]),
  check: (given: VerbOptions, owner) => ({
    maxContentLength: checkMaxContentLength(given.maxContentLength, owner),
  }),
};

const socketKind: Kind = {
  schemas: socketSchemas,
  known: new Set([...webSocketOptions, ...socketSchemas, ...routeDetails]),
  check: (given: SocketOptions, owner) => {
    checkWebSocketOptions(given, owner);
    return Object.fromEntries(Object.entries(given).filter(([name]) => webSocketOptions.has(name)));
  },
};

function verb<Method extends string>(name: string, method: Method): Verb<Method> {
  const declareVerb = (pattern: string, given?: VerbOptions) =>
    declare(name, method, pattern, given, verbKind);
  return declareVerb as Verb<Method>;
}

/** The options of a declaration that has none. */
const none = Object.freeze({});

function declare(
  name: string,
  method: string,
  pattern: string,
  given: object = none,
  { schemas: names, known, check }: Kind,
): object {
  parsePattern(pattern);
  const owner = `@${name}(${quote(pattern)})`;
  checkKeys(given, known, owner);
  const own = check(given, owner);
  const options = given === none ? own : { ...own, ...readDetails(given, names, owner) };
  const decorate = methodDecorator(owner, { kind: "route", method, pattern, options });
  const declared = { method, pattern, options: Object.freeze({ ...given, ...own }) };
  return Object.freeze(Object.assign(decorate, declared));
}

/** What a declaration says besides what all routes have. */
function readDetails(given: object, names: readonly string[], owner: string): RouteOptions {
  const schemas = takeSchemas(given, names, owner);
  return { ...checkRouteDetails(given, owner), ...(schemas && { schemas }) };
}
