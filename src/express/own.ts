/** What was found out of each function before, by mark. */
const seen = new WeakMap<object, Map<string, boolean>>();

/**
 * Whether a function is Express's or Node's own: middleware and tracing put functions in the place of these, which
 * are called then. It is told by what stands in the text of the one and of no function that only calls it; a text
 * that was minified is nobody's.
 */
export function isOwn(fn: unknown, mark: RegExp): boolean {
  if (typeof fn !== "function") return false;
  let marks = seen.get(fn);
  if (marks === undefined) seen.set(fn, (marks = new Map<string, boolean>()));
  let answer = marks.get(mark.source);
  if (answer === undefined) {
    answer = mark.test(Function.prototype.toString.call(fn));
    marks.set(mark.source, answer);
  }
  return answer;
}
