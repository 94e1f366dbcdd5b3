import { pipeline } from "node:stream";
import type { Readable } from "node:stream";
import type { Request as ExpressRequest, Response as ExpressResponse } from "express";
import { ColonnadeError, quote } from "../errors";
import type * as contentCoding from "../http/content-coding";
import type { Coding } from "../http/content-coding";
import { lazy } from "../lazy";

const loadContentCoding = lazy(() => require("../http/content-coding") as typeof contentCoding);

/**
 * Streams a body, no faster than the client reads it. The source is destroyed when it has been sent,
 * when the client leaves, and when the request wants no body.
 *
 * @param coding - what to compress the body in.
 * @returns rejects when the source fails. If nothing was sent yet, `res` can still answer.
 */
export async function sendStream(
  source: Readable,
  coding: Coding | undefined,
  req: ExpressRequest,
  res: ExpressResponse,
): Promise<void> {
  source.on("error", ignore); // it may also fail while it is destroyed, when nobody listens any more
  if (res.getHeader("Content-Type") === undefined) res.type("bin");
  if (req.fresh) res.status(304);
  if (hasNoBody(req, res)) {
    source.destroy();
    res.end();
    return;
  }
  const body = coding === undefined ? source : compressed(source, coding);
  try {
    await copy(body, expectedLength(res), req, res);
  } finally {
    source.destroy();
    body.destroy();
  }
}

/** Resolves when all has been written, and when the client has left. */
function copy(
  body: Readable,
  expected: number | undefined,
  req: ExpressRequest,
  res: ExpressResponse,
): Promise<void> {
  return new Promise((resolve, reject) => {
    let size = 0;
    let begun = false;

    const write = (chunk: unknown) => {
      checkChunk(chunk);
      if (begun ? res.writableEnded : res.headersSent) throw alreadyAnswered(req);
      size += Buffer.byteLength(chunk);
      if (expected !== undefined && size > expected) throw wrongLength(expected, "more");
      begun = true;
      if (!res.write(chunk)) body.pause();
    };
    const onData = (chunk: unknown) => attempt(() => write(chunk));
    const onEnd = () =>
      attempt(() => {
        if (!begun && res.headersSent) throw alreadyAnswered(req);
        if (expected !== undefined && size < expected) throw wrongLength(expected, "less");
        res.end();
        settled(resolve);
      });
    const onDrain = () => body.resume();
    const onLeave = () => settled(resolve);
    const onError = (error: unknown) => settled(() => reject(error));
    const onClose = () => onError(prematureClose());

    const attempt = (action: () => void) => {
      try {
        action();
      } catch (error) {
        onError(error);
      }
    };
    const settled = (settle: () => void) => {
      body.off("data", onData).off("end", onEnd).off("error", onError).off("close", onClose).pause();
      res.off("drain", onDrain).off("close", onLeave);
      settle();
    };

    // One listener for all drains: `compression` passes it on to a stream that `off` can't reach.
    res.on("drain", onDrain);
    res.on("close", onLeave);
    body.on("error", onError).on("close", onClose).on("end", onEnd).on("data", onData);
    if (body.destroyed) onError(body.errored ?? prematureClose());
  });
}

function compressed(source: Readable, coding: Coding): Readable {
  return pipeline(source, onlyChunks, loadContentCoding().compressor(coding), ignore);
}

/** A compressor throws where nobody catches it at what is no chunk. */
async function* onlyChunks(source: AsyncIterable<unknown>): AsyncIterable<string | Uint8Array> {
  for await (const chunk of source) {
    checkChunk(chunk);
    yield chunk;
  }
}

function checkChunk(chunk: unknown): asserts chunk is string | Uint8Array {
  if (typeof chunk === "string" || chunk instanceof Uint8Array) return;
  const message = `The stream of a Response gives strings and Uint8Arrays, not ${quote(chunk)}`;
  throw new ColonnadeError("ERR_RESPONSE_INVALID", message);
}

/** As many bytes as the head promises: with fewer, the client would wait for the rest. */
function expectedLength(res: ExpressResponse): number | undefined {
  const length = res.getHeader("Content-Length");
  return length === undefined ? undefined : Number(length);
}

function wrongLength(expected: number, relation: "more" | "less"): ColonnadeError {
  const message = `The stream of a Response gave ${relation} than the ${expected} bytes of its Content-Length`;
  return new ColonnadeError("ERR_RESPONSE_INVALID", message);
}

/** What becomes of a response that took its time, and found that something else had answered. */
export function alreadyAnswered({ method, originalUrl }: ExpressRequest): ColonnadeError {
  const message = `${method} ${quote(originalUrl)} was answered by something else before its Response could be`;
  return new ColonnadeError("ERR_ALREADY_ANSWERED", message);
}

function prematureClose(): ColonnadeError {
  const message = "The stream of a Response was closed before its end";
  return new ColonnadeError("ERR_RESPONSE_INVALID", message);
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

function ignore(): void {}
