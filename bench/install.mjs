// Installs the contestants, and Colonnade from a tarball: a copy, as its users have it, whose `require("express")`
// finds the Express of this package. Usage: node bench/install.mjs [--quick], which leaves out the other Nodes.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const bench = import.meta.dirname;
const quick = process.argv.includes("--quick");
const folder = mkdtempSync(join(tmpdir(), "bench-"));

function npm(cwd, ...args) {
  const quiet = ["--loglevel=error", "--no-audit", "--no-fund"];
  return execFileSync("npm", [...args, ...quiet], {
    cwd,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
}

try {
  const [{ filename }] = JSON.parse(npm(join(bench, ".."), "pack", "--json", "--pack-destination", folder));
  const omit = quick ? ["--omit=optional"] : [];
  for (const place of [bench, join(bench, "ws8")]) {
    npm(place, "ci", ...omit);
    npm(place, "install", "--no-save", ...omit, join(folder, filename));
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
