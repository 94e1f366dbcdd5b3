import type * as undici from "undici";

/** Loads undici when a client starts: who makes no request does not pay for it. */
export function loadUndici(): typeof undici {
  // Node's own fetch takes the connections of whichever undici was there first: here, its own.
  void globalThis.Headers;
  return require("undici") as typeof undici;
}
