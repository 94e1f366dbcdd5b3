import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as colonnade from "colonnade";
import type { Resource } from "colonnade";
import express from "express";
import type { Compile } from "./compilers";

type Modules = Readonly<Record<string, unknown>>;

/** What a file of this folder exports, as a compiler compiles it. */
export function load(compile: Compile, name: string, modules: Modules = { colonnade, express }): Modules {
  const code = compile(readFileSync(join(__dirname, name), "utf8"));
  const module = { exports: {} as Modules };
  // oxlint-disable-next-line no-new-func typescript/no-implied-eval -- runs what the compiler under test made of our own fixture
  const run = new Function("module", "exports", "require", code);
  run(module, module.exports, (id: string) => modules[id] ?? require(id));
  return module.exports;
}

/** An instance of the Fixture that a file of this folder exports. */
export function construct(compile: Compile, name: string): Resource {
  const { Fixture } = load(compile, name) as { Fixture?: new () => Resource };
  if (Fixture === undefined) throw new Error("the compiled fixture exports no Fixture");
  return new Fixture();
}
