import { IncomingMessage } from "node:http";
import type { Readable } from "node:stream";
import { ColonnadeError, quote } from "../errors";
import { toBuffer } from "./bytes";

/** Where {@link pump} puts what it reads: `data` any number of times, then `end` or `fail` once. */
export interface Sink {
  data(chunk: Buffer): void;
  end(): void;
  fail(error: Error): void;
}

/** The refusal of a body that is over its limit. */
export function bodyTooLarge(limit: number): ColonnadeError {
  const message = `The request body is larger than the ${limit} bytes that this route accepts`;
  return new ColonnadeError("ERR_BODY_TOO_LARGE", message, { limit });
}

/**
 * Refuses a body by the length that its head declares.
 *
 * @throws {ColonnadeError} `ERR_BODY_TOO_LARGE`
 */
export function checkDeclaredLength(contentLength: string | undefined, limit: number): void {
  if (contentLength !== undefined && Number(contentLength) > limit) throw bodyTooLarge(limit);
}

/**
 * Reads a body into a sink, and no more of it than `limit` bytes.
 *
 * @returns a function that stops reading; the source is then paused, not destroyed, since on a
 *   socket the answer must still be sent.
 */
export function pump(source: Readable, limit: number, sink: Sink): () => void {
  let size = 0;
  let attached = true;

  const detach = () => {
    if (!attached) return;
    attached = false;
    source.off("data", onData).off("end", onEnd).off("error", onError).off("close", onClose);
    source.pause();
  };
  const fail = (error: Error) => {
    detach();
    sink.fail(error);
  };
  const onData = (chunk: unknown) => {
    const bytes = toBytes(chunk, source.readableEncoding);
    if (bytes === undefined) {
      fail(new TypeError(`A request body is made of bytes, not ${quote(chunk)}`));
      return;
    }
    size += bytes.length;
    if (size > limit) fail(bodyTooLarge(limit));
    else sink.data(bytes);
  };
  const onEnd = () => {
    detach();
    sink.end();
  };
  const onError = (error: Error) => fail(failureOf(source, error));
  const onClose = () => fail(failureOf(source, null));

  if (source.destroyed && !source.readableEnded) {
    attached = false;
    sink.fail(failureOf(source, source.errored));
    return detach;
  }
  source.on("data", onData).on("end", onEnd).on("error", onError).on("close", onClose);
  return detach;
}

function toBytes(chunk: unknown, encoding: BufferEncoding | null): Buffer | undefined {
  if (Buffer.isBuffer(chunk)) return chunk;
  if (typeof chunk === "string") return Buffer.from(chunk, encoding ?? "utf8");
  return chunk instanceof Uint8Array ? toBuffer(chunk) : undefined;
}

/** What reading gives when a source has ended before its end. */
function failureOf(source: Readable, error: Error | null): Error {
  // Node says ECONNRESET for a client that left; a stream that is no socket says its own.
  const own = error instanceof ColonnadeError || !(source instanceof IncomingMessage);
  if (own && error !== null) return error;
  const message = "The client left before it had sent the whole request body";
  return new ColonnadeError("ERR_BODY_ABORTED", message, error === null ? {} : { cause: error });
}
