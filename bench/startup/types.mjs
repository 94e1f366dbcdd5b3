// What type checking 200 routes with `Matches` costs beside 200 plain Express routes, by fresh compilers, in turn:
// node bench/startup/types.mjs [rounds]; needs a build.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { median, spread } from "./figures.mjs";
import { appOf, patterns, resourcesOf } from "./routes.cjs";

const root = join(import.meta.dirname, "../..");
const rounds = Number(process.argv[2] ?? 5);
const tsc = createRequire(join(root, "package.json")).resolve("typescript/bin/tsc");
const flags = "--noEmit --extendedDiagnostics --ignoreConfig --strict --skipLibCheck --types node";
const modules = "--target es2022 --module node16";

const folder = mkdtempSync(join(root, "dist/types-")); // where "colonnade" is the built package
const routes = patterns(200);
writeFileSync(join(folder, "resources.ts"), resourcesOf(routes));
writeFileSync(join(folder, "app.ts"), appOf(routes));

const programs = {
  "plain Express routes": ["app.ts"],
  "Resources, TC39 decorators": ["resources.ts"],
  "Resources, experimental decorators": ["resources.ts", "--experimentalDecorators"],
};

/** Checks a program, and reads what the compiler says of it. */
function check(args) {
  const given = [tsc, ...`${flags} ${modules}`.split(" "), ...args];
  const text = execFileSync(process.execPath, given, { cwd: folder, encoding: "utf8" });
  const figure = (name) => Number(new RegExp(`^${name}: +([\\d.]+)`, "m").exec(text)?.[1]);
  return {
    check: figure("Check time"),
    total: figure("Total time"),
    instantiations: figure("Instantiations"),
  };
}

try {
  const runs = Object.fromEntries(Object.keys(programs).map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const [name, args] of Object.entries(programs)) runs[name].push(check(args));
  }
  const [plain] = Object.values(runs);
  console.log(`Node ${process.version}, ${routes.length} routes, medians of ${rounds} rounds, in seconds`);
  for (const [name, each] of Object.entries(runs)) {
    const figures = ["check", "total", "instantiations"].map((kind) => {
      const values = each.map((run) => run[kind]);
      const ratio = (median(values) / median(plain.map((run) => run[kind]))).toFixed(2);
      return `${kind} ${median(values)}${kind === "instantiations" ? "" : ` (${spread(values)})`}, × ${ratio}`;
    });
    console.log(`${name}: ${figures.join("; ")}`);
  }
} finally {
  rmSync(folder, { recursive: true });
}
