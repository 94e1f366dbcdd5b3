import type {
  ErrorRequestHandler,
  NextFunction,
  Request as ExpressRequest,
  RequestHandler,
  Response as ExpressResponse,
} from "express";
import { ColonnadeError, quote } from "../errors";
import { discard } from "../http/payload";
import { presented } from "../http/problem";
import { Request, internals, outputs } from "../http/request";
import type { Outputs } from "../http/request";
import { andThen } from "../promise";
import { isResponse } from "../http/response";
import type { CompiledRoute, Middleware } from "../http/route";
import { checkAnswer, noResponse } from "../http/answer";
import { report } from "../http/on-error";
import { limitBody, refusedBody } from "./body-meter";
import { IncomingSource, exceededBody } from "./incoming-source";
import type { CheckedOptions } from "./options";
import { reply } from "./reply";
import { run, settle } from "./settle";
import type { Exchange } from "./settle";

/** @returns whether a request may go on; otherwise it has been refused. */
export type Limiter = (req: ExpressRequest, res: ExpressResponse, next: NextFunction) => boolean;

/** Limits the body by the route that will answer, before `@use` middleware can read it. */
export function createLimiter(
  routeOf: (req: ExpressRequest) => CompiledRoute | undefined,
  options: CheckedOptions,
): Limiter {
  return (req, res, next) => {
    const route = routeOf(req);
    return route === undefined || limit(route, createExchange(route, options, req.params, req, res, next));
  };
}

/**
 * The Express handler of a route: calls its callback, and answers with what it returns.
 *
 * @param matchesOf - what the route has bound of a request's path.
 */
export function createHandler(
  route: CompiledRoute,
  options: CheckedOptions,
  matchesOf: (req: ExpressRequest) => object,
): RequestHandler {
  const handler: RequestHandler = (req, res, next) => {
    const exchange = createExchange(route, options, matchesOf(req), req, res, next);
    if (!limit(route, exchange)) return undefined;
    const failed = (error: unknown) => {
      if (refusedBody(req) !== undefined) return;
      settle(exceededBody(req) ?? error, `The handler of ${route.name}`, exchange);
    };
    return run(() => {
      const checked = route.check?.(exchange.request);
      return andThen(checked, (given) => respond(given, route, exchange));
    }, failed);
  };
  return Object.defineProperty(handler, "name", { value: route.callback.name || route.name });
}

/**
 * Express middleware whose failures, thrown or rejected, reach `next` as Errors on Express 4 too,
 * and which may throw an `ErrorResponse`.
 */
export function guardMiddleware(
  middleware: Middleware,
  options: CheckedOptions,
): RequestHandler | ErrorRequestHandler {
  const name = middleware.name || "anonymous";
  const origin = `The middleware ${name}`;
  // What a function that declares as many parameters as Express middleware has is given.
  const call = middleware as (...args: unknown[]) => unknown;
  const guard = (args: unknown[], req: ExpressRequest, res: ExpressResponse, next: NextFunction) =>
    run(
      () => call(...args),
      (error) => {
        if (refusedBody(req) !== undefined) return;
        const request = new Request(new IncomingSource(req, res));
        settle(error, origin, { req, res, next, options, request });
      },
    );
  const guarded: RequestHandler | ErrorRequestHandler =
    middleware.length === 4
      ? (error: unknown, req: ExpressRequest, res: ExpressResponse, next: NextFunction) =>
          guard([error, req, res, unlessRefused(next, req)], req, res, next)
      : (req: ExpressRequest, res: ExpressResponse, next: NextFunction) =>
          guard([req, res, unlessRefused(next, req)], req, res, next);
  return Object.defineProperty(guarded, "name", { value: name });
}

/** What a middleware is given as `next`: once the body that it read has been refused, nothing follows. */
function unlessRefused(next: NextFunction, req: ExpressRequest): NextFunction {
  return (error?: unknown) => {
    if (refusedBody(req) === undefined) next(error);
  };
}

function limit(route: CompiledRoute, exchange: Exchange): boolean {
  const { req, res } = exchange;
  try {
    limitBody(req, res, route.maxContentLength, (error) => settle(error, route.name, exchange));
    return true;
  } catch (error) {
    settle(error, route.name, exchange);
    return false;
  }
}

/** @param checked - what the schemas made of the request; undefined where there are none. */
function respond(
  checked: Outputs | undefined,
  route: CompiledRoute,
  exchange: Exchange,
): void | Promise<void> {
  if (checked !== undefined) exchange.request[outputs](checked);
  return andThen(route.callback(exchange.request), (result) => answer(result, route, exchange));
}

function answer(result: unknown, route: CompiledRoute, exchange: Exchange): void | Promise<void> {
  const { req, res, options, request } = exchange;
  const refused = refusedBody(req) !== undefined;
  const exceeded = exceededBody(req);
  if ((refused || exceeded !== undefined) && isResponse(result)) discard(result.payload);
  if (refused) return undefined;
  if (exceeded !== undefined) throw exceeded;
  if (!isResponse(result)) {
    if (result === res || result === req.res) return undefined;
    throw noResponse(route.name, result);
  }
  // What is sent to a client that has left would be recorded as a success.
  if (!res.headersSent && !res.closed) {
    const send = () => reply(presented(result, options.errors), request, req, res);
    if (!options.checkResponses) return send();
    const checking = checkAnswer(route, result);
    return checking === undefined
      ? send()
      : checking.then(() => (res.closed ? discard(result.payload) : send()));
  }
  discard(result.payload);
  if (!res.headersSent) return undefined;
  const message = `The handler of ${route.name} has answered by itself, and then returned ${quote(result)}`;
  report(options.onError, new ColonnadeError("ERR_ALREADY_ANSWERED", message), request);
  return undefined;
}

function createExchange(
  route: CompiledRoute,
  options: CheckedOptions,
  matches: object,
  req: ExpressRequest,
  res: ExpressResponse,
  next: NextFunction,
): Exchange {
  const request = new Request(new IncomingSource(req, res, route.maxContentLength));
  request[internals](route.pattern.source, matches);
  return { req, res, next, options, request };
}
