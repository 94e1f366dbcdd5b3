import { ColonnadeError, quote } from "./errors";
import { checkAnswer, noResponse, toErrorResponse } from "./http/answer";
import { ErrorResponse } from "./http/error-response";
import { isFileResponse } from "./http/file-response";
import { findGuard, guardedRoute } from "./http/guard";
import { logError, report } from "./http/on-error";
import type { OnError } from "./http/on-error";
import type * as opening from "./http/open-file";
import { checkOptions } from "./http/options";
import { errorFormats, presented } from "./http/problem";
import type { ErrorFormat } from "./http/problem";
import { compileRoute } from "./http/route";
import type { CompiledRoute, Route, RouteGroup, RouteSource } from "./http/route";
import { discard } from "./http/payload";
import { checkDeclaredLength } from "./http/pump";
import { internals, outputs, sourceOf } from "./http/request";
import type { Request } from "./http/request";
import { Response, isResponse } from "./http/response";
import { notFound, unrouted } from "./http/unrouted";
import { lazy } from "./lazy";
import { bind } from "./path/bind";
import { RouteIndex } from "./path/route-index";
import type { Entry } from "./path/route-index";

const loadOpening = lazy(() => require("./http/open-file") as typeof opening);

/** Options of `Router`. */
export interface DispatchOptions {
  /** Whether `/abc` differs from `/ABC`: true by default. */
  readonly caseSensitive?: boolean | undefined;
  /** Whether `/abc` differs from `/abc/`: false by default. */
  readonly strict?: boolean | undefined;
  /** How what Colonnade refuses, and an `ErrorResponse`, is answered: "json" by default. */
  readonly errors?: ErrorFormat | undefined;
  /**
   * Whether an answer that the `responses` of its route do not allow is answered with 500 in its place:
   * false by default, for it takes time. For development and tests.
   */
  readonly checkResponses?: boolean | undefined;
  /** Told what a handler throws; `console.error` by default. */
  readonly onError?: OnError | undefined;
}

/** Answers requests from its routes, with no server and no Express. */
export class Router {
  readonly #routes: Route[] = [];
  readonly #groups = new Map<RouteGroup, number>();
  readonly #index: RouteIndex<CompiledRoute>;
  readonly #onError: OnError;
  readonly #errors: ErrorFormat;
  readonly #checkResponses: boolean;

  /** @throws {ColonnadeError} `ERR_OPTION` */
  constructor(options: DispatchOptions = {}) {
    checkOptions(options, "Router", {
      boolean: ["caseSensitive", "strict", "checkResponses"],
      function: ["onError"],
      choice: { errors: errorFormats },
    });
    const { errors = "json", checkResponses = false, onError = logError } = options;
    this.#index = new RouteIndex(options);
    this.#onError = onError;
    this.#errors = errors;
    this.#checkResponses = checkResponses;
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
    const answer = presented(await this.#answer(request, entries, entry, components), this.#errors);
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
        : await answerWith(entry.value, request, matches, this.#checkResponses);
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

async function answerWith(
  route: CompiledRoute,
  request: Request,
  matches: object,
  checks: boolean,
): Promise<Response> {
  request[internals](route.pattern.source, matches);
  const { body } = request[sourceOf];
  body.limit = route.maxContentLength;
  checkDeclaredLength(request.headers["content-length"]?.[0], body.limit);
  try {
    if (route.check !== undefined) request[outputs](await route.check(request));
    const result = await route.callback(request);
    if (!isResponse(result)) throw noResponse(route.name, result);
    if (checks && body.exceeded === undefined) await checkAnswer(route, result);
    if (body.exceeded === undefined) {
      return isFileResponse(result) ? await loadOpening().openFile(result, request) : result;
    }
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
