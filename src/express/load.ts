import type express from "express";

/** Loads Express when a router is first mounted: `Router.dispatch` does not need it. */
export function loadExpress(): typeof express {
  // oxlint-disable-next-line typescript/no-require-imports -- an import would load it with the package
  return require("express") as typeof express;
}
