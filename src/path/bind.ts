import { ColonnadeError, quote } from "../errors";
import type { Pattern } from "./pattern";

/** What a pattern bound: name → decoded value, without a prototype. */
export type Bindings = Record<string, string>;

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
