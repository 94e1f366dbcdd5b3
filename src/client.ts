import type { Callable, CallArguments } from "./call/call-types";
import type * as calling from "./client/call";
import type { CallDetails, CallHandle } from "./client/call";
import type { HTTPClientOptions } from "./client/options";
import type { RequestPayload } from "./client/request-body";
import type { RequestCallback, RequestHandle } from "./client/request-handle";
import type { RequestHeaders } from "./client/request-headers";
import type * as sending from "./client/sender";
import type { Sender } from "./client/sender";
import type { Query } from "./client/target";
import type { ServerAddress } from "./http/server-address";
import { lazy } from "./lazy";

const loadCalling = lazy(() => require("./client/call") as typeof calling);
const loadSending = lazy(() => require("./client/sender") as typeof sending);

/**
 * Makes requests to one server, over connections that it keeps. Each request gives a {@link RequestHandle} at
 * once, and ends with a response: a failure is an `ErrorResponse`, and nothing is thrown but for what can't be
 * sent. A response is awaited, given to a callback by {@link update}, or taken by {@link getResponses}.
 */
export class HTTPClient {
  readonly #sender: Sender;

  /** @throws {ColonnadeError} `ERR_OPTION` */
  constructor(addr: ServerAddress, protocol: "http" | "https" = "http", options: HTTPClientOptions = {}) {
    const { Sender } = loadSending();
    this.#sender = new Sender(addr, protocol, options);
  }

  /**
   * @param path - starts with `/`, and may have a query, to which `query` is added.
   * @param callback - called by `update()` or `getResponses()`.
   * @throws {ColonnadeError} `ERR_OPTION` for what can't be sent.
   */
  get(
    path: string,
    query?: Query | null,
    headers?: RequestHeaders | null,
    callback?: RequestCallback | null,
  ): RequestHandle {
    return this.#sender.request("GET", path, undefined, query, headers, callback);
  }

  /** As {@link get}. */
  delete(
    path: string,
    query?: Query | null,
    headers?: RequestHeaders | null,
    callback?: RequestCallback | null,
  ): RequestHandle {
    return this.#sender.request("DELETE", path, undefined, query, headers, callback);
  }

  /**
   * As {@link get}, with a body.
   *
   * @param payload - sent by its kind: text, bytes, a stream, a message in the binary format, or as JSON.
   * @throws {SerializableError} `ERR_SERIALIZABLE_VALUE` for a message that can't be written.
   */
  post(
    path: string,
    payload?: RequestPayload,
    query?: Query | null,
    headers?: RequestHeaders | null,
    callback?: RequestCallback | null,
  ): RequestHandle {
    return this.#sender.request("POST", path, payload, query, headers, callback);
  }

  /** As {@link post}. */
  put(
    path: string,
    payload?: RequestPayload,
    query?: Query | null,
    headers?: RequestHeaders | null,
    callback?: RequestCallback | null,
  ): RequestHandle {
    return this.#sender.request("PUT", path, payload, query, headers, callback);
  }

  /**
   * Calls a route by its declaration: `client.call(createUser, { body: { name: "Ada" } })`. What the input needs is
   * asked for by the compiler, and the answer is typed by its status code. A failure is an answer here too, of 502 to 504.
   *
   * @throws {TypeError} for a value that is missing, or that can't be sent, naming it.
   */
  call<Pattern extends string, Options>(
    declaration: Callable<Pattern, Options>,
    ...[input, details]: CallArguments<Pattern, Options, CallDetails>
  ): CallHandle<Options> {
    const { method, target, payload, headers } = loadCalling().toCall(declaration, input ?? {}, details);
    const handle = this.#sender.request(method, target, payload, undefined, headers, undefined);
    return handle as unknown as CallHandle<Options>; // the same, by the declaration's word for the answer
  }

  /**
   * Goes through the requests that have completed, in the order in which they did, and runs the callback of
   * each that has one. What completes after the first was taken is left for the next call.
   */
  getResponses(): Generator<RequestHandle, void, undefined> {
    return this.#sender.deliveries.take();
  }

  /** Runs the callbacks of the requests that have completed; what they throw is told to `onError`. */
  update(): void {
    this.#sender.deliveries.run();
  }

  /**
   * How many requests have not been handed over: one with a callback is when it has run, any other when it was
   * awaited or passed by {@link getResponses}.
   */
  pending(): number {
    return this.#sender.deliveries.size;
  }

  /** Makes ready to connect, after `stop()` too; the first request does so by itself. */
  start(): void {
    this.#sender.start();
  }

  /**
   * Ends every request with an `ErrorResponse`, and those that follow until `start()`.
   *
   * @returns resolves once every connection is closed.
   */
  stop(): Promise<void> {
    return this.#sender.stop();
  }

  /** As {@link stop}: for `await using`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }
}
