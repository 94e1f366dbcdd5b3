import createFindMyWay from "find-my-way";
import { bench, do_not_optimize, group, summary } from "mitata";
import { match } from "path-to-regexp";
import { JsonResponse, Request, Router } from "colonnade";
import type { Route } from "colonnade";

/** A pattern with a parameter, so that nothing can look the whole path up in a table. */
function patternOf(index: number): string {
  return `/things${index}/:id`;
}

/** The last of so many routes is found; each gives what it has bound, and nothing is sent. */
export function declareMatching(): void {
  for (const count of [10, 100, 1_000, 10_000]) {
    const patterns = Array.from({ length: count }, (_, index) => patternOf(index));
    const path = patternOf(count - 1).replace(":id", "4711");
    group(`match the last of ${count} routes`, () => {
      summary(() => {
        bench("Colonnade, Router.dispatch with a Request and its answer", dispatching(patterns, path));
        bench("find-my-way", finding(patterns, path));
        bench("path-to-regexp, one after another", scanning(patterns, path));
      });
    });
  }
}

/** The whole way through a `Router`: its matching can't be called by itself. */
function dispatching(patterns: readonly string[], path: string) {
  const routes = patterns.map((pattern): Route => [
    "GET",
    pattern,
    ({ matches }: Request<"/:id">) => new JsonResponse(matches),
  ]);
  const router = new Router().registerRoutes(routes);
  return async () => do_not_optimize(await router.dispatch(new Request(["127.0.0.1", 0], "GET", path)));
}

function finding(patterns: readonly string[], path: string) {
  const router = createFindMyWay();
  for (const pattern of patterns) router.on("GET", pattern, () => undefined);
  return () => do_not_optimize(router.find("GET", path)?.params);
}

/** As Express does it. */
function scanning(patterns: readonly string[], path: string) {
  const matchers = patterns.map((pattern) => match(pattern));
  return () => {
    for (const matcher of matchers) {
      const found = matcher(path);
      if (found !== false) return do_not_optimize(found.params);
    }
    throw new Error(`Nothing matches ${path}`);
  };
}
