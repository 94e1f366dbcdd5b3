import { validateHeaderName, validateHeaderValue } from "node:http";
import { ColonnadeError, quote } from "../errors";
import type { RequestBody } from "./request-body";

/** Header names, in any case, and their values; a list is sent as one header per value. */
export type RequestHeaders = Readonly<Record<string, string | number | readonly string[]>>;

/** Names and values in turns, as undici takes them. */
export type HeaderList = readonly (string | string[])[];

const acceptEncoding = ["Accept-Encoding", "gzip, deflate, br"] as const;

/** What frames a message on a connection is the connection's to say (RFC 9112, section 6). */
const connectionHeaders = new Set([
  "connection",
  "keep-alive",
  "transfer-encoding",
  "trailer",
  "upgrade",
  "expect",
]);

/**
 * The headers of a request: those given, and what they leave open of `Accept-Encoding` and `Content-Type`.
 *
 * @param owner - how messages name the request.
 * @throws {ColonnadeError} `ERR_OPTION` for a name or a value that can't be sent, which the message never quotes.
 */
export function toHeaderList(
  headers: RequestHeaders | null | undefined,
  { stream, type }: RequestBody,
  owner: string,
): HeaderList {
  const typed = type === undefined ? acceptEncoding : [...acceptEncoding, "Content-Type", type];
  if (headers === undefined || headers === null) return typed;
  if (typeof headers !== "object" || Symbol.iterator in headers) {
    throw invalid(`The headers of ${owner} are a plain object, not ${quote(headers)}`);
  }
  const list: (string | string[])[] = [];
  const names = new Set<string>();
  for (const [name, value] of Object.entries(headers)) {
    const lowerCase = name.toLowerCase();
    try {
      validateHeaderName(name);
      if (names.has(lowerCase)) throw new TypeError("it is there twice");
      if (connectionHeaders.has(lowerCase)) throw new TypeError("the connection has its own");
      if (lowerCase === "content-length") checkLength(value, stream);
      list.push(name, checkValue(lowerCase, value));
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : "it is no header";
      const message = `The header ${quote(name)} of ${owner} can't be sent: ${reason}`;
      throw new ColonnadeError("ERR_OPTION", message, { cause });
    }
    names.add(lowerCase);
  }
  if (!names.has("accept-encoding")) list.push(...acceptEncoding);
  if (type !== undefined && !names.has("content-type")) list.push("Content-Type", type);
  return list;
}

const single = new Set(["host", "content-type", "content-length", "authorization"]);

function checkValue(name: string, value: unknown): string | string[] {
  const values = [value].flat().map((item) => {
    if (typeof item !== "string" && typeof item !== "number") throw new TypeError("it is no text or number");
    validateHeaderValue(name, String(item));
    return String(item);
  });
  if (!Array.isArray(value)) return values[0] ?? "";
  if (single.has(name)) throw new TypeError("it has one value");
  return values;
}

/** Of what is no stream the length is known, and another would make two requests of one. */
function checkLength(value: unknown, stream: boolean): void {
  if (!stream) throw new TypeError("only of a stream is the length to be given");
  if (!/^\d+$/.test(String(value))) throw new TypeError("it is no length in bytes");
}

function invalid(message: string): ColonnadeError {
  return new ColonnadeError("ERR_OPTION", message);
}
