import type { IncomingMessage } from "node:http";
import type { Upgrade } from "./upgrade";

const upgrades = new WeakMap<IncomingMessage, Upgrade>();

/** The upgrade that a request asks a gate for; undefined for every other request. */
export function upgradeOf(req: IncomingMessage): Upgrade | undefined {
  return upgrades.get(req);
}

/** Has {@link upgradeOf} know of an upgrade. */
export function noteUpgrade(req: IncomingMessage, upgrade: Upgrade): void {
  upgrades.set(req, upgrade);
}
