import { METHODS } from "node:http";
import type { NextFunction, Request as ExpressRequest, Response as ExpressResponse } from "express";
import { ColonnadeError } from "../errors";
import { layerProtocol } from "./layer";
import type { Choice, RouteTable } from "./route-table";
import { isOwn } from "./own";
import { isTraced } from "./traced";

/** `router.handle`. */
export type Handle = (this: object, req: ExpressRequest, res: ExpressResponse, next: NextFunction) => unknown;

/** Of those that a server is sent, all but OPTIONS, which Express answers by asking every route. */
const methods: ReadonlyMap<string, string> = new Map(
  METHODS.filter((method) => method !== "OPTIONS").map((method) => [method, method.toLowerCase()]),
);

/** A variable of `handle` in every supported version of Express, which no function put in its place has. */
const mark = /\bslashAdded\b/;

/** The `handle` that was looked at last, and whether it is Express's. */
let seen: object | undefined;
let isExpress = false;

/** Whether Express's walk does what is known of it, and nothing else: tracing may have replaced it. */
export function isWalkKnown(handle: object): boolean {
  if (handle !== seen) {
    isExpress = isOwn(handle, mark);
    seen = handle;
  }
  return isExpress && !isTraced();
}

/**
 * Finds the route that answers a request where Express's walk over the layers would come to nothing else:
 * the walk is Express's own, no other layers concern the path, and nobody watches.
 *
 * @param handle - what walks.
 * @returns "none" where the request passes by; undefined where the walk has to tell.
 */
export function findDirectly(
  table: RouteTable,
  handle: object,
  req: ExpressRequest,
): Choice | "none" | undefined {
  const method = methods.get(req.method);
  const path = pathOf(req.url);
  if (method === undefined || path === undefined || (req as { upgrade?: boolean }).upgrade === true)
    return undefined;
  if (!isWalkKnown(handle)) return undefined;
  try {
    return table.choose(path, method);
  } catch (error) {
    if (error instanceof ColonnadeError) return undefined; // it is thrown again, where Express catches it
    throw error;
  }
}

/** The pathname of `req.url` as Express's `parseurl` takes it; undefined where that does more than to cut. */
function pathOf(url: string | undefined): string | undefined {
  if (url?.charCodeAt(0) !== 0x2f) return undefined; // "/"
  let end = -1;
  for (let at = 1; at < url.length; at++) {
    const code = url.charCodeAt(at);
    if (code === 0x3f && end === -1) end = at; // "?"
    // "#", "\" and blanks, which no client sends.
    if (code === 0x23 || code === 0x5c || code <= 0x20 || code >= 0x7f) return undefined;
  }
  return end === -1 ? url : url.slice(0, end);
}

/**
 * Runs a route as Express's walk would: the request has all that it has there, and gets back what it had before.
 *
 * @param passed - goes on behind the route: with what was passed to `next`, and whether that was called before.
 */
export function runDirectly(
  { slot, route, params }: Choice,
  req: ExpressRequest,
  res: ExpressResponse,
  passed: (error: unknown, again: boolean) => void,
): void {
  const outer = { params: req.params, baseUrl: req.baseUrl, next: req.next };
  let again = false;
  const next: NextFunction = (error?: unknown) => {
    Object.assign(req, outer);
    const before = again;
    again = true;
    passed(error, before);
  };
  req.next = next;
  if (!outer.baseUrl) req.baseUrl = "";
  req.originalUrl ||= req.url;
  req.route = route;
  req.params = params;
  layerProtocol().run(slot.layer, req, res, next);
}
