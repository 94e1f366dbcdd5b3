import { ColonnadeError } from "../errors";
import type { Entry } from "../path/route-index";
import type { CompiledRoute, RouteGroup } from "./route";

/** By group: the number of the route before which a mounted router runs its middleware. */
export type GroupOrders = ReadonlyMap<RouteGroup, number>;

/**
 * The route whose `@use` middleware Express would run before one of `entries`, the routes of a path,
 * answers, or before it is known that none does.
 *
 * @param answering - undefined when none does; a class's middleware runs for every method.
 */
export function findGuard(
  entries: readonly Entry<CompiledRoute>[],
  answering: Entry<CompiledRoute> | undefined,
  orders: GroupOrders,
): CompiledRoute | undefined {
  const last = answering?.order ?? Infinity;
  const runsBefore = ({ group }: CompiledRoute) =>
    group !== undefined && group.middleware.length > 0 && (orders.get(group) ?? 0) <= last;
  const guard = entries.find(({ value }) => runsBefore(value))?.value;
  if (guard !== undefined) return guard;
  return answering !== undefined && answering.value.middleware.length > 0 ? answering.value : undefined;
}

/** The refusal to answer past a route's guard. */
export function guardedRoute(route: CompiledRoute): ColonnadeError {
  return new ColonnadeError(
    "ERR_GUARDED_ROUTE",
    `${route.name} has @use middleware, which only Express can run: mount it with router(), or test it there`,
  );
}
