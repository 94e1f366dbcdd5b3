import type { IncomingMessage, RequestListener } from "node:http";
import { pathnameOf } from "../path/target";

/** Whether a mounted router has a WebSocket route for a path, as it is below where it is mounted. */
export type HasRoute = (path: string) => boolean;

/** By router, and by its stack: tracing puts a function in a router's place, which has the stack as well. */
const mounted = new WeakMap<object, HasRoute>();

/** Lets the walk ask a mounted router. */
export function declareRouter(router: { readonly stack: object }, hasRoute: HasRoute): void {
  mounted.set(router, hasRoute).set(router.stack, hasRoute);
}

/** Whether a router that {@link declareRouter} was told of has a WebSocket route for a path. */
export function hasSocketRoute(router: object, path: string): boolean {
  return mounted.get(router)?.(path) === true;
}

/** What an Express app, a router, and the handle of a layer may have. */
interface Handle {
  readonly stack?: unknown;
  /** Express 4's, once the app has a layer. */
  readonly _router?: Handle;
  /** Express 5's; the one of Express 4 throws. */
  readonly router?: Handle;
}

/** An entry of a stack. */
interface Layer {
  readonly name?: string;
  readonly route?: object;
  readonly handle: Handle;
  /** What the layer takes off the path, in versions of Express that do not return it. */
  readonly path?: string;
  match(path: string): boolean | { readonly path?: string };
}

/**
 * Whether a WebSocket route in an app would match a request: asked of the layers, without running any
 * middleware. What rewrites `req.url`, and a router inside a function, it does not see.
 */
export function claims(app: RequestListener, req: IncomingMessage): boolean {
  return walk(app as unknown as Handle, pathnameOf(req.url ?? "/"));
}

function walk(handle: Handle, path: string): boolean {
  const layers = layersOf(handle);
  if (hasSocketRoute(handle, path) || hasSocketRoute(layers, path)) return true;
  return layers.some((layer) => {
    if (layer.route !== undefined) return false; // written by hand: it accepts no WebSocket
    const rest = restOf(layer, path);
    if (rest === undefined) return false;
    return walk(layer.name === "mounted_app" ? revealApp(layer) : layer.handle, rest);
  });
}

function layersOf(handle: Handle): readonly Layer[] {
  const { stack } = handle;
  if (Array.isArray(stack)) return stack as Layer[];
  try {
    const router = handle._router ?? handle.router;
    return Array.isArray(router?.stack) ? (router.stack as Layer[]) : [];
  } catch {
    return []; // an app of Express 4 that has no layer
  }
}

/** What a layer leaves of a path; undefined where it does not match. */
function restOf(layer: Layer, path: string): string | undefined {
  try {
    const match = layer.match(path);
    if (!match) return undefined;
    const { path: taken = "" } = match === true ? layer : match;
    const rest = path.slice(taken.length);
    return rest.startsWith("/") ? rest : `/${rest}`;
  } catch {
    return undefined; // a parameter that can't be decoded
  }
}

/** By layer: the app that is mounted there. */
const apps = new WeakMap<Layer, Handle>();

/**
 * The app behind a layer. Express keeps it in a closure, and tells it by the prototype that it gives to
 * a request: this one has no `url` from then on, by which Express passes over each of the app's layers.
 */
function revealApp(layer: Layer): Handle {
  const known = apps.get(layer);
  if (known !== undefined) return known;
  const parent = { app: { request: {}, response: {} } };
  parent.app.request = parent;
  const request = Object.create(parent, {
    query: { value: {} }, // Express 4 parses it only where there is none
    originalUrl: { value: "/", writable: true }, // tracing asks for it
    url: {
      get(this: object) {
        const prototype = Object.getPrototypeOf(this) as { app: Handle };
        if (prototype === parent) return "/";
        apps.set(layer, prototype.app);
        return undefined;
      },
    },
  }) as object;
  const response = { setHeader: ignore };
  try {
    (layer.handle as (...args: unknown[]) => void)(request, response, ignore);
  } catch {
    // It is no app of Express's.
  }
  return apps.get(layer) ?? {}; // an app of Express 4 that has no layer says nothing
}

function ignore(): void {}
