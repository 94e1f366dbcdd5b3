import { ColonnadeError, quote } from "../errors";
import { compileRoute } from "../http/route";
import type { Route, RouteOptions, RouteSource } from "../http/route";
import { ownerOf } from "../http/route-owner";
import type { RouteOwner } from "../http/route-owner";
import { parsePattern } from "../path/parse";
import type { Pattern } from "../path/pattern";

/** What is mounted where: Resources and Routers by the paths that `app.use` is given. */
export type Mounts = Readonly<Record<string, RouteSource | readonly RouteSource[]>>;

/** A route where it is mounted. */
export interface MountedRoute {
  readonly method: string;
  /** With the path it is mounted at. */
  readonly pattern: Pattern;
  /** Its own, without that. */
  readonly declared: string;
  readonly options: RouteOptions;
  /** Whether a request may be refused for what its schemas say. */
  readonly checked: boolean;
  readonly owner: RouteOwner | undefined;
  /** As messages name it: `GET /api/users/:id (UserResource.show)`. */
  readonly name: string;
}

/**
 * The routes of all that is mounted, in order.
 *
 * @param caller - as messages name it: `openApi()`.
 * @throws {PathSyntaxError} for a path that is none, or takes a name that a pattern has.
 * @throws {ColonnadeError} `ERR_OPTION`
 */
export function mountedRoutes(mounts: Mounts, caller: string): MountedRoute[] {
  if (typeof mounts !== "object" || mounts === null || isSource(mounts)) {
    const message = `${caller} takes Resources by the paths they are mounted at, not ${quote(mounts)}`;
    throw new ColonnadeError("ERR_OPTION", message);
  }
  return Object.entries(mounts).flatMap(([path, given]) => {
    const sources: readonly unknown[] = Array.isArray(given) ? given : [given];
    return sources.flatMap((source) => {
      if (!isSource(source)) {
        const message = `${caller} takes a Resource or a Router, or a list of them, at ${quote(path)}, not ${quote(source)}`;
        throw new ColonnadeError("ERR_OPTION", message);
      }
      return source.routes().map((route) => mountRoute(path, route));
    });
  });
}

function isSource(value: unknown): value is RouteSource {
  return (
    typeof value === "object" && value !== null && "routes" in value && typeof value.routes === "function"
  );
}

function mountRoute(path: string, route: Route): MountedRoute {
  const { method, check, pattern: own } = compileRoute(route);
  const [, , callback, options = {}] = route;
  const pattern = parsePattern(join(path, own.source));
  const name = `${method} ${pattern.source}${callback.name === "" ? "" : ` (${callback.name})`}`;
  const owner = ownerOf(callback);
  return { method, pattern, declared: own.source, options, checked: check !== undefined, owner, name };
}

function join(path: string, pattern: string): string {
  const mount = path.replace(/\/$/, "");
  return pattern === "/" && mount !== "" ? mount : mount + pattern;
}
