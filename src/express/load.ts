import type express from "express";

/** Loads Express when a router is first mounted: `Router.dispatch` does not need it. */
export function loadExpress(): typeof express {
  return require("express") as typeof express;
}
