import { ColonnadeError, quote } from "../errors";
import { discard } from "../http/payload";
import type { ServerAddress } from "../http/server-address";
import { Connections } from "./connections";
import { Deliveries, logError } from "./deliveries";
import { Exchange } from "./exchange";
import { toFailure } from "./failure";
import type { Hop } from "./hop";
import { checkClientOptions, checkOrigin } from "./options";
import type { CheckedClientOptions, HTTPClientOptions } from "./options";
import { noBody, toRequestBody } from "./request-body";
import { Handle } from "./request-handle";
import type { RequestCallback, RequestHandle } from "./request-handle";
import { toHeaderList } from "./request-headers";
import type { RequestHeaders } from "./request-headers";
import { toTarget } from "./target";
import type { Query } from "./target";

/** Sends the requests of an `HTTPClient`. */
export class Sender {
  readonly deliveries: Deliveries;
  readonly #origin: string;
  readonly #options: CheckedClientOptions;
  #connections: Connections | undefined;
  #stopped = false;
  #closing = Promise.resolve();
  #count = 0;

  /** @throws {ColonnadeError} `ERR_OPTION` */
  constructor(addr: ServerAddress, protocol: "http" | "https", options: HTTPClientOptions) {
    this.#origin = checkOrigin(addr, protocol);
    this.#options = checkClientOptions(options);
    this.deliveries = new Deliveries(options.onError ?? logError);
  }

  /** @throws {ColonnadeError} `ERR_OPTION` */
  request(
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
    const handle = new Handle(++this.#count, callback ?? undefined, this.deliveries);
    this.deliveries.add(handle);
    this.#send(hop, handle);
    return handle;
  }

  /** Makes ready to connect, after {@link stop} too. */
  start(): void {
    this.#stopped = false;
    this.#connections ??= new Connections(this.#origin, this.#options);
  }

  /** @returns resolves once every connection is closed. */
  stop(): Promise<void> {
    this.#stopped = true;
    this.deliveries.end(stopped());
    const connections = this.#connections;
    this.#connections = undefined;
    this.#closing = bothOf(this.#closing, connections?.close());
    return this.#closing;
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
