// What type checking 200 routes with `Matches` costs beside 200 plain Express routes, by fresh compilers, in turn:
// node bench/startup/types.mjs [rounds]; needs a build.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { compareTypes } from "../types/compare.mjs";
import { appOf, patterns, resourcesOf } from "./routes.cjs";

const root = join(import.meta.dirname, "../..");
const rounds = Number(process.argv[2] ?? 5);

const folder = mkdtempSync(join(root, "dist/types-")); // where "colonnade" is the built package
const routes = patterns(200);
writeFileSync(join(folder, "resources.ts"), resourcesOf(routes));
writeFileSync(join(folder, "app.ts"), appOf(routes));

const programs = {
  "plain Express routes": ["app.ts"],
  "Resources, TC39 decorators": ["resources.ts"],
  "Resources, experimental decorators": ["resources.ts", "--experimentalDecorators"],
};

try {
  console.log(`Node ${process.version}, ${routes.length} routes, medians of ${rounds} rounds, in seconds`);
  compareTypes(folder, programs, rounds);
} finally {
  rmSync(folder, { recursive: true });
}
