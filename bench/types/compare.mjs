import { execFileSync } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";
import { median, spread } from "../startup/figures.mjs";

const root = join(import.meta.dirname, "../..");
const tsc = createRequire(join(root, "package.json")).resolve("typescript/bin/tsc");
const flags = "--noEmit --extendedDiagnostics --ignoreConfig --strict --skipLibCheck --types node";
const modules = "--target es2022 --module node16";

/** Checks a program with a compiler of its own, and reads what that says of it. */
function check(folder, args) {
  const given = [tsc, ...`${flags} ${modules}`.split(" "), ...args];
  const text = execFileSync(process.execPath, given, { cwd: folder, encoding: "utf8" });
  const figure = (name) => Number(new RegExp(`^${name}: +([\\d.]+)`, "m").exec(text)?.[1]);
  return {
    check: figure("Check time"),
    total: figure("Total time"),
    instantiations: figure("Instantiations"),
  };
}

/**
 * Checks programs in turn, and prints what each takes beside the first.
 *
 * @param programs - the compiler's arguments, by title.
 */
export function compareTypes(folder, programs, rounds) {
  const runs = Object.fromEntries(Object.keys(programs).map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const [name, args] of Object.entries(programs)) runs[name].push(check(folder, args));
  }
  const [plain] = Object.values(runs);
  for (const [name, each] of Object.entries(runs)) {
    const figures = ["check", "total", "instantiations"].map((kind) => {
      const values = each.map((run) => run[kind]);
      const ratio = (median(values) / median(plain.map((run) => run[kind]))).toFixed(2);
      return `${kind} ${median(values)}${kind === "instantiations" ? "" : ` (${spread(values)})`}, × ${ratio}`;
    });
    console.log(`${name}: ${figures.join("; ")}`);
  }
}
