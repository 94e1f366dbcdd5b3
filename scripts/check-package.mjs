// Packs the build as npm would, looks the tarball over, and uses it from empty folders outside the repository.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");
const { devDependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const folder = mkdtempSync(join(tmpdir(), "package-"));

/** Each folder of __tests__/packaging/consumers, the sets of packages to try it with, and what it has of the examples. */
const consumers = [
  { name: "commonjs", installs: [["express@5"], ["express@4"]] },
  { name: "esm", installs: [["express@5"]] },
  {
    name: "typescript",
    installs: [
      ["express@5", ...pinned("typescript", "@types/express", "@types/node")],
      ["express@4", "@types/express@4", ...pinned("typescript", "@types/node")],
    ],
  },
  {
    name: "openapi",
    examples: ["07-contract/declarations.ts", "07-contract/task-resource.ts"],
    installs: [
      [
        "express@5",
        "openapi-typescript@7",
        "typescript@5", // which it takes alone
        "openapi-fetch@0.17",
        ...pinned("@types/express", "@types/node", "zod"),
      ],
    ],
  },
  {
    name: "jest",
    installs: [
      [
        "express@5",
        ...pinned("typescript", "ts-jest", "jest", "supertest"),
        ...pinned("@types/express", "@types/node", "@types/jest", "@types/supertest"),
      ],
    ],
  },
];

try {
  const [{ filename, files }] = JSON.parse(read("npm", "pack", "--json", "--pack-destination", folder));
  const tarball = join(folder, filename);

  checkFiles(files.map(({ path }) => path));
  run(root, "npx", "--no", "publint", "run", tarball, "--strict");
  run(root, "npx", "--no", "attw", tarball);
  for (const consumer of consumers) {
    for (const packages of consumer.installs) use(consumer, [tarball, ...packages]);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** Nothing but the build and four documents; every map carries its source. */
function checkFiles(files) {
  const documents = ["CHANGELOG.md", "LICENSE", "README.md", "package.json"];
  const build = /^dist\/[\w/-]+\.(js|js\.map|d\.ts)$/;
  assert.deepEqual(
    files.filter((file) => !build.test(file)).toSorted(),
    documents,
    "the tarball holds something else",
  );
  for (const file of files.filter((name) => name.endsWith(".map"))) {
    const { sources, sourcesContent } = JSON.parse(readFileSync(join(root, file), "utf8"));
    assert.equal(sourcesContent?.length, sources.length, `${file} lacks its source`);
  }
  console.log(`${files.length} files in the tarball`);
}

function use({ name, examples = [] }, packages) {
  console.log(`-- ${name} with ${packages.slice(1).join(" ")}`);
  const copy = join(folder, name);
  rmSync(copy, { recursive: true, force: true });
  cpSync(join(root, "__tests__/packaging/consumers", name), copy, { recursive: true });
  for (const file of examples) cpSync(join(root, "examples", file), join(copy, file));
  run(copy, "npm", "install", "--loglevel=error", "--no-audit", "--no-fund", ...packages);
  run(copy, "npm", "test", "--silent");
}

function pinned(...names) {
  return names.map((name) => `${name}@${devDependencies[name]}`);
}

function run(cwd, command, ...args) {
  execFileSync(command, args, { cwd, stdio: ["ignore", "inherit", "inherit"] });
}

function read(command, ...args) {
  return execFileSync(command, args, { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });
}
