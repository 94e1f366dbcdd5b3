import type {
  Express,
  NextFunction,
  Request as ExpressRequest,
  RequestHandler,
  Response as ExpressResponse,
} from "express";
import { isWalkKnown } from "../express/direct";
import { layerProtocol } from "../express/layer";
import type { Layer } from "../express/layer";
import { isOwn } from "../express/own";

/** A layer that `app.use` has made. */
export interface MountedLayer extends Layer {
  handle: RequestHandler;
}

/** The way past an app's own walk, to the one layer that stands in it. */
export interface Shortcut {
  /** Whether the walk would do nothing else: there is still that layer only, and all is Express's own. */
  isOpen(): boolean;
  /** Does what `app.handle` does, and runs the layer. */
  take(req: ExpressRequest, res: ExpressResponse, done: NextFunction): void;
}

/** What Express 5's `app.handle` ends with; Express 4 has layers of its own in an app, which parse the query. */
const mark = /this\.router\.handle\(req, res, done\)/;

/** @returns undefined for an app of Express 4, and for one whose `handle` somebody has replaced. */
export function findShortcut(app: Express, layer: MountedLayer): Shortcut | undefined {
  const { handle } = app as unknown as { handle: unknown }; // which Express's types leave out
  if (!isOwn(handle, mark)) return undefined;
  const router = app.router as unknown as { readonly handle: object; stack: unknown[]; params: object };
  return {
    isOpen: () =>
      router.stack.length === 1 &&
      router.stack[0] === layer &&
      isWalkKnown(router.handle) &&
      Object.keys(router.params).length === 0 &&
      app.disabled("x-powered-by"),
    take(req, res, done) {
      req.res = res;
      res.req = req;
      Object.setPrototypeOf(req, app.request);
      Object.setPrototypeOf(res, app.response);
      res.locals ||= Object.create(null) as ExpressResponse["locals"];
      layerProtocol().run(layer, req, res, done); // which catches what it throws
    },
  };
}
