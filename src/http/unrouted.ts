import { ColonnadeError, quote } from "../errors";
import type { Entry } from "../path/route-index";
import type { Request } from "./request";
import { Response } from "./response";
import type { CompiledRoute } from "./route";

/**
 * What answers a request whose path has routes, and none for its method: the `Allow` of `OPTIONS`.
 *
 * @throws {ColonnadeError} `ERR_METHOD_NOT_ALLOWED`, `ERR_UPGRADE_REQUIRED`
 */
export function unrouted(request: Request, entries: readonly Entry<CompiledRoute>[]): Response {
  const methods = new Set(entries.map(({ value }) => value.method));
  const sockets = methods.delete("WEBSOCKET");
  if (methods.has("GET")) methods.add("HEAD");
  const allow = { Allow: [...methods].join(", ") };
  if (methods.size > 0 && request.method === "OPTIONS") return new Response(null, 204, allow);
  const target = targetOf(request);
  if (sockets && (request.method === "GET" || methods.size === 0)) {
    throw new ColonnadeError("ERR_UPGRADE_REQUIRED", `${target} is answered to a WebSocket only`, {
      headers: { Upgrade: "websocket", Connection: "Upgrade" },
    });
  }
  throw new ColonnadeError("ERR_METHOD_NOT_ALLOWED", `${target} is not allowed`, { headers: allow });
}

/** The refusal of a request whose path has no routes. */
export function notFound(request: Request): ColonnadeError {
  return new ColonnadeError("ERR_NOT_FOUND", `Nothing answers ${targetOf(request)}`);
}

/** A request as messages name it. */
export function targetOf(request: Request): string {
  return `${quote(request.method).slice(1, -1)} ${quote(request.path).slice(1, -1)}`;
}
