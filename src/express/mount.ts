import type {
  NextFunction,
  Request as ExpressRequest,
  Response as ExpressResponse,
  Router as ExpressRouter,
} from "express";
import { ColonnadeError } from "../errors";
import { compileRoute } from "../http/route";
import type { CompiledRoute, Route } from "../http/route";
import { toExpressPath } from "../path/express-spelling";
import { matchPattern } from "../path/match";
import type { Bindings } from "../path/match";
import { pathnameOf } from "../path/target";
import { handles } from "../router";
import { createHandler, createLimiter, guardMiddleware } from "./handler";
import { intercept } from "./intercept";
import { lastLayer, layerProtocol } from "./layer";
import { loadExpress } from "./load";
import { checkRouterOptions } from "./options";
import type { RouterOptions } from "./options";
import { RouteTable, Selection } from "./route-table";

type Options = Required<RouterOptions>;
type Handle = (this: object, req: ExpressRequest, res: ExpressResponse, next: NextFunction) => unknown;

/** Makes an `express.Router` of routes: real Routes, which Express finds by an index. */
export function mount(routes: readonly Route[], given?: RouterOptions): ExpressRouter {
  const options = checkRouterOptions(given);
  const { caseSensitive, strict, mergeParams } = options;
  const router = loadExpress().Router({ caseSensitive, strict, mergeParams });
  const table = new RouteTable(options);
  const groups = new Set<object>();
  for (const route of routes.map(compileRoute)) {
    if (route.method === "WEBSOCKET") continue;
    if (route.group !== undefined && !groups.has(route.group)) {
      groups.add(route.group);
      addGroup(router, table, route.group, options);
    }
    addRoute(router, table, route, options);
  }
  table.watch(router);
  const mounted = router as unknown as { handle: Handle }; // which Express's types leave out
  mounted.handle = (req, res, next) =>
    handleOf(router).call(select(router, table), req, res, intercept(next, req, res, options));
  return router;
}

/** A view of the router, for one request: its stack holds the layers that the path concerns. */
function select(router: ExpressRouter, table: RouteTable): object {
  table.update();
  const { stack } = new Selection(table);
  return Object.create(router, { stack: { value: stack } }) as object;
}

/** Express's own `handle`, by way of the prototype: what patches it there is heeded. */
function handleOf(router: ExpressRouter): Handle {
  return (Object.getPrototypeOf(router) as { handle: Handle }).handle;
}

function addRoute(router: ExpressRouter, table: RouteTable, route: CompiledRoute, options: Options): void {
  const { major, accept } = layerProtocol();
  const path = toExpressPath(route.pattern, major);
  const expressRoute = router.route(path);
  const verb = route.method.toLowerCase();
  const add = Reflect.get(expressRoute, verb) as unknown;
  if (typeof add !== "function") {
    throw new ColonnadeError("ERR_OPTION", `Express can't route the method ${route.method} (${route.name})`);
  }
  const handlers = route.middleware.map((middleware) => guardMiddleware(middleware, options));
  if (handlers.length > 0) handlers.unshift(createLimiter(() => route, options));
  add.call(expressRoute, ...handlers, createHandler(route, options));

  const layer = lastLayer(router);
  layer.match = (target) => {
    const matches = matchPattern(route.pattern, target, options);
    return matches !== undefined && accept(layer, target, matches, path);
  };
  table.addRoute(route, layer);
}

/** Adds the middleware of a class: it runs for the paths of its routes, whatever the method. */
function addGroup(
  router: ExpressRouter,
  table: RouteTable,
  group: NonNullable<CompiledRoute["group"]>,
  options: Options,
): void {
  const { accept } = layerProtocol();
  const routesAt = (path: string) => table.routes(path).filter((route) => route.group === group);
  const limiter = createLimiter(
    (req) => routesAt(pathnameOf(req.url)).find((route) => handles(route, req.method)),
    options,
  );
  for (const middleware of [limiter, ...group.middleware.map((each) => guardMiddleware(each, options))]) {
    router.use(middleware);
    const layer = lastLayer(router);
    layer.match = (path) =>
      routesAt(path).length > 0 && accept(layer, "", Object.create(null) as Bindings, "/");
    table.addGroupLayer(group, layer);
  }
}
