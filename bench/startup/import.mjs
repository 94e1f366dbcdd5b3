// What `require("colonnade")` adds to `require("express")`, in fresh processes, in turn:
// node bench/startup/import.mjs [rounds]; needs a build.
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { added, median, spread } from "./figures.mjs";

const root = join(import.meta.dirname, "../..");
const rounds = Number(process.argv[2] ?? 31);

const express = 'const express = require("express");';
const used = `${express} const { Resource, get, JsonResponse } = require("colonnade");`;
const mounted = `${used}
class Hello extends Resource { hello() { return new JsonResponse("hello"); } }
get("/")(Hello.prototype, "hello", Object.getOwnPropertyDescriptor(Hello.prototype, "hello"));
express().use(new Hello().router());`;

/** By name, what a process does, and the name of what it is compared with. */
const programs = {
  "require express": { source: express },
  "… and colonnade": { source: `${express} require("colonnade");`, beside: "require express" },
  "… and take Resource, get, JsonResponse": { source: used, beside: "require express" },
  "… and mount a Resource": { source: mounted, beside: "require express" },
  "import express": { source: 'await import("express");' },
  "… and import colonnade": {
    source: 'await import("express"); await import("colonnade");',
    beside: "import express",
  },
};

/** Runs a program, and measures it without the start of Node. */
function run(source) {
  const timed = `(async () => {
    const { cpuUsage } = process, begun = performance.now(), before = cpuUsage();
    ${source}
    const { user, system } = cpuUsage(before), files = Object.keys(require.cache).length;
    console.log(JSON.stringify({ time: performance.now() - begun, cpu: (user + system) / 1000, files }));
  })()`;
  return JSON.parse(execFileSync(process.execPath, ["-e", timed], { cwd: root, encoding: "utf8" }));
}

const runs = Object.fromEntries(Object.keys(programs).map((name) => [name, []]));
for (let round = 0; round < rounds; round++) {
  for (const [name, { source }] of Object.entries(programs)) runs[name].push(run(source));
}

console.log(`Node ${process.version}, medians of ${rounds} rounds, in milliseconds`);
for (const [name, { beside }] of Object.entries(programs)) {
  const figures = ["time", "cpu"].map((kind) => {
    const values = runs[name].map((each) => each[kind]);
    const more =
      beside &&
      added(
        runs[beside].map((each) => each[kind]),
        values,
      );
    return `${kind} ${median(values).toFixed(1)} (${spread(values)})${more ? ` ${more}` : ""}`;
  });
  console.log(`${name}: ${figures.join(", ")}, ${runs[name][0].files} files`);
}
