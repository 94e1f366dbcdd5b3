import { hash } from "node:crypto";
import type { Response as ExpressResponse } from "express";
import type { Response } from "../http/response";
import { setHead } from "./head";
import { loadExpress } from "./load";
import { isOwn } from "./own";

/** The functions that an answer goes through, and what Express's and Node's own have in their text. */
const marks = {
  send: /generateETag/,
  json: /json escape/,
  status: /deprecate\('res\.status\('|Invalid status code: /, // Express 4's, and Express 5's
  set: /Content-Type cannot be set to an Array/,
  end: /new ERR_STREAM_WRITE_AFTER_END\(/,
  writeHead: /new ERR_HTTP_INVALID_STATUS_CODE\(/,
  setHeader: /new ERR_HTTP_HEADERS_SENT\(/,
} as const;

type Functions = Pick<ExpressResponse, keyof typeof marks>;

/** What Express and Node bring. */
interface Own {
  /** Undefined where somebody had replaced one already. */
  readonly functions: Functions | undefined;
  /** What `app.set("etag", "weak")` and "strong" put into the setting `etag fn`. */
  readonly weak: unknown;
  readonly strong: unknown;
}

type Header = ReturnType<ExpressResponse["getHeader"]>;

type ETagFunction = (body: Buffer, encoding: undefined) => string | undefined;

let own: Own | undefined;

/** Sends text as JSON: as if it were bytes, so that no charset is added to the `Content-Type`. */
export function sendJson(response: Response, text: string, res: ExpressResponse): void {
  const complete = setHeadOf(response, res);
  if (complete && res.getHeader("content-type")) finish(text, false, res);
  else res.send(Buffer.from(text));
}

/** `res.status(code).set(headers).send(payload)` */
export function send(response: Response, payload: string | Buffer | null, res: ExpressResponse): void {
  const complete = setHeadOf(response, res);
  const type = complete ? toType(payload, res.getHeader("content-type")) : undefined;
  if (type === undefined) {
    res.send(payload);
    return;
  }
  if (type !== "") res.setHeader("Content-Type", type);
  finish(payload ?? "", typeof payload === "string", res);
}

/** @returns whether nothing is left to do that only `res.send` can do. */
function setHeadOf(response: Response, res: ExpressResponse): boolean {
  if (!isSendKnown(response, res)) {
    setHead(response, res);
    return false;
  }
  // Where Express has changed the prototype of `res`, the first write to each property takes microseconds.
  if (res.statusCode !== response.statusCode) res.statusCode = response.statusCode;
  for (const name of Object.keys(response.headers)) {
    const value = response.headers[name];
    res.setHeader(name, Array.isArray(value) ? value.map(String) : String(value));
  }
  return true;
}

/**
 * The type as `res.send` makes it, a string's with a charset: "" where it stays as it is; undefined where
 * `res.send` has to parse it, or does not do the same on every Express.
 */
function toType(payload: string | Buffer | null, given: Header): string | undefined {
  if (given !== undefined && (given === "" || typeof given !== "string")) return undefined;
  if (payload === null) return given === undefined ? "" : undefined;
  if (typeof payload !== "string") return given === undefined ? "application/octet-stream" : "";
  if (given === undefined) return "text/html; charset=utf-8";
  const [, type] = /^([a-z]+\/[a-z\d.+-]+)(?:; charset=utf-8)?$/.exec(given) ?? [];
  return type && `${type}; charset=utf-8`;
}

/**
 * Whether `res.send` would do nothing that is not done here, all of which Express's source says: nobody has put
 * a function in the place of one that it calls, and the status is none for which it also takes headers away.
 */
function isSendKnown({ statusCode }: Response, res: ExpressResponse): boolean {
  const { functions } = (own ??= findOwn());
  return (
    functions !== undefined &&
    res.send === functions.send &&
    res.json === functions.json &&
    res.status === functions.status &&
    res.set === functions.set &&
    res.end === functions.end &&
    res.writeHead === functions.writeHead &&
    res.setHeader === functions.setHeader &&
    statusCode !== 204 &&
    statusCode !== 205 &&
    statusCode !== 304 &&
    res.getHeader("transfer-encoding") === undefined
  );
}

function findOwn(): Own {
  const express = loadExpress();
  const functions = express.response as Functions;
  const names = Object.keys(marks) as (keyof Functions)[]; // `Object.keys` knows no names
  const known = names.every((name) => isOwn(functions[name], marks[name]));
  // A copy, which keeps what `functions` has now.
  const copy = Object.fromEntries(names.map((name) => [name, functions[name]])) as unknown as Functions;
  const [weak, strong] = ["weak", "strong"].map(
    (mode) => express().set("etag", mode).get("etag fn") as unknown,
  );
  return { functions: known ? copy : undefined, weak, strong };
}

/**
 * What `res.send` does once the type is set.
 *
 * @param isText - whether `res.send` would be given this string, and not its bytes.
 */
function finish(payload: string | Buffer, isText: boolean, res: ExpressResponse): void {
  const { req } = res;
  const etagOf: unknown = res.getHeader("etag") ? undefined : res.app.get("etag fn");
  const length = Buffer.byteLength(payload);
  let body = payload;
  res.setHeader("Content-Length", String(length));
  if (etagOf === own?.weak) res.setHeader("ETag", `W/${toETag(body, length)}`);
  else if (etagOf === own?.strong) res.setHeader("ETag", toETag(body, length));
  else if (typeof etagOf === "function") {
    const etag = (etagOf as ETagFunction)((body = toBytes(body)), undefined);
    if (etag) res.set("ETag", etag);
  }
  if (req.fresh) {
    res.statusCode = 304;
    for (const name of ["Content-Type", "Content-Length", "Transfer-Encoding"]) res.removeHeader(name);
    res.end();
    return;
  }
  if (req.method === "HEAD") res.end();
  // Of a text, Express makes bytes for the ETag, or when it is long.
  else if (isText && typeof etagOf !== "function" && body.length < 1000) res.end(body, "utf8");
  // Text, Node writes in one piece with the head, in one encoding: that of the head, which has to be latin1.
  else if (body.length === length) res.end(body, "latin1");
  else res.end(toBytes(body));
}

/** As the package `etag` makes it, by a function that Node has since 20.12 and that is quicker. */
function toETag(body: string | Buffer, length: number): string {
  const digest = length === 0 ? "2jmj7l5rSw0yVb/vlWAYkK/YBwk" : hash("sha1", body, "base64").slice(0, 27);
  return `"${length.toString(16)}-${digest}"`;
}

function toBytes(body: string | Buffer): Buffer {
  return typeof body === "string" ? Buffer.from(body) : body;
}
