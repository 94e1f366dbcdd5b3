import { encodeLiteral } from "./literal";
import type { Pattern, Segment } from "./pattern";

/** The major versions of Express whose path syntax can be written. */
export type ExpressMajor = 4 | 5;

/**
 * Writes a pattern in the syntax of Express: it is what `req.route.path`, route listings and
 * tracing show. On Express 4 that is path-to-regexp 0.1's, on Express 5 path-to-regexp 8's.
 */
export function toExpressPath(pattern: Pattern, major: ExpressMajor): string {
  const write = major === 4 ? writeExpress4 : writeExpress5;
  const path = pattern.segments.map(write).join("");
  if (path === "") return "/";
  return pattern.trailingSlash ? `${path}/` : path;
}

function writeExpress4(segment: Segment): string {
  if (segment.kind === "literal") {
    // Of what a literal in a URL may hold, these are passed on into the regular expression.
    return `/${encodeLiteral(segment.text).replace(/[+$]/g, "\\$&")}`;
  }
  const { name, count } = segment;
  // Releases before 4.20 escape a "." even here, and "*" adds a parameter of its own.
  if (count === "some") return `/:${name}([^]+)`;
  if (count === "any") return `/:${name}([^]+)?`;
  return count === "optional" ? `/:${name}?` : `/:${name}`;
}

function writeExpress5(segment: Segment): string {
  if (segment.kind === "literal") {
    return `/${encodeLiteral(segment.text).replace(/[+!]/g, "\\$&")}`;
  }
  const { name, count } = segment;
  if (count === "some") return `/*${name}`;
  if (count === "any") return `{/*${name}}`;
  return count === "optional" ? `{/:${name}}` : `/:${name}`;
}
