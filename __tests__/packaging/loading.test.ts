import { execFileSync } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import * as colonnade from "colonnade";
import ts from "typescript";

const root = join(__dirname, "../..");

/** Builds the package into a folder that finds what it builds on, and itself by its name. */
function build(folder: string): void {
  const { config } = ts.readConfigFile(join(root, "tsconfig.json"), (file) => ts.sys.readFile(file));
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, root);
  const compilerOptions = { ...options, noEmit: false };
  const src = join(root, "src");
  for (const name of readdirSync(src, { recursive: true, encoding: "utf8" })) {
    if (!name.endsWith(".ts")) continue;
    const fileName = join(src, name);
    const { outputText } = ts.transpileModule(readFileSync(fileName, "utf8"), { compilerOptions, fileName });
    const output = join(folder, "dist", name.replace(/\.ts$/, ".js"));
    mkdirSync(dirname(output), { recursive: true });
    writeFileSync(output, outputText);
  }
  cpSync(join(root, "package.json"), join(folder, "package.json"));
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"), "dir");
}

interface Printed {
  /** What each step has loaded. */
  readonly news: Record<string, string[]>;
  /** What `import * as colonnade from "colonnade"` gives. */
  readonly names: string[];
}

function runSteps(folder: string): Printed {
  const program = join(folder, "loading-steps.js");
  cpSync(join(__dirname, "loading-steps.js"), program);
  const { JEST_WORKER_ID: _, ...env } = process.env; // under Jest everything loads at once
  return JSON.parse(execFileSync(process.execPath, [program], { env, encoding: "utf8" })) as Printed;
}

let folder: string;
let printed: Printed;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "loading-"));
  build(folder);
  printed = runSteps(folder);
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true }));

describe('require("colonnade")', () => {
  it("loads two files, whatever they export", () => {
    expect(printed.news["require"]).toEqual(["main", "lazy"]);
  });

  it("has everything loaded by the first request that a route answers", () => {
    expect(printed.news["answer a request"]).toEqual([]);
  });

  // In this order: what one step loads, those before it have done without.
  it.each([
    ["declare a Resource", "resource/resource"],
    ["mount it", "express/mount"],
    ["read a body", "http/body"],
    ["refuse a body", "http/json-position"],
    ["inflate a body", "http/content-decoding"],
    ["read a message", "serializable/reader"],
    ["write a message", "serializable/writer"],
    ["send a stream", "express/send-stream"],
    ["send a generator", "node:stream/web"],
    ["send events", "http/event-stream"],
    ["send a file", "express/send-file"],
    ["save a file", "http/content-disposition"],
    ["dispatch a file", "http/open-file"],
    ["compress an answer", "http/content-coding"],
    ["declare what is no path", "path/rewrite"],
    ["mount a WebSocket", "websocket/bridge"],
    ["createServer", "websocket/gate"],
    ["createServer with TLS", "node:https"],
    ["open a WebSocket", "express-ws"],
    ["open a WebSocket", "ws"],
    ["pathJoinSafe.real", "path-join-safe"],
    ["Serializable.dumpb", "serializable/serializable"],
    ["describe a Resource", "document/open-api"],
    ["serve documents", "docs"],
    ["new HTTPServer", "server/site"],
    ["new HTTPClient", "client/sender"],
    ["HTTPClient.start", "undici"],
  ])("loads for %j, and not before, %s", (step, part) => {
    expect(printed.news[step]).toContain(part);
  });
});

describe('import { … } from "colonnade"', () => {
  it("has every name that the types have", () => {
    expect(printed.names).toEqual(expect.arrayContaining(Object.keys(colonnade)));
  });
});
