/**
 * Under Jest, and in what its tests start, everything of ours loads at once: there, what is required late may be another copy of what is loaded already
 * (`resetModules`, `isolateModules`), with another class for each of ours.
 */
const atOnce = typeof process === "object" && "JEST_WORKER_ID" in process.env; // a browser has no process

/**
 * Has a part of the package load when it is first used: who does not use it does not wait for it. The part is
 * imported as a type, which leaves nothing behind when compiled, and required by this:
 *
 * ```ts
 * import type * as body from "./body";
 *
 * const loadBody = lazy(() => require("./body") as typeof body);
 * ```
 */
export function lazy<Part>(load: () => Part): () => Part {
  let part: Part | undefined = atOnce ? load() : undefined;
  return () => (part ??= load());
}
