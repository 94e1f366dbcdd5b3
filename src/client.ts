import { Connections } from "./client/connections";
import { Deliveries, logError } from "./client/deliveries";
import { Exchange } from "./client/exchange";
import { toFailure } from "./client/failure";
import type { Hop } from "./client/hop";
import { checkClientOptions, checkOrigin } from "./client/options";
import type { CheckedClientOptions, HTTPClientOptions } from "./client/options";
import { noBody, toRequestBody } from "./client/request-body";
import type { RequestPayload } from "./client/request-body";
import { Handle } from "./client/request-handle";
import type { RequestCallback, RequestHandle } from "./client/request-handle";
import { toHeaderList } from "./client/request-headers";
import type { RequestHeaders } from "./client/request-headers";
import { toTarget } from "./client/target";
import type { Query } from "./client/target";
import { ColonnadeError, quote } from "./errors";
import { discard } from "./http/payload";
import type { ServerAddress } from "./http/server-address";

/**
 * Makes requests to one server, over connections that it keeps. Each request gives a {@link RequestHandle} at
 * once, and ends with a response: a failure is an `ErrorResponse`, and nothing is thrown but for what can't be
 * sent. A response is awaited, given to a callback by {@link update}, or taken by {@link getResponses}.
 */
export class HTTPClient {
  readonly #origin: string;
  readonly #options: CheckedClientOptions;
  readonly #deliveries: Deliveries;
  #connections: Connections | undefined;
  #stopped = false;
  #closing = Promise.resolve();
  #count = 0;

  /** @throws {ColonnadeError} `ERR_OPTION` */
  constructor(addr: ServerAddress, protocol: "http" | "https" = "http", options: HTTPClientOptions = {}) {
    this.#origin = checkOrigin(addr, protocol);
    this.#options = checkClientOptions(options);
    this.#deliveries = new Deliveries(options.onError ?? logError);
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
    return this.#request("GET", path, undefined, query, headers, callback);
  }

  /** As {@link get}. */
  delete(
    path: string,
    query?: Query | null,
    headers?: RequestHeaders | null,
    callback?: RequestCallback | null,
  ): RequestHandle {
    return this.#request("DELETE", path, undefined, query, headers, callback);
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
    return this.#request("POST", path, payload, query, headers, callback);
  }

  /** As {@link post}. */
  put(
    path: string,
    payload?: RequestPayload,
    query?: Query | null,
    headers?: RequestHeaders | null,
    callback?: RequestCallback | null,
  ): RequestHandle {
    return this.#request("PUT", path, payload, query, headers, callback);
  }

  /**
   * Goes through the requests that have completed, in the order in which they did, and runs the callback of
   * each that has one. What completes after the first was taken is left for the next call.
   */
  getResponses(): Generator<RequestHandle, void, undefined> {
    return this.#deliveries.take();
  }

  /** Runs the callbacks of the requests that have completed; what they throw is told to `onError`. */
  update(): void {
    this.#deliveries.run();
  }

  /**
   * How many requests have not been handed over: one with a callback is when it has run, any other when it was
   * awaited or passed by {@link getResponses}.
   */
  pending(): number {
    return this.#deliveries.size;
  }

  /** Makes ready to connect, after `stop()` too; the first request does so by itself. */
  start(): void {
    this.#stopped = false;
    this.#connections ??= new Connections(this.#origin, this.#options);
  }

  /**
   * Ends every request with an `ErrorResponse`, and those that follow until `start()`.
   *
   * @returns resolves once every connection is closed.
   */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#deliveries.end(stopped());
    const connections = this.#connections;
    this.#connections = undefined;
    this.#closing = bothOf(this.#closing, connections?.close());
    return this.#closing;
  }

  /** As {@link stop}: for `await using`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  #request(
    method: Hop["method"],
    path: string,
    payload: unknown,
    query: Query | null | undefined,
    headers: RequestHeaders | null | undefined,
    callback: RequestCallback | null | undefined,
  ): RequestHandle {
    let hop: Hop;
    try {
      checkCallback(callback, method);
      hop = this.#toHop(method, toTarget(method, path, query), payload, headers);
    } catch (error) {
      discard(payload); // nobody else will: it was made for this request
      throw error;
    }
    const handle = new Handle(++this.#count, callback ?? undefined, this.#deliveries);
    this.#deliveries.add(handle);
    this.#send(hop, handle);
    return handle;
  }

  #toHop(
    method: Hop["method"],
    target: string,
    payload: unknown,
    headers: RequestHeaders | null | undefined,
  ): Hop {
    const owner = `${method} ${target.split("?", 1)[0]}`;
    const body = payload === undefined ? noBody : toRequestBody(payload, owner);
    return { method, origin: this.#origin, target, headers: toHeaderList(headers, body, owner), body };
  }

  #send(hop: Hop, handle: Handle): void {
    if (this.#stopped) {
      discard(hop.body.content);
      handle.complete(toFailure(stopped()));
      return;
    }
    this.#connections ??= new Connections(this.#origin, this.#options);
    const exchange = new Exchange(hop, this.#connections, this.#options, (response) =>
      handle.complete(response),
    );
    handle.begin((reason) => exchange.end(reason));
    exchange.start();
  }
}

async function bothOf(before: Promise<void>, now: Promise<void> | undefined): Promise<void> {
  await before;
  await now;
}

function checkCallback(callback: unknown, method: string): void {
  if (callback === undefined || callback === null || typeof callback === "function") return;
  const message = `The callback of a ${method} request is a function, not ${quote(callback)}`;
  throw new ColonnadeError("ERR_OPTION", message);
}

function stopped(): ColonnadeError {
  return new ColonnadeError("ERR_CLIENT_STOPPED", "The client was stopped");
}
