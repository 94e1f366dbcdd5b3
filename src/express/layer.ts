import type { Router as ExpressRouter, RequestHandler } from "express";
import type { ExpressMajor } from "../path/express-spelling";
import type { Bindings } from "../path/match";
import { loadExpress } from "./load";

/** What an entry of `router.stack` has in every version of Express that is supported. */
export interface Layer {
  route?: object | undefined;
  name?: string;
  match(path: string): unknown;
  params?: object | undefined;
  path?: string | undefined;
  keys?: readonly unknown[];
}

/** How a layer tells its router that it matches; the protocol differs between versions. */
export interface LayerProtocol {
  readonly major: ExpressMajor;
  /** Answers `layer.match(path)` for a layer that matches. */
  readonly accept: (layer: Layer, path: string, params: Bindings, pattern: string) => unknown;
}

/** Express 4: state on the layer, whose `keys` are those of its path. */
const express4: LayerProtocol = {
  major: 4,
  accept(layer, path, params) {
    layer.params = params;
    layer.path = path;
    return true;
  },
};

/** router 2.0 to 2.2, which Express 5.0 to 5.2 may bring: state on the layer, `keys` are names. */
const statefulRouter: LayerProtocol = {
  major: 5,
  accept(layer, path, params) {
    layer.params = params;
    layer.path = path;
    layer.keys = Object.keys(params);
    return true;
  },
};

/** router 2.3 and later: an object for the one request. */
const statelessRouter: LayerProtocol = {
  major: 5,
  accept: (_layer, path, params, pattern) => ({ params, path, keys: Object.keys(params), pattern }),
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
