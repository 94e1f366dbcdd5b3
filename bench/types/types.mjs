// What type checking 200 routes with schemas, their handlers and the calls of a typed client costs: by hand in plain
// Express with zod and fetch, in Colonnade, in Hono. By fresh compilers, in turn: npm run bench:types [rounds]
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { compareTypes } from "./compare.mjs";
import { byHand, colonnade, hono } from "./contracts.cjs";

const count = 200;
const rounds = Number(process.argv[2] ?? 5);

const built = join(import.meta.dirname, "../dist");
mkdirSync(built, { recursive: true });
const folder = mkdtempSync(join(built, "types-")); // where "colonnade" is the packed package
for (const [name, write] of Object.entries({ byHand, colonnade, hono })) {
  writeFileSync(join(folder, `${name}.ts`), write(count));
}

const programs = {
  "by hand, plain Express, zod and fetch": ["byHand.ts"],
  "Colonnade, TC39 decorators": ["colonnade.ts"],
  "Colonnade, experimental decorators": ["colonnade.ts", "--experimentalDecorators"],
  "Hono and its client": ["hono.ts"],
};

try {
  console.log(`Node ${process.version}, ${count} routes, medians of ${rounds} rounds, in seconds`);
  compareTypes(folder, programs, rounds);
} finally {
  rmSync(folder, { recursive: true });
}
