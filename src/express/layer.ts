import type {
  NextFunction,
  Request as ExpressRequest,
  RequestHandler,
  Response as ExpressResponse,
  Router as ExpressRouter,
} from "express";
import type { ExpressMajor } from "../path/express-spelling";
import type { Bindings } from "../path/bind";
import { loadExpress } from "./load";

/** What an entry of `router.stack` has in every version of Express that is supported. */
export interface Layer {
  route?: LayerRoute | undefined;
  name?: string;
  match: (path: string) => unknown;
  params?: object | undefined;
  path?: string | undefined;
  keys?: readonly unknown[];
}

type Run = (req: ExpressRequest, res: ExpressResponse, next: NextFunction) => unknown;

/** A `Route`, as far as the same holds. */
export interface LayerRoute {
  /** By name in lower case; `_all` for `route.all`. */
  readonly methods: Readonly<Record<string, boolean | undefined>>;
}

/** What a layer has matched. */
export interface LayerMatch {
  /** What is taken off `req.url` while the layer runs. */
  readonly path: string;
  readonly params: Bindings;
  /** The names in `params`: `router.param` is called for these. */
  readonly keys: readonly string[];
  /** The layer's own path, in Express's spelling. */
  readonly pattern: string;
}

/** How a layer tells its router that it matches; the protocol differs between versions. */
export interface LayerProtocol {
  readonly major: ExpressMajor;
  /** Makes what `layer.match(path)` is to return when it matches. */
  readonly acceptor: (layer: Layer) => (match: LayerMatch) => unknown;
  /** Runs a layer, as its router does. */
  readonly run: (layer: Layer, ...args: Parameters<Run>) => unknown;
}

/** Express 4: state on the layer; `keys` are objects, and `router.param` is called for each of them. */
const express4: LayerProtocol = {
  major: 4,
  run: (layer, ...args) => (layer as Layer & { handle_request: Run }).handle_request(...args),
  acceptor(layer) {
    let keys: readonly { name: string }[] | undefined;
    return ({ path, params, keys: { length } }) => {
      keys ??= (layer.keys ?? []) as readonly { name: string }[];
      layer.path = path;
      layer.params = params;
      // An absent parameter has no key: with mergeParams, the parent's value is not this route's.
      layer.keys = length === keys.length ? keys : keys.filter(({ name }) => name in params);
      return true;
    };
  },
};

/** router 2.0 to 2.2, which Express 5.0 to 5.2 may bring: state on the layer, `keys` are names. */
const statefulRouter: LayerProtocol = {
  major: 5,
  run: (layer, ...args) => (layer as Layer & { handleRequest: Run }).handleRequest(...args),
  acceptor:
    (layer) =>
    ({ path, params, keys }) => {
      layer.path = path;
      layer.params = params;
      layer.keys = keys;
      return true;
    },
};

/** router 2.3 and later: an object for the one request. */
const statelessRouter: LayerProtocol = {
  ...statefulRouter,
  acceptor: () => (match) => match,
};

let protocol: LayerProtocol | undefined;

/** The protocol of the Express that is installed, as a real layer of it shows. */
export function layerProtocol(): LayerProtocol {
  return (protocol ??= probe());
}

function probe(): LayerProtocol {
  const router = loadExpress().Router();
  router.get("/:probe", (() => {}) satisfies RequestHandler);
  const layer = lastLayer(router);
  if (typeof layer.match("/x") === "object") return statelessRouter;
  return typeof layer.keys?.[0] === "string" ? statefulRouter : express4;
}

/** The layer that was added to a router last. */
export function lastLayer(router: ExpressRouter): Layer {
  const layer = layersOf(router).at(-1);
  if (layer === undefined) throw new TypeError("The router has no layers");
  return layer;
}

/** `router.stack`, in the type that holds for every version. */
export function layersOf(router: ExpressRouter): Layer[] {
  return router.stack as unknown as Layer[]; // Express's types know neither `match` nor `keys`
}
