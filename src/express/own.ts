/**
 * Whether a function is Express's or Node's own: middleware and tracing put functions in the place of these, which
 * are called then. It is told by what stands in the text of the one and of no function that only calls it; a text
 * that was minified is nobody's.
 */
export function isOwn(fn: unknown, mark: RegExp): boolean {
  return typeof fn === "function" && mark.test(Function.prototype.toString.call(fn));
}
