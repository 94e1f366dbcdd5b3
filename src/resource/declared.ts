import type { Allowed, HandlerResult, ToReturn } from "../http/answer-types";
import type { Request } from "../http/request";
import type { RouteDetails } from "../http/route-details";
import type { ResponseSchemas, RouteSchemas, SocketSchemas } from "../http/schemas";
import type { WebSocketOptions } from "../http/web-socket-options";
import type { Schema } from "../schema/schema";
import type { MessageBy } from "../websocket/message-types";
import type { WebSocketOpCode } from "../websocket/op-code";
import type { WebSocketRequest } from "../websocket/web-socket-request";
import type { MethodDecorator } from "./decorate";
import type { Resource } from "./resource";

/** Options of `get`, `put`, `post`, `patch`, `head`, `options` and `del`. */
export interface VerbOptions extends RouteSchemas, RouteDetails {
  /** How many bytes a request body may have: 5 MiB by default; 0 allows only an empty one. */
  readonly maxContentLength?: number;
}

/** Options of `websocket`. */
export interface SocketOptions extends WebSocketOptions, SocketSchemas, RouteDetails {}

/** What a declaration carries besides being a decorator. */
export interface Declared<Method extends string, Pattern extends string, Options> {
  /** An upper-case HTTP method, or `"WEBSOCKET"`. */
  readonly method: Method;
  readonly pattern: Pattern;
  /** As they were given; a verb's with the default of `maxContentLength`. */
  readonly options: Options;
}

/**
 * A route declaration: a value that can be kept, exported, and used as the decorator of a method
 * that takes `Request<Pattern, Options>` and returns a `Response`: one that its `responses` allow, where it has them.
 */
export type RouteDecorator<
  Pattern extends string,
  Options = VerbOptions,
  Method extends string = string,
> = Declared<Method, Pattern, Options> &
  (Options extends { readonly responses: ResponseSchemas }
    ? StrictDecorator<Pattern, Options>
    : MethodDecorator<[request: Request<Pattern, Given<Options>>], HandlerResult | Promise<HandlerResult>>);

/** Options that were given: the compiler has much less to compare where there are none. */
type Given<Options> = VerbOptions extends Options ? unknown : Options;

/** A decorator of methods whose answers are held against `responses`. */
interface StrictDecorator<Pattern extends string, Options> {
  <
    This extends Resource,
    Handler extends (
      this: This,
      request: Request<Pattern, Options>,
    ) => ToReturn<ReturnType<Handler>, Options>,
  >(
    method: Handler,
    context: ClassMethodDecoratorContext<This, Handler> & { readonly static: false },
  ): void;
  <Handler extends (request: Request<Pattern, Options>) => ToReturn<ReturnType<Handler>, Options>>(
    target: Resource,
    member: string | symbol,
    descriptor: TypedPropertyDescriptor<Handler>,
  ): void;
}

/** The declaration of a WebSocket route, and the decorator of its handler. */
export type WebSocketDecorator<Pattern extends string, Options = SocketOptions> = Declared<
  "WEBSOCKET",
  Pattern,
  Options
> &
  SocketMethodDecorator<Pattern, Options, [opcode: WebSocketOpCode, payload: MessageBy<Options>[1]]> &
  // A handler that takes them as one, so that the compiler knows the payload by the opcode.
  (Options extends { readonly receives: Schema } | { readonly sends: Schema }
    ? SocketMethodDecorator<Pattern, Options, MessageBy<Options>>
    : unknown);

type SocketMethodDecorator<Pattern extends string, Options, Message extends unknown[]> = MethodDecorator<
  [socket: WebSocketRequest<Pattern, Options>, ...message: Message],
  void | Promise<void>
>;

/** Declares a route for one HTTP method. */
export interface Verb<Method extends string = string> {
  /**
   * @param pattern - a path in the grammar of `docs/paths.md`.
   * @throws {PathSyntaxError} for a path outside the grammar.
   * @throws {ColonnadeError} `ERR_OPTION` for an option that is none; `ERR_DECLARATION` where the
   *   decorator stands on anything but an instance method.
   */
  <const Pattern extends string, const Options extends VerbOptions = VerbOptions>(
    pattern: Pattern,
    options?: Options,
  ): RouteDecorator<Pattern, Options, Method>;
}

/** What the handler of a declared route is given: `Request`, or `WebSocketRequest`. */
export type RequestOf<Declaration> =
  Declaration extends Declared<infer Method, infer Pattern, infer Options>
    ? Method extends "WEBSOCKET"
      ? WebSocketRequest<Pattern, Options>
      : Request<Pattern, Given<Options>>
    : never;

/** What the handler of a declared route may answer with. */
export type ResponseOf<Declaration> =
  Declaration extends Declared<string, string, infer Options> ? Allowed<Options> : never;

/**
 * What the handler of a declared WebSocket route is called with besides the socket, to be taken as one:
 * `talk(socket: RequestOf<typeof chat>, ...[opcode, payload]: MessageOf<typeof chat>)`. The opcode tells the
 * compiler what the payload is.
 */
export type MessageOf<Declaration> =
  Declaration extends Declared<"WEBSOCKET", string, infer Options> ? MessageBy<Options> : never;
