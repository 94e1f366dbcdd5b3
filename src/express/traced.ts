import { channel } from "node:diagnostics_channel";

/** The channels of Express's own tracing: router 2.3's `express.router.request`. */
const channels = ["start", "end", "asyncStart", "asyncEnd", "error"].map((event) =>
  channel(`tracing:express.router.request:${event}`),
);

/** Whether anybody listens to what Express tells of the handlers that it calls. */
export function isTraced(): boolean {
  for (const each of channels) if (each.hasSubscribers) return true; // for every request: no closure
  return false;
}
