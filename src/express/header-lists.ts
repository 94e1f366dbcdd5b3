import type { IncomingMessage } from "node:http";
import type { Lists } from "../http/request-source";

/**
 * The headers of a request, a list of values for each. They are those of `req.headers`, so that what
 * middleware set or deleted there holds; the values of one that came several times are taken apart
 * again. `req.headersDistinct` is not used: a header named `constructor` or `__proto__` makes it
 * throw.
 */
export function toHeaderLists(req: IncomingMessage): Lists {
  const received = receivedLists(req.rawHeaders ?? []);
  const lists: Lists = Object.create(null);
  for (const name of Object.keys(req.headers)) {
    const value = req.headers[name];
    if (value === undefined) continue;
    const values = received[name];
    lists[name] = values !== undefined && says(values, value) ? values : [value].flat();
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

/** Whether `value` is what Node makes of `values`: the first, or all joined (`http.IncomingMessage.headers`). */
function says(values: readonly string[], value: string | string[]): boolean {
  if (Array.isArray(value))
    return value.length === values.length && value.every((item, at) => item === values[at]);
  return value === values[0] || value === values.join(", ") || value === values.join("; ");
}
