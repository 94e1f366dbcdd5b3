import type { Readable } from "node:stream";
import { toBuffer } from "./bytes";
import { isJsonType } from "./media-type";

/** What a body is read from. */
export interface BodySource {
  /** The bytes as received; undefined when the request has no body. */
  readonly stream: Readable | undefined;
  /** Whether middleware that parses bodies has run, whatever it found. */
  readonly parserRan: boolean;
  /** What such middleware left: `req.body`. */
  readonly parsed: unknown;
  readonly contentType: string | undefined;
  readonly contentEncoding: string | undefined;
  readonly contentLength: string | undefined;
}

/** What has become of a body before the handler asks for it. */
export type UpstreamBody =
  /** Its bytes are still to be had. */
  | { readonly kind: "unread" }
  /** It was read, and nothing was left of it. */
  | { readonly kind: "lost" }
  /** As `express.text()` leaves it. */
  | { readonly kind: "text"; readonly text: string }
  /** As `express.raw()` leaves it. */
  | { readonly kind: "bytes"; readonly bytes: Buffer }
  /** As `express.json()`, `express.urlencoded()` and multer leave it. */
  | { readonly kind: "value"; readonly value: unknown };

/**
 * Says what middleware has made of a body. That it was read is told by the stream alone: Express 4
 * sets `req.body` to `{}` without reading.
 */
export function upstreamBody(source: BodySource): UpstreamBody {
  const { stream, parserRan, parsed } = source;
  if (stream === undefined ? !parserRan : !wasRead(stream)) return { kind: "unread" };
  if (typeof parsed === "string" && isText(parsed, source)) return { kind: "text", text: parsed };
  if (parsed instanceof Uint8Array) {
    return { kind: "bytes", bytes: toBuffer(parsed) };
  }
  if (parsed !== undefined) return { kind: "value", value: parsed };
  return { kind: stream === undefined ? "unread" : "lost" };
}

/** Whether anything has read of a stream. */
export function wasRead(stream: Readable): boolean {
  return stream.readableDidRead || stream.readableEnded;
}

/**
 * Whether a string is the text of the body, and not the value that `express.json()` made of it: that
 * one is shorter, at least by its quotes.
 */
function isText(parsed: string, { contentType, contentEncoding, contentLength }: BodySource): boolean {
  if (!isJsonType(contentType)) return true;
  return contentEncoding === undefined && Number(contentLength) === Buffer.byteLength(parsed);
}
