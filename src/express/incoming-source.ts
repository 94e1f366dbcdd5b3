import type { Socket } from "node:net";
import type { Request as ExpressRequest, Response as ExpressResponse } from "express";
import type { ColonnadeError } from "../errors";
import type { Body } from "../http/body";
import type { RawRequest } from "../http/raw";
import { loadBody, parseQuery } from "../http/request-source";
import type { ClientAddress, Lists, RequestSource } from "../http/request-source";
import type { BodySource } from "../http/upstream-body";
import { fragmentOf, pathnameOf, queryOf } from "../path/target";
import { clientPath } from "../websocket/plain-express-ws";
import { hasBody } from "./body-meter";
import { toHeaderLists } from "./header-lists";

type Close = () => void;

/** What waits for a connection to close: one listener for all the requests that are pipelined on it. */
const waiting = new WeakMap<Socket, { readonly closes: Set<Close>; readonly listener: Close }>();

/** Where a request keeps its body, one for all the routes that it passes: it can be read only once. */
const bodyOfRequest = Symbol("colonnade.body");

type Received = ExpressRequest & { [bodyOfRequest]?: Body };

/** The parts of a request that Express received, each taken when it is asked for. */
export class IncomingSource implements RequestSource {
  readonly #req: Received;
  readonly #res: ExpressResponse;
  readonly #limit: number | undefined;
  #params?: Lists;
  #headers?: Lists;
  #signal?: AbortSignal;

  /** @param limit - of the body; without one, the body keeps that of the route that came before. */
  constructor(req: ExpressRequest, res: ExpressResponse, limit?: number) {
    this.#req = req;
    this.#res = res;
    this.#limit = limit;
  }

  get clientAddress(): ClientAddress {
    const socket = socketOf(this.#req);
    if (socket === null) return ["", 0]; // where `req.ip` would throw
    const { remoteAddress = "", remotePort = 0 } = socket;
    const host = this.#req.ip ?? remoteAddress;
    return host === remoteAddress ? [host, remotePort] : [host, 0];
  }

  get method(): string {
    return this.#req.method;
  }

  get path(): string {
    return clientPath(pathnameOf(this.#req.originalUrl), this.#req);
  }

  get params(): Lists {
    return (this.#params ??= parseQuery(queryOf(this.#req.originalUrl)));
  }

  get fragment(): string {
    return fragmentOf(this.#req.originalUrl);
  }

  get headers(): Lists {
    return (this.#headers ??= toHeaderLists(this.#req));
  }

  get signal(): AbortSignal {
    return (this.#signal ??= signalOf(this.#req, this.#res));
  }

  get raw(): RawRequest {
    return this.#req as RawRequest; // Express sets `req.res` before it routes
  }

  get body(): Body {
    const body = (this.#req[bodyOfRequest] ??= createBody(this.#req));
    if (this.#limit !== undefined) body.limit = this.#limit;
    return body;
  }
}

/** Why reading a request's body failed for its size; undefined when it has not. */
export function exceededBody(req: Received): ColonnadeError | undefined {
  return req[bodyOfRequest]?.exceeded;
}

function createBody(req: ExpressRequest): Body {
  const { Body } = loadBody();
  return new Body(new IncomingBody(req));
}

/** Looks anew each time: a handler may also call a parser by itself. */
class IncomingBody implements BodySource {
  readonly #req: ExpressRequest;

  constructor(req: ExpressRequest) {
    this.#req = req;
  }

  get stream(): ExpressRequest | undefined {
    return hasBody(this.#req) ? this.#req : undefined;
  }

  get parserRan(): boolean {
    return "body" in this.#req;
  }

  get parsed(): unknown {
    return this.#req.body as unknown;
  }

  get contentType(): string | undefined {
    return this.#req.headers["content-type"];
  }

  get contentEncoding(): string | undefined {
    return this.#req.headers["content-encoding"];
  }

  get contentLength(): string | undefined {
    return this.#req.headers["content-length"];
  }
}

function signalOf(req: ExpressRequest, res: ExpressResponse): AbortSignal {
  const controller = new AbortController();
  const socket = res.socket ?? socketOf(req);
  const close = () => {
    res.off("close", close);
    if (socket !== null) forget(socket, close);
    if (!res.writableFinished) controller.abort();
  };
  if (res.closed || res.destroyed || socket?.destroyed) {
    close();
  } else {
    res.on("close", close);
    // Node closes no response that still waits for the one before it on the connection.
    if (socket !== null) watch(socket, close);
  }
  return controller.signal;
}

/** The connection; null where a `for await` over `req` has ended, which Node's types leave out. */
function socketOf(req: ExpressRequest): Socket | null {
  return req.socket;
}

function watch(socket: Socket, close: Close): void {
  let watched = waiting.get(socket);
  if (watched === undefined) {
    const closes = new Set<Close>();
    const listener = () => closes.forEach((each) => each());
    waiting.set(socket, (watched = { closes, listener }));
    socket.on("close", listener);
  }
  watched.closes.add(close);
}

function forget(socket: Socket, close: Close): void {
  const watched = waiting.get(socket);
  if (watched === undefined || !watched.closes.delete(close) || watched.closes.size > 0) return;
  waiting.delete(socket);
  socket.off("close", watched.listener);
}
