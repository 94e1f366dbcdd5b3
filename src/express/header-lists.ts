import type { IncomingMessage } from "node:http";
import type { Lists } from "../http/request-source";

/** Of these, Node keeps the first in `req.headers` (`http.IncomingMessage.headers`). */
const single: ReadonlySet<string> = new Set([
  ..."age authorization content-length content-type etag expires from host if-modified-since".split(" "),
  ..."if-unmodified-since last-modified location max-forwards proxy-authorization referer".split(" "),
  ..."retry-after server user-agent".split(" "),
]);

/**
 * The headers of a request, a list of values for each. They are those of `req.headers`, so that what
 * middleware set or deleted there holds; the values of one that came several times are taken apart
 * again. `req.headersDistinct` is not used: a header named `constructor` or `__proto__` makes it
 * throw.
 */
export function toHeaderLists(req: IncomingMessage): Lists {
  const received = receivedLists(req.rawHeaders ?? []);
  const lists: Lists = Object.create(null);
  for (const key of Object.keys(req.headers)) {
    const value: unknown = req.headers[key];
    if (value === undefined) continue;
    const name = key.toLowerCase();
    const values = received[name];
    const given = values !== undefined && says(name, values, value) ? values : [value].flat().map(String);
    lists[name] = lists[name]?.concat(given) ?? given;
  }
  // Node can't keep this one in `req.headers`.
  if (received["__proto__"] !== undefined) lists["__proto__"] = received["__proto__"];
  return lists;
}

function receivedLists(rawHeaders: readonly string[]): Lists {
  const lists: Lists = Object.create(null);
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const name = (rawHeaders[at] ?? "").toLowerCase();
    (lists[name] ??= []).push(rawHeaders[at + 1] ?? "");
  }
  return lists;
}

/** Whether `value` is what Node makes of a header's `values`. */
function says(name: string, values: readonly string[], value: unknown): boolean {
  if (Array.isArray(value)) {
    return value.length === values.length && value.every((item, at) => item === values[at]);
  }
  // With `joinDuplicateHeaders`, it joins those too of which it else keeps the first.
  if (value === values.join(name === "cookie" ? "; " : ", ")) return true;
  return single.has(name) && value === values[0];
}
