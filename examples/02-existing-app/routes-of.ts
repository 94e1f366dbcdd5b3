import type { Router } from "express";

/** The routes of a router, such as `GET /me`: whether by hand or a Resource's, it is an `express.Router`. */
export function routesOf(router: Router, prefix = ""): string[] {
  return router.stack.flatMap(({ route }) => {
    if (route === undefined) return [];
    const methods = new Set(route.stack.map(({ method }) => method.toUpperCase()));
    return [...methods].map((method) => `${method} ${prefix}${route.path}`);
  });
}
