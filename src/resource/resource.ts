import type { Router as ExpressRouter } from "express";
import type * as mounting from "../express/mount";
import type { RouterOptions } from "../express/options";
import type { Route } from "../http/route";
import { lazy } from "../lazy";
import { routesOf } from "./routes";

const loadMounting = lazy(() => require("../express/mount") as typeof mounting);

/** A class whose decorated methods are routes. */
export abstract class Resource {
  /**
   * The routes of this instance, in order: its base classes', then its class's. They are complete
   * once construction has ended.
   *
   * @throws {ColonnadeError} `ERR_DECLARATION` for a declaration that no route can be made of.
   */
  routes(): Route[] {
    return routesOf(this);
  }

  /**
   * Makes an `express.Router` of the routes: `app.use("/api", resource.router())`.
   *
   * @throws {ColonnadeError} `ERR_OPTION`, `ERR_DECLARATION`
   */
  router(options?: RouterOptions): ExpressRouter {
    return loadMounting().mount(this.routes(), options);
  }
}
