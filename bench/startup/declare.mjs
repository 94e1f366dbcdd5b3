// How long 1,000 decorated routes take to be declared and mounted, in fresh processes:
// node bench/startup/declare.mjs [rounds]; needs a build. Beside it, what Node takes to load the same file where
// decorators do nothing: to compile the handlers and run what TypeScript makes of decorators.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { median, spread } from "./figures.mjs";
import { patterns, resourcesOf } from "./routes.cjs";

const root = join(import.meta.dirname, "../..");
const rounds = Number(process.argv[2] ?? 15);
const ts = createRequire(join(root, "package.json"))("typescript");

const folder = mkdtempSync(join(root, "dist/declare-")); // where "colonnade" is the built package
const modes = { "TC39 decorators": false, "experimental decorators": true };
for (const [name, experimentalDecorators] of Object.entries(modes)) {
  const { outputText } = ts.transpileModule(resourcesOf(patterns(1000)), {
    compilerOptions: { target: "es2022", module: "commonjs", experimentalDecorators },
  });
  writeFileSync(join(folder, `${name}.js`), outputText);
  writeFileSync(join(folder, `${name}, idle.js`), outputText.replace('"colonnade"', '"./idle.js"'));
}
const idle = `exports.Resource = class {}; exports.JsonResponse = class {};
for (const verb of ["get", "put", "post", "del"]) exports[verb] = () => () => {};`;
writeFileSync(join(folder, "idle.js"), idle);

/** Express, the package and what mounts are loaded before: see import.mjs for that. */
const program = `
const express = require("express");
const { Resource, get } = require("colonnade");
class First extends Resource { first() {} }
get("/")(First.prototype, "first", Object.getOwnPropertyDescriptor(First.prototype, "first"));
express().use(new First().router());
const steps = [];
function step(action) {
  const begun = performance.now(), before = process.cpuUsage();
  const result = action();
  const { user, system } = process.cpuUsage(before);
  steps.push({ time: performance.now() - begun, cpu: (user + system) / 1000 });
  return result;
}
const resources = step(() => Object.values(require(process.argv[1])).map((Each) => new Each()));
if (process.argv[2] === "idle") process.exit(console.log(JSON.stringify(steps)));
const routers = step(() => resources.map((resource) => resource.router()));
if (routers.flatMap(({ stack }) => stack).length !== 1000) throw new Error("There are others");
console.log(JSON.stringify(steps));
`;

function run(name, ...options) {
  const args = ["-e", program, join(folder, `${name}.js`), ...options];
  return JSON.parse(execFileSync(process.execPath, args, { cwd: root, encoding: "utf8" }));
}

try {
  const names = Object.keys(modes);
  const runs = Object.fromEntries(names.map((name) => [name, []]));
  const floors = Object.fromEntries(names.map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const name of names) {
      runs[name].push(run(name));
      floors[name].push(...run(`${name}, idle`, "idle"));
    }
  }

  console.log(`Node ${process.version}, 1,000 routes, medians of ${rounds} rounds, in milliseconds`);
  for (const name of names) {
    const both = runs[name].map(([declared, mounted]) => ({
      time: declared.time + mounted.time,
      cpu: declared.cpu + mounted.cpu,
    }));
    const figures = Object.entries({
      "the file alone": floors[name],
      declare: runs[name].map(([declared]) => declared),
      mount: runs[name].map(([, mounted]) => mounted),
      both,
    }).map(([step, each]) => {
      const [time, cpu] = ["time", "cpu"].map((kind) => each.map((run) => run[kind]));
      return `${step} ${median(time).toFixed(1)} (${spread(time)}), CPU ${median(cpu).toFixed(1)}`;
    });
    console.log(`${name}: ${figures.join("; ")}`);
  }
} finally {
  rmSync(folder, { recursive: true });
}
