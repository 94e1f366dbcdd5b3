import { bind } from "../../src/path/bind";
import type { Bindings } from "../../src/path/bind";
import type { MatchOptions, Pattern } from "../../src/path/pattern";
import { RouteIndex } from "../../src/path/route-index";
import { pathnameOf } from "../../src/path/target";

/** What one pattern binds of a request target; undefined when it does not match. */
export function matchPattern(pattern: Pattern, target: string, options?: MatchOptions): Bindings | undefined {
  const index = new RouteIndex<undefined>(options);
  index.add(pattern, undefined);
  const { entries, components } = index.find(pathnameOf(target));
  return entries[0] && bind(entries[0].pattern, components);
}
