import type { Router as ExpressRouter } from "express";
import { lazy } from "../lazy";
import { Router as Dispatcher } from "../router";
import type { DispatchOptions } from "../router";
import type * as mounting from "./mount";
import type { RouterOptions } from "./options";

const loadMounting = lazy(() => require("./mount") as typeof mounting);

/** A list of routes, from Resources or written out: answers by itself, or mounted in an Express app. */
export class Router extends Dispatcher {
  readonly #options: DispatchOptions;

  /** @throws {ColonnadeError} `ERR_OPTION` */
  constructor(options: DispatchOptions = {}) {
    super(options);
    this.#options = { ...options };
  }

  /**
   * Makes an `express.Router` of the routes that are registered by now.
   *
   * @param options - those that are left out are this Router's own.
   * @throws {ColonnadeError} `ERR_OPTION`
   */
  router(options?: RouterOptions): ExpressRouter {
    const given = Object.entries(options ?? {}).filter(([, value]) => value !== undefined);
    return loadMounting().mount(this.routes(), { ...this.#options, ...Object.fromEntries(given) });
  }
}
