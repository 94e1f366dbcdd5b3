import type { Router as ExpressRouter } from "express";
import { lastLayer, layerProtocol, layersOf } from "./layer";
import type { Layer, LayerRoute } from "./layer";
import { loadExpress } from "./load";
import { isOwn } from "./own";

/** A `Route`, with what Express's types leave out. */
interface Route extends LayerRoute {
  readonly stack: Layer[];
  readonly methods: Record<string, boolean | undefined>;
  dispatch(...args: unknown[]): unknown;
}

/** What Express makes, to make others from. */
interface Models {
  /** For a route, in a router. */
  readonly outer: Layer;
  /** For a handler, in a route: its path is always "/". */
  readonly inner: Layer;
  readonly Route: new (path: string) => Route;
  /** Whether layers are what is known: there are packages that put accessors into the prototype of `Layer`. */
  readonly known: boolean;
}

/** All that a layer of a known Express has. */
const known: ReadonlySet<string> = new Set(
  "handle name params path keys regexp route method rawPath slash matchers".split(" "),
);

/** What a layer keeps to match by: functions and regular expressions that take most of the time of adding a route. */
const compiled = ["regexp", "keys", "matchers"] as const;

let models: Models | undefined;

/**
 * Adds a route, as `router.route(pattern)[method](...handlers)` does, but for what Express would match by: that is
 * made when somebody asks for it, which in a router of ours nothing of Express does.
 *
 * @param pattern - in Express's spelling.
 * @param method - in lower case.
 */
export function addRouteLayer(
  router: ExpressRouter,
  pattern: string,
  method: string,
  handlers: readonly ((...args: never[]) => unknown)[],
): Layer {
  const { outer, inner, Route, known: areKnown } = (models ??= findModels());
  const route = new Route(pattern);
  // Express knows all of Node's methods.
  const [add, verb] = [Reflect.get(router, "route"), Reflect.get(route, method)] as unknown[];
  if (!areKnown || !isOwn(add, /new Layer\(/) || !isOwn(verb, /layer\.method = /)) {
    const watched: object = router.route(pattern);
    Reflect.apply(Reflect.get(watched, method) as (...args: unknown[]) => unknown, watched, handlers);
    return lastLayer(router);
  }
  for (const handle of handlers) {
    route.stack.push(copy(inner, { handle, name: handle.name || "<anonymous>", method }));
  }
  route.methods[method] = true;
  const handle =
    layerProtocol().major === 4
      ? route.dispatch.bind(route)
      : function handle(req: unknown, res: unknown, next: unknown) {
          route.dispatch(req, res, next); // which somebody may replace
        };
  const layer = copy(outer, { handle, name: handle.name, rawPath: pattern, route });
  defer(layer, router, pattern);
  layersOf(router).push(layer);
  return layer;
}

function findModels(): Models {
  const { Router } = loadExpress();
  const router = Router().get("/", (_req, res) => res.end());
  const outer = lastLayer(router);
  const route = outer.route as Route;
  const [inner] = route.stack;
  if (inner === undefined) throw new TypeError("A Route has no layer");
  const areKnown = [outer, inner].every(
    (layer) => Object.hasOwn(layer, "handle") && Object.keys(layer).every((name) => known.has(name)),
  );
  return { outer, inner, Route: route.constructor as Models["Route"], known: areKnown };
}

/** A layer like another one, but for what is given of those properties that layers of this Express have. */
function copy(model: Layer, given: Readonly<Record<string, unknown>>): Layer {
  const layer = Object.create(Object.getPrototypeOf(model) as object) as Record<string, unknown>;
  for (const [name, value] of Object.entries(model)) layer[name] = name in given ? given[name] : value;
  return layer as unknown as Layer; // it has all that the model has
}

/** Has what Express would match by be made when it is asked for. */
function defer(layer: Layer, router: ExpressRouter, pattern: string): void {
  const { caseSensitive, strict } = router as { caseSensitive?: boolean; strict?: boolean }; // its options
  let genuine: Layer | undefined;
  const find = () => {
    if (genuine === undefined) {
      const other = loadExpress().Router({ caseSensitive, strict });
      other.route(pattern);
      genuine = lastLayer(other);
    }
    return genuine;
  };
  for (const name of compiled) {
    if (!(name in layer)) continue;
    const set = (value: unknown) => {
      Object.defineProperty(layer, name, { value, writable: true, enumerable: true, configurable: true });
    };
    const get = (): unknown => {
      set(Reflect.get(find(), name));
      return Reflect.get(layer, name);
    };
    Object.defineProperty(layer, name, { get, set, enumerable: true, configurable: true });
  }
}
