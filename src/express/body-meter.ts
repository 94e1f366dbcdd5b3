import type { IncomingMessage, ServerResponse } from "node:http";
import type { ColonnadeError } from "../errors";
import { bodyTooLarge, checkDeclaredLength } from "../http/pump";

const meters = new WeakMap<IncomingMessage, BodyMeter>();

/** Whether a request has a body (RFC 9112, section 6.3). */
export function hasBody(req: IncomingMessage): boolean {
  const { headers } = req;
  return headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0;
}

/**
 * Limits a request's body, whoever reads it. Must come before anything does.
 *
 * @param onUnheard - called once the body is over the limit, when its reader would not notice.
 * @throws {ColonnadeError} `ERR_BODY_TOO_LARGE` when the declared length is over it.
 */
export function limitBody(
  req: IncomingMessage,
  res: ServerResponse,
  limit: number,
  onUnheard: (error: ColonnadeError) => void,
): void {
  const chunked = req.headers["transfer-encoding"] !== undefined;
  if (chunked) meterOf(req, res).setLimit(limit, onUnheard);
  try {
    checkDeclaredLength(req.headers["content-length"], limit);
  } catch (error) {
    const meter = meterOf(req, res);
    meter.setLimit(limit, onUnheard);
    meter.drain();
    throw error;
  }
}

/** Why a body was refused while it was read; undefined when it was not. */
export function exceededLimit(req: IncomingMessage): ColonnadeError | undefined {
  return meters.get(req)?.exceeded;
}

/**
 * Sees to what is left of a request's body once the request has been answered: it is read and thrown
 * away up to the limit, so that the connection can serve the next request; past it the connection
 * ends.
 */
export function drainBody(req: IncomingMessage, res: ServerResponse): void {
  if (req.readableEnded || !hasBody(req)) return;
  const meter = meters.get(req);
  // Begins to read: what nobody has begun to read, Node reads to its end, whatever its size.
  if (meter !== undefined) req.read(0);
  res.once("finish", () => {
    if (meter !== undefined) meter.drain();
    // The declared length is within the limit, and the parser holds the client to it.
    else req.resume();
  });
}

function meterOf(req: IncomingMessage, res: ServerResponse): BodyMeter {
  let meter = meters.get(req);
  if (meter === undefined) meters.set(req, (meter = new BodyMeter(req, res)));
  return meter;
}

/** Counts a body as it is read: every read of a Readable emits "data", whatever reads it. */
class BodyMeter {
  exceeded?: ColonnadeError;
  readonly #req: IncomingMessage;
  readonly #res: ServerResponse;
  readonly #emit: IncomingMessage["emit"];
  #limit = Infinity;
  #onUnheard: (error: ColonnadeError) => void = () => {};
  #size = 0;
  #draining = false;

  constructor(req: IncomingMessage, res: ServerResponse) {
    this.#req = req;
    this.#res = res;
    this.#emit = req.emit.bind(req);
    // On the instance: Express's setPrototypeOf would drop it from a class.
    req.emit = (event: string | symbol, ...args: unknown[]): boolean => {
      if (event === "data" && !this.#count(args[0] as Buffer | string)) return false;
      if (event === "end" && this.exceeded !== undefined) return false;
      return this.#emit(event, ...args);
    };
  }

  setLimit(limit: number, onUnheard: (error: ColonnadeError) => void): void {
    this.#limit = limit;
    this.#onUnheard = onUnheard;
  }

  /** Reads on for nobody, `limit` bytes at most. */
  drain(): void {
    if (this.#draining) return;
    this.#draining = true;
    this.#size = 0;
    this.#req.resume();
  }

  /** @returns whether a chunk may be delivered. */
  #count(chunk: Buffer | string): boolean {
    this.#size += Buffer.byteLength(chunk);
    if (this.#size <= this.#limit) return !this.#draining;
    if (this.#draining) this.#cut();
    else this.#exceed();
    return false;
  }

  #exceed(): void {
    const error = (this.exceeded = bodyTooLarge(this.#limit));
    const heard = this.#req.listenerCount("error") > 0;
    if (heard) this.#emit("error", error);
    this.drain();
    if (!heard) this.#onUnheard(error);
  }

  #cut(): void {
    const { socket } = this.#req;
    if (this.#res.writableFinished) {
      socket.destroy();
      return;
    }
    this.#req.pause();
    this.#res.once("finish", () => socket.destroy());
  }
}
