import { validateHeaderName, validateHeaderValue } from "node:http";
import { Readable } from "node:stream";
import { ColonnadeError, quote } from "../errors";
import { discard } from "./payload";
import type { Payload } from "./payload";
import type { RawResponse } from "./raw";
import type { Request } from "./request";

/** Header names, in any case, and their values; a list is sent as one header per value. */
export type ResponseHeaders = Readonly<Record<string, string | number | readonly string[]>>;

/** What a handler answers with. It is sent when it is returned, not when it is made. */
export class Response<Body = unknown, Status extends number = number> {
  readonly payload: Body;
  readonly statusCode: Status;
  readonly headers: ResponseHeaders;
  readonly compress: boolean;
  /** Only an instance of this class, or of a subclass, is a response to the compiler. */
  declare protected readonly "~response": true;

  /**
   * Answers by itself, in place of sending the payload: define it in a subclass.
   *
   * @param request - the request that is answered; `request.raw` is Express's.
   * @param res - Express's response. Neither status code nor headers have been set on it.
   */
  reply?(request: Request, res: RawResponse): void | Promise<void>;

  /**
   * @param payload - a string is sent as UTF-8 (`text/html` unless `headers` say otherwise, as by
   *   `res.send`); a Buffer or typed array as the bytes it views; a stream, web stream or async
   *   iterable piece by piece.
   * @param statusCode - 200 to 999 (RFC 9110, section 15: a 1xx is no final answer).
   * @param compress - whether to compress the payload in a coding that the client accepts.
   * @throws {ColonnadeError} `ERR_RESPONSE_INVALID` for a status code or header that can't be sent.
   */
  constructor(
    payload: Payload = null,
    statusCode: Status = 200 as Status, // a default can't narrow a type parameter
    headers: ResponseHeaders = {},
    compress = false,
  ) {
    try {
      checkHead(statusCode, headers);
    } catch (error) {
      discard(payload); // nobody else will: the handler made it for this response
      throw error;
    }
    // A stream may fail before it is sent, when nobody listens yet; sending it finds its error.
    if (payload instanceof Readable) payload.on("error", ignore);
    this.payload = payload as Body; // the payload of a subclass may be of any type: see JsonResponse
    this.statusCode = statusCode;
    this.headers = headers;
    this.compress = compress;
  }
}

/** The `Content-Type` of JSON. */
export const jsonType = "application/json";

/** Refuses, naming it, what Node would refuse in the middle of sending. */
function checkHead(statusCode: number, headers: ResponseHeaders): void {
  if (!Number.isInteger(statusCode) || statusCode < 200 || statusCode > 999) {
    throw new ColonnadeError(
      "ERR_RESPONSE_INVALID",
      `A status code is an integer from 200 to 999, not ${quote(statusCode)}`,
    );
  }
  if (typeof headers !== "object" || headers === null || Symbol.iterator in headers) {
    const message = `The headers of a response are a plain object, not ${quote(headers)}`;
    throw new ColonnadeError("ERR_RESPONSE_INVALID", message);
  }
  for (const name of Object.keys(headers)) {
    const value = headers[name];
    if (value === jsonType && name === "Content-Type") continue; // by far the most frequent
    try {
      validateHeaderName(name);
      for (const item of valuesOf(name, value)) validateHeaderValue(name, item);
      checkFraming(name.toLowerCase(), value);
    } catch (cause) {
      const message = `The response header ${quote(name)} can't be sent: ${quote(value)}`;
      throw new ColonnadeError("ERR_RESPONSE_INVALID", message, { cause });
    }
  }
}

/** Node frames what it sends; a header that says otherwise would end one message in the middle of another. */
function checkFraming(name: string, value: unknown): void {
  if (name === "transfer-encoding" || name === "trailer")
    throw new TypeError("Node sends it where it is due");
  if (name === "content-length" && !/^\d+$/.test(String(value)))
    throw new TypeError("It is no length in bytes");
}

/** The values to send under a name; Node itself would send `null` and objects as text. */
function valuesOf(name: string, value: unknown): string[] {
  if (Array.isArray(value) && name.toLowerCase() === "content-type") throw new TypeError("It has one value");
  return [value].flat().map((item) => {
    if (typeof item !== "string" && typeof item !== "number") throw new TypeError("It is no text or number");
    return String(item);
  });
}

function ignore(): void {}

/** Whether a value is a {@link Response}, of whatever payload. */
export function isResponse(value: unknown): value is Response {
  return value instanceof Response;
}

/** The value that `headers` give a header, whose name is in lower case here. */
export function headerOf(headers: ResponseHeaders, name: string): ResponseHeaders[string] | undefined {
  const key = Object.keys(headers).find((candidate) => candidate.toLowerCase() === name);
  return key === undefined ? undefined : headers[key];
}

/** Headers, and those of `defaults` that they do not give. */
export function withDefaults(headers: ResponseHeaders, defaults: ResponseHeaders): ResponseHeaders {
  // What is no object, and a Map or the like: Response refuses it.
  if (typeof headers !== "object" || (headers as unknown) === null || Symbol.iterator in headers)
    return headers;
  const missing = Object.entries(defaults).filter(
    ([name]) => headerOf(headers, name.toLowerCase()) === undefined,
  );
  return { ...headers, ...Object.fromEntries(missing) };
}
