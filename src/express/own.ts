/**
 * Whether a function is Express's or Node's own: middleware and tracing put functions in the place of these, which
 * are called then. It is told by what stands in the text of the one, and of no function that calls it.
 */
export function isOwn(fn: unknown, mark: string): boolean {
  return typeof fn === "function" && Function.prototype.toString.call(fn).includes(mark);
}
