import type { OutgoingHttpHeaders } from "node:http";
import type { Response as ExpressResponse } from "express";
import type { Response } from "../http/response";

/** The status code and headers that an answer would have as it stands. */
export interface Head {
  readonly statusCode: number;
  readonly headers: OutgoingHttpHeaders;
}

/** Gives an answer the status code and headers of a response, as `res.status(code).set(headers)`. */
export function setHead({ statusCode, headers }: Response, res: ExpressResponse): void {
  res.status(statusCode);
  for (const name of Object.keys(headers)) {
    const value = headers[name];
    // `res.set` appends a charset to a Content-Type; `res.send` does so for a string, where it is due.
    if (name.toLowerCase() === "content-type") res.setHeader(name, String(value));
    else res.set(name, Array.isArray(value) ? value.map(String) : String(value));
  }
}

/** What {@link restoreHead} goes back to. */
export function saveHead(res: ExpressResponse): Head {
  return { statusCode: res.statusCode, headers: res.getHeaders() };
}

/** Takes back a head that was not sent, so that error middleware finds what it would have found. */
export function restoreHead({ statusCode, headers }: Head, res: ExpressResponse): void {
  res.statusCode = statusCode;
  for (const name of res.getHeaderNames()) if (!(name in headers)) res.removeHeader(name);
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined && res.getHeader(name) !== value) res.setHeader(name, value);
  }
}
