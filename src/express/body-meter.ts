import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { ColonnadeError } from "../errors";
import { bodyTooLarge, checkDeclaredLength } from "../http/pump";
import { forgoContinue } from "./expect-continue";

/** In milliseconds: how long a client has to take its answer before its connection is cut. */
const hangUpDelay = 1_000;

/** Where a request keeps its meter: to collect the garbage of a WeakMap would cost more than the request. */
const meterOfRequest = Symbol("colonnade.meter");

type Metered = IncomingMessage & { [meterOfRequest]?: BodyMeter };

/** Whether a request has a body (RFC 9112, section 6.3). */
export function hasBody({ headers }: IncomingMessage): boolean {
  return headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0;
}

/**
 * Limits a request's body, whoever reads it; must come before anything does. What is left of it once
 * the request has been answered is read and thrown away up to the limit, so that the connection can
 * serve the next request; past it the connection ends.
 *
 * @param refuse - called, once, as soon as more than `limit` bytes have come, if there is no whole
 *   answer by then: no reader can be relied on to notice.
 * @throws {ColonnadeError} `ERR_BODY_TOO_LARGE` when the declared length is over the limit.
 */
export function limitBody(
  req: IncomingMessage,
  res: ServerResponse,
  limit: number,
  refuse: (error: ColonnadeError) => void,
): void {
  if (hasBody(req)) meterOf(req, res).setLimit(limit, refuse);
}

/**
 * Counts a request's body from its birth, so that what middleware reads before {@link limitBody} counts
 * as well. To a declared length, Node holds the client.
 */
export function meterBody(req: IncomingMessage, res: ServerResponse): void {
  if (req.headers["transfer-encoding"] !== undefined) meterOf(req, res).watch();
}

function meterOf(req: Metered, res: ServerResponse): BodyMeter {
  return (req[meterOfRequest] ??= new BodyMeter(req, res));
}

/** Why a request was refused while its body was read; undefined when it was not. */
export function refusedBody(req: Metered): ColonnadeError | undefined {
  return req[meterOfRequest]?.refused;
}

/** Counts a body as it is read: every read of a Readable emits "data", whatever reads it. */
class BodyMeter {
  refused?: ColonnadeError;
  readonly #req: IncomingMessage;
  readonly #res: ServerResponse;
  /** A `for await` over `req` that ends takes it away from there. */
  readonly #socket: Socket;
  #emit?: IncomingMessage["emit"];
  /** Undefined before there is one. */
  #limit: number | undefined;
  #refuse: (error: ColonnadeError) => void = () => {};
  #size = 0;
  #state: "counting" | "draining" | "cut" = "counting";

  constructor(req: IncomingMessage, res: ServerResponse) {
    this.#req = req;
    this.#res = res;
    this.#socket = req.socket;
  }

  setLimit(limit: number, refuse: (error: ColonnadeError) => void): void {
    const { headers } = this.#req;
    if (this.#limit === undefined) this.#res.once("finish", () => this.#finish());
    this.#limit = limit;
    this.#refuse = refuse;
    if (headers["transfer-encoding"] !== undefined) this.watch();
    try {
      if (this.#size > limit) throw bodyTooLarge(limit);
      checkDeclaredLength(headers["content-length"], limit);
    } catch (error) {
      this.watch();
      this.#drain();
      throw error;
    }
  }

  watch(): void {
    if (this.#emit !== undefined) return;
    const req = this.#req;
    const emit = (this.#emit = req.emit.bind(req));
    // On the instance: Express's setPrototypeOf would drop it from a class.
    req.emit = (event: string | symbol, ...args: unknown[]): boolean => {
      if (event === "data" && !this.#count(args[0] as Buffer | string)) return false;
      if (event === "end" && this.refused !== undefined) return false;
      return emit(event, ...args);
    };
    // Begins to read: what nobody has begun to read, Node reads to its end, whatever its size.
    this.#res.once("prefinish", () => {
      if (this.#limit !== undefined) req.read(0);
    });
  }

  /** The request has been answered. */
  #finish(): void {
    const req = this.#req;
    if (req.complete && req.readableEnded) return;
    // Of a request that somebody has destroyed, the rest can't be read, and would stand in the way.
    const close = () => {
      if (!req.complete) this.#socket.destroy();
    };
    if (req.destroyed) close();
    else req.once("close", close);
    this.#drain();
  }

  /** Reads on for nobody, `limit` bytes at most. */
  #drain(): void {
    if (this.#state !== "counting") return;
    this.#state = "draining";
    this.#size = 0;
    forgoContinue(this.#req);
    this.#req.resume();
  }

  /** @returns whether a chunk may be delivered. */
  #count(chunk: Buffer | string): boolean {
    this.#size += Buffer.byteLength(chunk, this.#req.readableEncoding ?? undefined);
    const limit = this.#limit ?? Infinity;
    if (this.#size <= limit) return this.#state === "counting";
    if (this.#state === "counting") this.#exceed(limit);
    else this.#cut();
    return false;
  }

  #exceed(limit: number): void {
    const error = (this.refused = bodyTooLarge(limit));
    if (!this.#res.writableEnded) this.#refuse(error);
    if (this.#req.listenerCount("error") > 0) this.#emit?.("error", error);
    this.#drain();
  }

  #cut(): void {
    this.#req.pause();
    if (this.#state === "cut") return;
    this.#state = "cut";
    if (this.#res.writableFinished) hangUp(this.#socket);
    else this.#res.once("finish", () => hangUp(this.#socket));
  }
}

/**
 * Ends a connection that nothing more is read from. It is not destroyed at once: what lies unread
 * there would make of that a reset, by which the client may lose the answer.
 */
function hangUp(socket: Socket): void {
  socket.end();
  const timer = setTimeout(() => socket.destroy(), hangUpDelay).unref();
  socket.once("close", () => clearTimeout(timer));
}
