import { STATUS_CODES } from "node:http";
import type {
  ErrorRequestHandler,
  Express,
  NextFunction,
  Request as ExpressRequest,
  RequestHandler,
  Response as ExpressResponse,
  Router as ExpressRouter,
} from "express";
import { ColonnadeError, quote } from "../errors";
import { IncomingSource } from "../express/incoming-source";
import { loadExpress } from "../express/load";
import { checkRouterOptions } from "../express/options";
import type { CheckedOptions, RouterOptions } from "../express/options";
import { reply } from "../express/reply";
import { Router } from "../express/router";
import { run, settle, statusOf } from "../express/settle";
import { ErrorResponse } from "../http/error-response";
import { presented } from "../http/problem";
import { Request } from "../http/request";
import type { Response } from "../http/response";
import type { Route, RouteSource } from "../http/route";
import { report } from "../http/on-error";
import { declareRouter, hasSocketRoute } from "../websocket/claims";
import { isSocket } from "../websocket/plain-express-ws";
import { findShortcut } from "./shortcut";
import type { MountedLayer } from "./shortcut";

/** Express middleware, or error middleware: that which has four parameters. */
export type SiteMiddleware = RequestHandler | ErrorRequestHandler | readonly SiteMiddleware[];

type Handle = (req: ExpressRequest, res: ExpressResponse, next?: NextFunction) => unknown;

/** Express's own parts, which its types leave out. */
interface AppParts {
  handle: Handle;
  /** Express 4's, once the app has a layer. */
  readonly _router?: { readonly stack: unknown[] };
  /** Express 5's; that of Express 4 throws. */
  readonly router: { readonly stack: unknown[] };
}

/** An Express app that leaves no request unanswered: middleware, routes, then what it was given by hand. */
export class Site {
  readonly app: Express;
  readonly #routes: Router;
  readonly #options: CheckedOptions;
  /** Made anew, once it is asked for, when there are more routes. */
  #mounted: ExpressRouter | undefined;
  /** Where the routes stand in the app. */
  readonly #layer: MountedLayer;
  /** The error middleware, which comes behind everything else. */
  readonly #failures: ExpressRouter;
  readonly #failed = new WeakMap<ExpressRequest, unknown>();

  /** @throws {ColonnadeError} `ERR_OPTION` */
  constructor(given: RouterOptions) {
    this.#options = checkRouterOptions(given);
    const { caseSensitive, strict, checkResponses, onError } = this.#options;
    const express = loadExpress();
    this.#routes = new Router({ caseSensitive, strict, checkResponses, onError });
    this.#failures = express.Router().use((req, _res, next) => next(this.#failed.get(req)));
    this.app = express().disable("x-powered-by");
    const route: RequestHandler = (req, res, next) => this.#router()(req, res, next);
    const routes = Object.assign(route, { stack: [] });
    declareRouter(routes, (path) => hasSocketRoute(this.#router(), path));
    this.app.use(routes);
    this.#layer = this.#stack().at(-1) as MountedLayer; // `use` has put it there
    const parts = this.#parts();
    const handle = parts.handle.bind(this.app);
    const shortcut = findShortcut(this.app, this.#layer);
    // What Express calls where nothing has answered; an app that is mounted in another leaves it to that.
    parts.handle = (req, res, next) => {
      const done = next ?? ((error?: unknown) => this.#finish(error ?? undefined, req, res));
      if (next === undefined && shortcut?.isOpen() === true) shortcut.take(req, res, done);
      else handle(req, res, done);
    };
  }

  registerRoutes(routes: RouteSource | readonly Route[]): void {
    this.#routes.registerRoutes(routes);
    this.#mounted = undefined;
  }

  routes(): Route[] {
    return this.#routes.routes();
  }

  /** Puts middleware behind that which is there and before the routes, and error middleware behind them. */
  use(path: string, list: readonly SiteMiddleware[]): void {
    const handlers = flatten(list);
    const failing = handlers.filter((handler): handler is ErrorRequestHandler => handler.length === 4);
    const others = handlers.filter((handler): handler is RequestHandler => handler.length !== 4);
    if (failing.length > 0) this.#failures.use(path, ...failing);
    if (others.length === 0) return;
    const stack = this.#stack();
    const before = stack.length;
    this.app.use(path, ...others);
    stack.splice(stack.indexOf(this.#layer), 0, ...stack.splice(before));
  }

  #router(): ExpressRouter {
    const { errors } = this.#options;
    return (this.#mounted ??= this.#routes.router({ errors }));
  }

  #parts(): AppParts {
    return this.app as unknown as AppParts;
  }

  #stack(): unknown[] {
    const parts = this.#parts();
    return (parts._router ?? parts.router).stack;
  }

  #finish(error: unknown, req: ExpressRequest, res: ExpressResponse): void {
    const request = new Request(new IncomingSource(req, res));
    const last = (failure: unknown) => this.#fail(failure, request, req, res);
    const failed = (failure: unknown) => {
      this.#failed.set(req, failure);
      this.#failures(req, res, (left?: unknown) => last(left ?? failure));
    };
    if (error !== undefined) {
      failed(error);
      return;
    }
    const exchange = { req, res, next: failed, options: this.#options, request };
    void run(
      () => reply(this.#answerUnrouted(request, req), request, req, res),
      (failure) => settle(failure, "An HTTPServer", exchange),
    );
  }

  #answerUnrouted(request: Request, req: ExpressRequest): Response {
    if (!isSocket(req)) return this.#routes.answerUnrouted(request);
    throw new ColonnadeError("ERR_NOT_FOUND", `No WebSocket answers ${quote(request.path).slice(1, -1)}`);
  }

  /** Answers what no error middleware has answered. */
  #fail(error: unknown, request: Request, req: ExpressRequest, res: ExpressResponse): void {
    const { status = 500 } = statusOf(error);
    if (status >= 500) report(this.#options.onError, error, request);
    if (res.headersSent) {
      (res.socket ?? req.socket).destroy();
      return;
    }
    const message = status < 500 && error instanceof Error ? error.message : STATUS_CODES[status];
    const answer = new ErrorResponse(message, status, {}, { cause: error });
    void run(
      () => reply(presented(answer, this.#options.errors), request, req, res),
      (failure) => {
        report(this.#options.onError, failure, request);
        req.socket.destroy();
      },
    );
  }
}

function flatten(list: readonly SiteMiddleware[]): (RequestHandler | ErrorRequestHandler)[] {
  return list.flatMap((each) => {
    if (Array.isArray(each)) return flatten(each as readonly SiteMiddleware[]); // isArray makes it any[]
    if (typeof each === "function") return [each];
    throw new ColonnadeError("ERR_OPTION", `use() takes Express middleware, not ${quote(each)}`);
  });
}
