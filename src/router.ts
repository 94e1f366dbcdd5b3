import { ColonnadeError, quote } from "./errors";
import { ErrorResponse } from "./http/error-response";
import { findGuard, guardedRoute } from "./http/guard";
import { checkOptions } from "./http/options";
import { compileRoute } from "./http/route";
import type { CompiledRoute, Route, RouteGroup, RouteSource } from "./http/route";
import { discard } from "./http/payload";
import { checkDeclaredLength } from "./http/pump";
import { internals } from "./http/request";
import type { Request } from "./http/request";
import { Response, isResponse } from "./http/response";
import { notFound, unrouted } from "./http/unrouted";
import { bind } from "./path/bind";
import { RouteIndex } from "./path/route-index";
import type { Entry } from "./path/route-index";

/** Called with what would otherwise be lost: a failure that no client is told about. May be async. */
export type OnError = (error: unknown, request: Request | undefined) => unknown;

/** Options of `Router`. */
export interface DispatchOptions {
  /** Whether `/abc` differs from `/ABC`: true by default. */
  readonly caseSensitive?: boolean | undefined;
  /** Whether `/abc` differs from `/abc/`: false by default. */
  readonly strict?: boolean | undefined;
  /** Told what a handler throws; `console.error` by default. */
  readonly onError?: OnError | undefined;
}

/** Answers requests from its routes, with no server and no Express. */
export class Router {
  readonly #routes: Route[] = [];
  readonly #groups = new Map<RouteGroup, number>();
  readonly #index: RouteIndex<CompiledRoute>;
  readonly #onError: OnError;

  /** @throws {ColonnadeError} `ERR_OPTION` */
  constructor(options: DispatchOptions = {}) {
    checkOptions(options, "Router", { boolean: ["caseSensitive", "strict"], function: ["onError"] });
    this.#index = new RouteIndex(options);
    this.#onError = options.onError ?? logError;
  }

  /**
   * Adds routes behind those that are there; of those that match a request, the first one answers.
   *
   * @param routes - a Resource, or a list of routes. Either all are added or, on a throw, none.
   * @throws {PathSyntaxError}
   * @throws {ColonnadeError} `ERR_OPTION`
   */
  registerRoutes(routes: RouteSource | readonly Route[]): this {
    const list = listOf(routes);
    const compiled = list.map(compileRoute);
    for (const [at, route] of compiled.entries()) {
      const { group, pattern } = route;
      if (group !== undefined && !this.#groups.has(group)) this.#groups.set(group, this.#routes.length + at);
      this.#index.add(pattern, route);
    }
    this.#routes.push(...list);
    return this;
  }

  /** The registered routes, in order. */
  routes(): Route[] {
    return [...this.#routes];
  }

  /**
   * Answers a request: what no route takes with 404, 405 or 426, what a handler throws with 500 and
   * without its message.
   *
   * @throws {ColonnadeError} `ERR_GUARDED_ROUTE` when the route has `@use` middleware, which only
   *   Express can run: it is never answered without its guard.
   */
  async dispatch(request: Request): Promise<Response> {
    const { method } = request;
    const { entries, components } = this.#index.find(request.path);
    const entry = entries.find(({ value }) => handles(value, method));
    const guard = findGuard(entries, entry, this.#groups);
    if (guard !== undefined) throw guardedRoute(guard);
    const answer = await this.#answer(request, entries, entry, components);
    return method === "HEAD" ? withoutPayload(answer) : answer;
  }

  /**
   * @internal
   * @returns what answers a request that no route has answered: the `Allow` of `OPTIONS`.
   * @throws {ColonnadeError} 404, 405 or 426 for any other.
   */
  answerUnrouted(request: Request): Response {
    const { entries } = this.#index.find(request.path);
    if (entries.length === 0) throw notFound(request);
    return unrouted(request, entries);
  }

  async #answer(
    request: Request,
    entries: readonly Entry<CompiledRoute>[],
    entry: Entry<CompiledRoute> | undefined,
    components: readonly string[],
  ): Promise<Response> {
    try {
      const [first] = entries;
      if (first === undefined) throw notFound(request);
      const matches = bind((entry ?? first).pattern, components);
      return entry === undefined
        ? unrouted(request, entries)
        : await answerWith(entry.value, request, matches);
    } catch (error) {
      return this.#answerFailure(error, request);
    }
  }

  #answerFailure(error: unknown, request: Request): Response {
    if (error instanceof ErrorResponse) return error;
    if (error instanceof ColonnadeError && error.status < 500) return toErrorResponse(error);
    report(this.#onError, error, request);
    return new ErrorResponse("Internal Server Error", 500, {}, { cause: error });
  }
}

function listOf(routes: RouteSource | readonly Route[]): readonly Route[] {
  if (Array.isArray(routes)) return routes as readonly Route[]; // `isArray` makes it any[]
  if (typeof routes === "object" && "routes" in (routes ?? {})) return (routes as RouteSource).routes();
  const message = `registerRoutes() takes a Resource or a list of routes, not ${quote(routes)}`;
  throw new ColonnadeError("ERR_OPTION", message);
}

/** Whether a route answers a method; `HEAD` is answered by the route of `GET`. */
export function handles(route: CompiledRoute, method: string): boolean {
  if (route.method === "WEBSOCKET") return false;
  return route.method === method || (method === "HEAD" && route.method === "GET");
}

/** The answer to a request that Colonnade itself refuses. */
export function toErrorResponse(error: ColonnadeError): ErrorResponse {
  const body = { error: error.message, code: error.code };
  return new ErrorResponse(body, error.status, error.headers, { cause: error });
}

/** Calls `onError`; that it throws or, being async, rejects ends nothing. */
export function report(onError: OnError, error: unknown, request: Request | undefined): void {
  try {
    Promise.resolve(onError(error, request)).catch(logError);
  } catch (failure) {
    logError(failure);
  }
}

/** The default of `onError`. */
export function logError(error: unknown): void {
  console.error(error);
}

/** Why a handler's result is no answer. */
export function noResponse(route: string, result: unknown): ColonnadeError {
  const isFetch = result instanceof globalThis.Response;
  const hint = isFetch ? ": this is fetch's, not the one to import from colonnade" : "";
  const message = `The handler of ${route} must return a Response, not ${quote(result)}${hint}`;
  return new ColonnadeError("ERR_RESPONSE_INVALID", message);
}

async function answerWith(route: CompiledRoute, request: Request, matches: object): Promise<Response> {
  const { body } = request[internals](route.pattern.source, matches);
  body.limit = route.maxContentLength;
  checkDeclaredLength(request.headers["content-length"]?.[0], body.limit);
  try {
    const result = await route.callback(request);
    if (!isResponse(result)) throw noResponse(route.name, result);
    if (body.exceeded === undefined) return result;
    discard(result.payload);
    return toErrorResponse(body.exceeded);
  } catch (error) {
    throw body.exceeded ?? error;
  }
}

function withoutPayload(answer: Response): Response {
  discard(answer.payload);
  return new Response(null, answer.statusCode, answer.headers, answer.compress);
}
