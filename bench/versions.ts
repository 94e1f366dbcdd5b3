import { readFileSync } from "node:fs";
import { join } from "node:path";
import { bench } from "./folder";
import { contestants } from "./http/contestants";
import type { Contestant } from "./http/contestants";

/** Of all that takes part, as it is installed: `ws 8` is the one in a package of its own. */
export function installedVersions(): Record<string, string> {
  const all: Contestant[] = Object.values(contestants);
  const names = [...new Set(all.flatMap(({ packages }) => packages)), "express-ws", "ws", "autocannon"];
  const versions = names.map((name) => [name, versionOf(join(bench, "node_modules", name))]);
  return { ...Object.fromEntries(versions), "ws 8": versionOf(join(bench, "ws8/node_modules/ws")) };
}

function versionOf(folder: string): string {
  const { version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as { version: string };
  return version;
}
