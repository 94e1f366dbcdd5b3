import type { RouteCallback } from "./route";

/** The method behind a route: two instances of one class have the same. */
export interface RouteOwner {
  /** The class of the instance. */
  readonly constructor: object;
  readonly className: string;
  /** A `#private` one with its `#`. */
  readonly member: string | symbol;
}

const owner = Symbol("owner");

/** Notes which method a callback calls: its name alone does not tell two classes of one name apart. */
export function noteOwner(callback: RouteCallback, of: RouteOwner): void {
  // Not enumerable: a route that is logged does not show it.
  Object.defineProperty(callback, owner, { value: of });
}

/** Undefined for a callback that is no method of a Resource. */
export function ownerOf(callback: RouteCallback): RouteOwner | undefined {
  return (callback as { [owner]?: RouteOwner })[owner];
}
