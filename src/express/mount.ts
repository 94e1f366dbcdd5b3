import type {
  ErrorRequestHandler,
  NextFunction,
  Request as ExpressRequest,
  RequestHandler,
  Response as ExpressResponse,
  Router as ExpressRouter,
} from "express";
import { compileRoute } from "../http/route";
import type { CompiledRoute, Middleware, Route, RouteGroup } from "../http/route";
import { lazy } from "../lazy";
import { toExpressPath } from "../path/express-spelling";
import type { Bindings } from "../path/bind";
import { handles } from "../router";
import { declareRouter } from "../websocket/claims";
import { findDirectly, runDirectly } from "./direct";
import type { Handle } from "./direct";
import { createHandler, createLimiter, guardMiddleware } from "./handler";
import type { Limiter } from "./handler";
import { intercept } from "./intercept";
import { lastLayer, layerProtocol } from "./layer";
import type { Layer } from "./layer";
import { loadExpress } from "./load";
import { checkRouterOptions } from "./options";
import type { CheckedOptions, RouterOptions } from "./options";
import { addRouteLayer } from "./route-layer";
import { RouteTable } from "./route-table";
import { Selection } from "./selection";
import type * as socketHandler from "./socket-handler";
import type * as socketHandshake from "./socket-handshake";

const loadSocketHandler = lazy(() => require("./socket-handler") as typeof socketHandler);
const loadSocketHandshake = lazy(() => require("./socket-handshake") as typeof socketHandshake);

/** Makes an `express.Router` of routes: real Routes, which Express finds by an index. */
export function mount(routes: readonly Route[], given?: RouterOptions): ExpressRouter {
  const options = checkRouterOptions(given);
  const { caseSensitive, strict, mergeParams } = options;
  const router = loadExpress().Router({ caseSensitive, strict, mergeParams });
  const table = new RouteTable(router, options);
  const groups = new Set<RouteGroup>();
  for (const route of routes.map(compileRoute)) {
    if (route.group !== undefined && !groups.has(route.group)) {
      groups.add(route.group);
      addGroup(router, table, route.group, options);
    }
    addRoute(router, table, route, options);
  }
  table.seal();
  declareRouter(router, (path) => table.hasSocket(path));
  const mounted = router as unknown as { handle: Handle }; // which Express's types leave out
  const walk = (req: ExpressRequest, res: ExpressResponse, next: NextFunction, after: number) =>
    handleOf(router).call(viewFor(req, router, table, after), req, res, intercept(next, req, res, options));
  mounted.handle = (req, res, next) => {
    const choice = typeof next === "function" ? findDirectly(table, handleOf(router), req) : undefined;
    if (choice === undefined) {
      walk(req, res, next, -1);
    } else if (choice === "none") {
      req.originalUrl ||= req.url;
      next();
    } else {
      const { position } = choice.slot;
      runDirectly(choice, req, res, (error, again) => {
        if (error === "router") setImmediate(next);
        else if (again || (error && error !== "route")) intercept(next, req, res, options)(error);
        else walk(req, res, next, position);
      });
    }
  };
  return router;
}

/**
 * A view of the router, for one request: its stack holds the layers that the path concerns.
 *
 * @param after - a position in the stack: the layers up to there are left out.
 */
function viewFor(req: ExpressRequest, router: ExpressRouter, table: RouteTable, after: number): object {
  const view = Object.create(router) as { stack: Layer[] };
  view.stack = new Selection(table, req, after).stack;
  return view;
}

/** Express's own `handle`, by way of the prototype: what patches it there is heeded. */
function handleOf(router: ExpressRouter): Handle {
  return (Object.getPrototypeOf(router) as { handle: Handle }).handle;
}

function addRoute(
  router: ExpressRouter,
  table: RouteTable,
  route: CompiledRoute,
  options: CheckedOptions,
): void {
  const { major, acceptor } = layerProtocol();
  const pattern = toExpressPath(route.pattern, major);
  // Express knows all of Node's methods, and `compileRoute` no others. A WebSocket's handshake is a GET.
  const method = route.webSocket === undefined ? route.method.toLowerCase() : "get";
  const layer = addRouteLayer(router, pattern, method, handlersOf(route, table, options));

  const accept = acceptor(layer);
  layer.match = (path) => {
    const params = table.bind(route, path);
    return params !== undefined && accept({ path, params, keys: Object.keys(params), pattern });
  };
  table.addRoute(route, layer);
}

/** What Express runs for a route: its middleware, and what answers. */
function handlersOf(
  route: CompiledRoute,
  table: RouteTable,
  options: CheckedOptions,
): (RequestHandler | ErrorRequestHandler)[] {
  const { webSocket } = route;
  const matchesOf = (req: ExpressRequest) => table.matches(route, req);
  if (webSocket === undefined) {
    const handler = createHandler(route, options, matchesOf);
    if (route.middleware.length === 0) return [handler];
    const limiter = createLimiter(() => route, options);
    return [...guardAll(route.middleware, limiter, options), handler];
  }
  const handler = loadSocketHandler().createSocketHandler(route, webSocket, options, matchesOf);
  const middleware = route.middleware.map((each) => guardMiddleware(each, options));
  return webSocket.origins === undefined
    ? [...middleware, handler]
    : [loadSocketHandshake().createOriginGuard(webSocket.origins, options), ...middleware, handler];
}

/** Adds the middleware of a class: it runs for the paths of its routes, whatever the method. */
function addGroup(
  router: ExpressRouter,
  table: RouteTable,
  group: RouteGroup,
  options: CheckedOptions,
): void {
  const limiter = createLimiter(
    (req) => table.groupRoutesOf(group, req).find((route) => handles(route, req.method)),
    options,
  );
  for (const middleware of guardAll(group.middleware, limiter, options)) {
    router.use(middleware);
    const layer = lastLayer(router);
    const accept = layerProtocol().acceptor(layer);
    layer.match = (path) => {
      const params: Bindings = Object.create(null);
      return (
        table.groupRoutes(group, path).length > 0 && accept({ path: "", params, keys: [], pattern: "/" })
      );
    };
    table.addGroupLayer(group, layer);
  }
}

/**
 * Guards the middleware of a class or a method; the body is limited before the first of it runs, and
 * not by a layer of its own, which routes written by hand would not have.
 */
function guardAll(
  list: readonly Middleware[],
  limiter: Limiter,
  options: CheckedOptions,
): (RequestHandler | ErrorRequestHandler)[] {
  let first = true;
  return list.map((middleware) => {
    const guarded = guardMiddleware(middleware, options);
    if (!first || isErrorHandler(guarded)) return guarded;
    first = false;
    const limited: RequestHandler = (req, res, next) =>
      limiter(req, res, next) ? guarded(req, res, next) : undefined;
    return Object.defineProperty(limited, "name", { value: guarded.name });
  });
}

function isErrorHandler(handler: RequestHandler | ErrorRequestHandler): handler is ErrorRequestHandler {
  return handler.length === 4;
}
