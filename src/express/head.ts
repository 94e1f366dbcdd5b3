import type { ClientRequest } from "node:http";
import type { Response as ExpressResponse } from "express";
import type { Response } from "../http/response";

/** The status code and headers that an answer would have as it stands. */
export interface Head {
  readonly statusCode: number;
  readonly headers: readonly [name: string, value: number | string | string[] | undefined][];
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
  // Names as they were written. The types of Node 20 have this for requests only.
  const names = (res as unknown as ClientRequest).getRawHeaderNames();
  const headers = names.map((name): Head["headers"][number] => [name, res.getHeader(name)]);
  return { statusCode: res.statusCode, headers };
}

/** Takes back a head that was not sent, so that error middleware finds what it would have found. */
export function restoreHead({ statusCode, headers }: Head, res: ExpressResponse): void {
  res.statusCode = statusCode;
  for (const name of res.getHeaderNames()) res.removeHeader(name);
  for (const [name, value] of headers) if (value !== undefined) res.setHeader(name, value);
}
