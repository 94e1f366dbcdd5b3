import { isUtf8 } from "node:buffer";
import { STATUS_CODES } from "node:http";
import { ColonnadeError } from "../errors";
import { ErrorResponse } from "../http/error-response";
import { jsonErrorPosition } from "../http/json-position";
import { JsonResponse } from "../http/json-response";
import { charsetOf, isJsonType } from "../http/media-type";
import { Response } from "../http/response";
import { SerializableResponse, serializableType } from "../http/serializable-response";
import { read } from "../serializable/reader";
import { nameOf } from "./hop";
import type { Hop } from "./hop";
import { singleValue } from "./received-headers";
import type { ReceivedHeaders } from "./received-headers";

/** What a request of an `HTTPClient` ends with; a plain `Response` has the body as it came. */
export type ClientResponse = JsonResponse | SerializableResponse | ErrorResponse | Response<Buffer | null>;

/** An answer that has come whole. */
export interface Answer {
  /** What it is the answer to. */
  readonly hop: Hop;
  readonly statusCode: number;
  readonly headers: ReceivedHeaders;
  readonly bytes: Buffer;
}

/** These have no content, whatever their headers say of one (RFC 9110, section 15). */
const withoutContent: ReadonlySet<number> = new Set([204, 205, 304]);

/**
 * An answer, its content coding undone, as a response by its status and `Content-Type`.
 *
 * @throws {ColonnadeError} `ERR_CLIENT_RESPONSE` for a body that is not what its type says.
 */
export function toResponse(answer: Answer): ClientResponse {
  const { statusCode, headers, bytes } = answer;
  if (statusCode >= 400) {
    const options = { bytes: bytes.length > 0 ? bytes : undefined };
    return withHeaders(new ErrorResponse(errorBodyOf(answer), statusCode, {}, options), headers);
  }
  if (withoutContent.has(statusCode)) return withHeaders(new Response<null>(null, statusCode), headers);
  const type = contentTypeOf(headers);
  if (isJsonType(type)) return withHeaders(new JsonResponse(parseJson(answer), statusCode), headers);
  if (isSerializableType(type)) {
    return withHeaders(new SerializableResponse(readMessage(answer), statusCode), headers);
  }
  return withHeaders(new Response<Buffer>(bytes, statusCode), headers);
}

/** Past the constructor, which checks what is to be sent and adds what it lacks: this is what came. */
function withHeaders<Built extends Response>(response: Built, headers: ReceivedHeaders): Built {
  return Object.assign(response, { headers });
}

/** What a server says of an error; its status holds even where its body can't be read. */
function errorBodyOf(answer: Answer): unknown {
  const { statusCode, headers, bytes } = answer;
  const type = contentTypeOf(headers);
  try {
    if (isJsonType(type)) return parseJson(answer);
    if (isSerializableType(type)) return readMessage(answer);
  } catch {
    // As text, then, if it is one.
  }
  return textOf(bytes, charsetOf(type)) ?? STATUS_CODES[statusCode] ?? `Status ${statusCode}`;
}

function textOf(bytes: Buffer, charset: string | undefined): string | undefined {
  if (bytes.length === 0) return undefined;
  if (isUtf8(bytes)) return bytes.toString("utf8");
  try {
    return charset === undefined ? undefined : new TextDecoder(charset).decode(bytes);
  } catch {
    return undefined; // a charset that Node does not know
  }
}

function contentTypeOf(headers: ReceivedHeaders): string | undefined {
  return singleValue(headers["content-type"]);
}

function isSerializableType(type: string | undefined): boolean {
  return type?.split(";", 1)[0]?.trim().toLowerCase() === serializableType;
}

function parseJson({ hop, bytes }: Answer): unknown {
  if (!isUtf8(bytes)) {
    throw unreadable(`The answer to ${nameOf(hop)} is not valid UTF-8, as JSON must be`);
  }
  const source = bytes.toString("utf8");
  const text = source.startsWith("\ufeff") ? source.slice(1) : source;
  try {
    return JSON.parse(text);
  } catch {
    // The message of the SyntaxError quotes the body, and so is not passed on as the cause.
    const position = jsonErrorPosition(text) + source.length - text.length;
    const message = `The answer to ${nameOf(hop)} is not valid JSON: at position ${position}`;
    throw new ColonnadeError("ERR_CLIENT_RESPONSE", message, { position });
  }
}

function readMessage({ hop, bytes }: Answer): unknown {
  try {
    return read(bytes);
  } catch (cause) {
    throw unreadable(`The answer to ${nameOf(hop)} can't be read in the binary format`, cause);
  }
}

function unreadable(message: string, cause?: unknown): ColonnadeError {
  return new ColonnadeError("ERR_CLIENT_RESPONSE", message, cause === undefined ? {} : { cause });
}
