import { Readable, pipeline } from "node:stream";
import type { Transform } from "node:stream";
import { ReadableStream } from "node:stream/web";
import type { Request as ExpressRequest, Response as ExpressResponse } from "express";

/** A streamed payload as a Readable; undefined for what is no stream. */
export function toReadable(payload: object): Readable | undefined {
  if (payload instanceof Readable) return payload;
  if (payload instanceof ReadableStream) return Readable.fromWeb(payload);
  if (Symbol.asyncIterator in payload) return Readable.from(payload as AsyncIterable<unknown>);
  return undefined;
}

/** Releases what a streamed payload holds. */
export function discard(payload: object): void {
  const stream = payload instanceof Uint8Array ? undefined : toReadable(payload);
  stream?.on("error", ignore).destroy();
}

/**
 * Streams a body, no faster than the client reads it. The source is destroyed when it has been sent,
 * when the client leaves, and when the request wants no body.
 *
 * @param transform - what the body goes through: its compression.
 * @returns rejects when the source fails. If nothing was sent yet, `res` can still answer.
 */
export async function sendStream(
  source: Readable,
  transform: Transform | undefined,
  req: ExpressRequest,
  res: ExpressResponse,
): Promise<void> {
  if (res.getHeader("Content-Type") === undefined) res.type("bin");
  if (req.fresh) res.status(304);
  if (hasNoBody(req, res)) {
    discard(source);
    transform?.destroy();
    res.end();
    return;
  }
  const body = transform === undefined ? source : pipeline(source, transform, ignore);
  const leave = () => source.destroy();
  res.once("close", leave);
  try {
    await copy(body, res);
  } catch (error) {
    // A source that was destroyed because the client left has not failed.
    if (!isGone(res)) throw error;
  } finally {
    res.off("close", leave);
    source.destroy();
    transform?.destroy();
  }
}

async function copy(body: Readable, res: ExpressResponse): Promise<void> {
  for await (const chunk of body) {
    if (isGone(res)) return;
    if (!res.write(chunk)) await drained(res);
  }
  res.end();
}

function drained(res: ExpressResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      res.off("drain", done).off("close", done);
      resolve();
    };
    res.on("drain", done).on("close", done);
    if (isGone(res)) done();
  });
}

/** As `res.send` leaves out the body: HEAD, 204 and 304, 205 (RFC 9110, section 6.4.1). */
function hasNoBody(req: ExpressRequest, res: ExpressResponse): boolean {
  const { statusCode } = res;
  if (statusCode === 204 || statusCode === 304) {
    for (const name of ["Content-Type", "Content-Length", "Transfer-Encoding"]) res.removeHeader(name);
    return true;
  }
  if (statusCode === 205) {
    res.removeHeader("Transfer-Encoding");
    res.setHeader("Content-Length", "0");
    return true;
  }
  return req.method === "HEAD";
}

function isGone(res: ExpressResponse): boolean {
  return res.destroyed || res.closed;
}

function ignore(): void {}
