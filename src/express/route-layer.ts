import type { Router as ExpressRouter } from "express";
import { lastLayer, layerProtocol, layersOf } from "./layer";
import type { Layer, LayerRoute } from "./layer";
import { loadExpress } from "./load";
import { isOwn } from "./own";

/** A `Route`, with what Express's types leave out. */
interface Route extends LayerRoute {
  readonly stack: Layer[];
  readonly methods: Record<string, boolean | undefined>;
  /** In Express's spelling. */
  readonly path: string;
  dispatch(...args: unknown[]): unknown;
}

/** A `Layer`, with what is of Express alone. */
interface FullLayer extends Layer {
  handle: ((...args: never[]) => unknown) & { readonly name: string };
  method?: string;
  rawPath?: string;
  route: Route;
}

/** What is made in the place of what Express makes. */
interface Models {
  /** Of layers for a route, in a router. */
  readonly Outer: new () => FullLayer;
  /** Of layers for a handler, in a route: its path is always "/". */
  readonly Inner: new () => FullLayer;
  readonly Route: new (path: string) => Route;
  /** Whether layers are what is known: there are packages that put accessors into the prototype of `Layer`. */
  readonly known: boolean;
}

/** All that a layer of a known Express has. */
const known: ReadonlySet<string> = new Set(
  "handle name params path keys regexp route method rawPath slash matchers".split(" "),
);

/** What `router.route` and the methods of a `Route` have in their text, where they are Express's own. */
const addMark = /new Layer\(/;
const verbMark = /layer\.method = /;

/** What a layer keeps to match by: functions and regular expressions that take most of the time of adding a route. */
const compiled = ["regexp", "keys", "matchers"] as const;

/** The options that a router was made with, which Express's types leave out. */
interface RouterFlags {
  readonly caseSensitive?: boolean | undefined;
  readonly strict?: boolean | undefined;
}

/** By the options of a router. */
const deferred = new Map<string, PropertyDescriptorMap>();

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
  const { Outer, Inner, Route, known: areKnown } = (models ??= findModels());
  const route = new Route(pattern);
  const add: unknown = Reflect.get(router, "route");
  const verb: unknown = Reflect.get(route, method); // Express knows all of Node's methods
  if (!areKnown || !isOwn(add, addMark) || !isOwn(verb, verbMark)) {
    const watched: object = router.route(pattern);
    Reflect.apply(Reflect.get(watched, method) as (...args: unknown[]) => unknown, watched, handlers);
    return lastLayer(router);
  }
  for (const handle of handlers) {
    const inner = new Inner();
    inner.handle = handle;
    inner.name = handle.name || "<anonymous>";
    inner.method = method;
    route.stack.push(inner);
  }
  route.methods[method] = true;
  const layer = new Outer();
  layer.handle =
    layerProtocol().major === 4
      ? route.dispatch.bind(route)
      : function handle(req: unknown, res: unknown, next: unknown) {
          route.dispatch(req, res, next); // which somebody may replace
        };
  layer.name = layer.handle.name;
  if ("rawPath" in layer) layer.rawPath = pattern;
  layer.route = route;
  Object.defineProperties(layer, matchersOf(router as RouterFlags, layer));
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
  const Route = route.constructor as Models["Route"];
  return { Outer: classOf(outer), Inner: classOf(inner), Route, known: areKnown };
}

/** A class of layers like the given one: of Express's prototype, and with the same properties. */
function classOf(model: Layer): new () => FullLayer {
  function Copy(this: object): void {
    Object.assign(this, model);
  }
  Copy.prototype = Object.getPrototypeOf(model) as object;
  return Copy as unknown as new () => FullLayer; // TypeScript has no constructors but classes
}

/** What layers have in the place of {@link compiled}: made when somebody asks for it. */
function matchersOf({ caseSensitive, strict }: RouterFlags, layer: Layer): PropertyDescriptorMap {
  const flags = `${String(caseSensitive)} ${String(strict)}`;
  let matchers = deferred.get(flags);
  if (matchers === undefined) {
    const names = compiled.filter((name) => name in layer);
    matchers = Object.fromEntries(names.map((name) => [name, onDemand(name, { caseSensitive, strict })]));
    deferred.set(flags, matchers);
  }
  return matchers;
}

function onDemand(name: string, options: RouterFlags): PropertyDescriptor {
  const set = (layer: Layer, value: unknown) => {
    Object.defineProperty(layer, name, { value, writable: true, enumerable: true, configurable: true });
    return value;
  };
  return {
    get(this: FullLayer) {
      const other = loadExpress().Router(options);
      other.route(this.route.path);
      return set(this, Reflect.get(lastLayer(other), name));
    },
    set(this: FullLayer, value: unknown) {
      set(this, value);
    },
    enumerable: true,
    configurable: true,
  };
}
