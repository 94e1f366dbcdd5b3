import { isUtf8 } from "node:buffer";
import { ColonnadeError, quote } from "../errors";
import { nameOf } from "./hop";
import type { Hop } from "./hop";
import { singleValue } from "./received-headers";
import type { ReceivedHeaders } from "./received-headers";
import { noBody } from "./request-body";
import type { HeaderList } from "./request-headers";

const redirects: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
/** What is said of a body (Fetch standard, "request-body-header name"). */
const bodyHeaders = new Set([
  "content-encoding",
  "content-language",
  "content-length",
  "content-location",
  "content-type",
]);
const credentials = new Set(["authorization", "cookie", "proxy-authorization"]);

/** Whether an answer sends its client elsewhere. */
export function isRedirect(statusCode: number, headers: ReceivedHeaders): boolean {
  return redirects.has(statusCode) && headers["location"] !== undefined;
}

/**
 * The request that follows a redirect, as the Fetch standard has it: a GET without a body behind 303, and
 * behind 301 and 302 in place of a POST; otherwise the same again.
 *
 * @throws {ColonnadeError} `ERR_CLIENT_RESPONSE` for a location that can't be asked, and for a body that can't
 *   be sent twice.
 */
export function followRedirect(hop: Hop, statusCode: number, headers: ReceivedHeaders): Hop {
  const url = locationOf(hop, singleValue(headers["location"]) ?? "");
  const asGet =
    !["GET", "HEAD"].includes(hop.method) &&
    (statusCode === 303 || (statusCode < 303 && hop.method === "POST"));
  if (hop.body.stream && !asGet) {
    throw unfollowable(`${nameOf(hop)} is redirected to ${quote(url.href)}, and its stream has been sent`);
  }
  const stays = url.origin === hop.origin;
  return {
    method: asGet ? "GET" : hop.method,
    origin: url.origin,
    target: url.pathname + url.search,
    headers: without(
      hop.headers,
      (name) => name === "host" || (asGet && bodyHeaders.has(name)) || (!stays && credentials.has(name)),
    ),
    body: asGet ? noBody : hop.body,
  };
}

function locationOf(hop: Hop, location: string): URL {
  // Bytes beyond ASCII are read as Latin-1, and are most often UTF-8.
  const bytes = Buffer.from(location, "latin1");
  const text = isUtf8(bytes) ? bytes.toString("utf8") : location;
  const base = hop.origin + hop.target; // not two arguments: `//x` as a path is no host
  const url = URL.canParse(text, base) ? new URL(text, base) : undefined;
  if (url?.protocol === "http:" || url?.protocol === "https:") return url;
  throw unfollowable(`${nameOf(hop)} is redirected to ${quote(text)}, which is no address of HTTP`);
}

function without(list: HeaderList, isDropped: (lowerCaseName: string) => boolean): HeaderList {
  const kept: (string | string[])[] = [];
  for (let index = 0; index + 1 < list.length; index += 2) {
    const [name, value] = [list[index], list[index + 1]];
    if (typeof name !== "string" || value === undefined || isDropped(name.toLowerCase())) continue;
    kept.push(name, value);
  }
  return kept;
}

function unfollowable(message: string): ColonnadeError {
  return new ColonnadeError("ERR_CLIENT_RESPONSE", message);
}
