import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { bench } from "./folder";

export interface NodeBinary {
  readonly path: string;
  /** Such as `24.21.0`. */
  readonly version: string;
}

/** The majors that are measured, where npm has them for this machine. */
export const majors = ["20", "22", "24", "26"] as const;

/**
 * The binary of a major: an optional dependency of this package, or the Node that runs this.
 *
 * @throws when there is neither
 */
export function findNode(major: string): NodeBinary {
  const installed = join(bench, "node_modules", `node${major}`, "bin/node");
  const path = existsSync(installed) ? installed : process.execPath;
  const version = execFileSync(path, ["-p", "process.versions.node"], { encoding: "utf8" }).trim();
  if (majorOf(version) === major) return { path, version };
  throw new Error(`There is no Node ${major} here; this is ${process.version}`);
}

/** Those of {@link majors} that can run here, or else the Node that runs this. */
export function availableMajors(): readonly string[] {
  const found = majors.filter((major) => existsSync(join(bench, "node_modules", `node${major}`, "bin/node")));
  return found.length > 0 ? found : [majorOf(process.versions.node)];
}

export function majorOf(version: string): string {
  return version.split(".")[0] ?? version;
}
