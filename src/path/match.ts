import { ColonnadeError, quote } from "../errors";
import { canonicalComponent, canonicalLiteral } from "./literal";
import type { MatchOptions, Pattern } from "./pattern";
import { pathnameOf, splitPath } from "./target";
import type { SplitPath } from "./target";

/** What a pattern bound: name → decoded value, without a prototype. */
export type Bindings = Record<string, string>;

/**
 * Matches one request target against one pattern: the definition that {@link RouteIndex} is an
 * index of.
 *
 * @returns undefined when it does not match.
 * @throws {ColonnadeError} `ERR_MALFORMED_PATH` when it matches but a bound component can't be decoded.
 */
export function matchPattern(
  pattern: Pattern,
  target: string,
  options: MatchOptions = {},
): Bindings | undefined {
  const path = splitPath(pathnameOf(target));
  if (path === undefined || !accepts(pattern, path, options)) return undefined;
  return bind(pattern, path.components);
}

/** Whether a path has the shape of a pattern, whatever its components decode to. */
export function accepts(pattern: Pattern, path: SplitPath, options: MatchOptions = {}): boolean {
  const { segments, variable } = pattern;
  const { components } = path;
  const bound = boundComponents(pattern, components);
  if (bound < 0) return false;
  if (options.strict && !sameEnd(pattern, path)) return false;
  const caseSensitive = options.caseSensitive ?? true;
  const canonical = canonicalComponent(caseSensitive);
  return segments.every((segment, at) => {
    if (segment.kind === "parameter") return true;
    const component = components[at > variable && variable !== -1 ? at + bound - 1 : at];
    return component !== undefined && canonical(component) === canonicalLiteral(segment.text, caseSensitive);
  });
}

/** Whether path and pattern agree on a trailing slash; the root has none. */
export function sameEnd(pattern: Pattern, path: SplitPath): boolean {
  return path.components.length === 0 || pattern.trailingSlash === path.trailingSlash;
}

/** How many components the variable segment binds, or −1 where the count does not fit. */
function boundComponents(pattern: Pattern, components: readonly string[]): number {
  const { segments, variable } = pattern;
  const segment = segments[variable];
  if (segment?.kind !== "parameter") return components.length === segments.length ? 1 : -1;
  const bound = components.length - (segments.length - 1);
  if (segment.count === "optional" && bound > 1) return -1;
  if (segment.count === "some" && bound < 1) return -1;
  return bound;
}

/**
 * Binds the components of a path that `pattern` accepts. Each is decoded once; those of `+` and `*`
 * are joined with `/`.
 *
 * @throws {ColonnadeError} `ERR_MALFORMED_PATH`
 */
export function bind(pattern: Pattern, components: readonly string[]): Bindings {
  const bindings: Bindings = Object.create(null);
  let at = 0;
  for (const segment of pattern.segments) {
    if (segment.kind === "literal" || segment.count === "one") {
      const component = components[at++] ?? "";
      if (segment.kind === "parameter") bindings[segment.name] = decode(segment.name, component);
      continue;
    }
    const bound = components.length - (pattern.segments.length - 1);
    if (bound > 0) {
      bindings[segment.name] = decode(segment.name, components.slice(at, at + bound).join("/"));
    }
    at += bound;
  }
  return bindings;
}

function decode(name: string, text: string): string {
  if (!text.includes("%")) return text;
  try {
    return decodeURIComponent(text);
  } catch (cause) {
    throw new ColonnadeError(
      "ERR_MALFORMED_PATH",
      `The path parameter "${name}" is not valid percent-encoded UTF-8: ${quote(text)}`,
      { cause },
    );
  }
}
