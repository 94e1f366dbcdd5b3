import type { Readable } from "node:stream";
import type { ReadableStream } from "node:stream/web";
import { ColonnadeError, quote } from "../errors";
import { toBuffer } from "../http/bytes";
import { toJson } from "../http/json-response";
import { toReadable } from "../http/payload";
import { serializableType } from "../http/serializable-response";
import { Serializable } from "../serializable/serializable";
import { SerializableEnum } from "../serializable/serializable-enum";
import { write } from "../serializable/writer";

/** What a client can send as the body of a request; null and undefined are none. */
export type RequestPayload =
  | string
  | NodeJS.ArrayBufferView
  | Readable
  | ReadableStream<Uint8Array | string>
  | AsyncIterable<Uint8Array | string>
  | Serializable
  | SerializableEnum
  | object
  | null
  | undefined;

/** A payload as it is sent. */
export interface RequestBody {
  readonly content: string | Buffer | Readable | null;
  readonly stream: boolean;
  /** The `Content-Type`, unless the headers name one. */
  readonly type: string | undefined;
}

/** The body of a request without one. */
export const noBody: RequestBody = { content: null, stream: false, type: undefined };

/**
 * A payload as it is sent: text as UTF-8, bytes as they are, a stream piece by piece, a message in the binary
 * format, and a plain object or a list as JSON. Whatever else has a `toJSON` method is JSON too.
 *
 * @param owner - how messages name the request.
 * @throws {ColonnadeError} `ERR_OPTION` for anything else, and for a stream that has ended.
 * @throws {SerializableError} `ERR_SERIALIZABLE_VALUE`
 */
export function toRequestBody(payload: unknown, owner: string): RequestBody {
  if (payload === null || payload === undefined) return noBody;
  if (typeof payload === "string") return whole(payload, "text/plain; charset=utf-8");
  if (ArrayBuffer.isView(payload)) return whole(toBuffer(payload), "application/octet-stream");
  if (typeof payload !== "object") throw refusal(payload, owner);
  if (payload instanceof Serializable || payload instanceof SerializableEnum) {
    return whole(write(payload), serializableType);
  }
  const stream = toStream(payload, owner);
  if (stream !== undefined) return { content: stream, stream: true, type: "application/octet-stream" };
  if (!isJson(payload)) throw refusal(payload, owner);
  try {
    return whole(Buffer.from(toJson(payload)), "application/json");
  } catch (cause) {
    const detail = cause instanceof Error ? `: ${cause.message}` : "";
    throw new ColonnadeError("ERR_OPTION", `The payload of ${owner} can't be sent${detail}`, { cause });
  }
}

function whole(content: string | Buffer, type: string): RequestBody {
  return { content, stream: false, type };
}

function toStream(payload: object, owner: string): Readable | undefined {
  let stream: Readable | undefined;
  try {
    stream = toReadable(payload);
  } catch (cause) {
    const message = `The payload of ${owner} is a stream that something else reads, or has read`;
    throw new ColonnadeError("ERR_OPTION", message, { cause });
  }
  // Before it is sent it may fail, when nobody listens yet; sending it finds its error.
  stream?.on("error", ignore);
  if (stream === undefined || !(stream.readableEnded || stream.destroyed)) return stream;
  const cause = stream.errored;
  const message = `The payload of ${owner} is a stream that has ended before`;
  throw new ColonnadeError("ERR_OPTION", message, cause === null ? {} : { cause });
}

function isJson(value: object): boolean {
  if (Array.isArray(value)) return true;
  if ("toJSON" in value && typeof value.toJSON === "function") return true;
  // Of whatever realm: an object literal's prototype is the one that has none itself.
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function refusal(payload: unknown, owner: string): ColonnadeError {
  const wanted = "text, bytes, a stream, a message, a plain object or a list";
  return new ColonnadeError("ERR_OPTION", `The payload of ${owner} is ${wanted}, not ${quote(payload)}`);
}

function ignore(): void {}
