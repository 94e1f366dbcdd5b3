import type { Request as ExpressRequest, Response as ExpressResponse } from "express";
import type { ColonnadeError } from "../errors";
import { Body } from "../http/body";
import type { RawRequest } from "../http/raw";
import { parseQuery } from "../http/request-source";
import type { ClientAddress, Lists, RequestSource } from "../http/request-source";
import { fragmentOf, pathnameOf, queryOf } from "../path/target";
import { hasBody } from "./body-meter";
import { toHeaderLists } from "./header-lists";

/** One body for all the routes that a request passes: it can be read only once. */
const bodies = new WeakMap<ExpressRequest, Body>();

/** The parts of a request that Express received, each taken when it is asked for. */
export class IncomingSource implements RequestSource {
  readonly #req: ExpressRequest;
  readonly #res: ExpressResponse;
  readonly #limit: number;
  readonly #onUnheard: ((error: ColonnadeError) => void) | undefined;
  #params?: Lists;
  #headers?: Lists;
  #signal?: AbortSignal;

  constructor(
    req: ExpressRequest,
    res: ExpressResponse,
    limit: number,
    onUnheard?: (error: ColonnadeError) => void,
  ) {
    this.#req = req;
    this.#res = res;
    this.#limit = limit;
    this.#onUnheard = onUnheard;
  }

  get clientAddress(): ClientAddress {
    const { remoteAddress = "", remotePort = 0 } = this.#req.socket;
    const host = this.#req.ip ?? remoteAddress;
    return host === remoteAddress ? [host, remotePort] : [host, 0];
  }

  get method(): string {
    return this.#req.method;
  }

  get path(): string {
    return pathnameOf(this.#req.originalUrl);
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
    return (this.#signal ??= signalOf(this.#res));
  }

  get raw(): RawRequest {
    return this.#req as RawRequest; // Express sets `req.res` before it routes
  }

  get body(): Body {
    let body = bodies.get(this.#req);
    if (body === undefined) bodies.set(this.#req, (body = createBody(this.#req)));
    body.limit = this.#limit;
    if (this.#onUnheard !== undefined) body.onUnheard = this.#onUnheard;
    return body;
  }
}

/** Why reading a request's body failed for its size; undefined when it has not. */
export function exceededBody(req: ExpressRequest): ColonnadeError | undefined {
  return bodies.get(req)?.exceeded;
}

function createBody(req: ExpressRequest): Body {
  return new Body({
    stream: hasBody(req) ? req : undefined,
    parserRan: "body" in req,
    parsed: req.body,
    contentType: req.headers["content-type"],
    contentEncoding: req.headers["content-encoding"],
  });
}

function signalOf(res: ExpressResponse): AbortSignal {
  const controller = new AbortController();
  const abort = () => {
    if (!res.writableFinished) controller.abort();
  };
  if (res.closed || res.destroyed) abort();
  else res.once("close", abort);
  return controller.signal;
}
