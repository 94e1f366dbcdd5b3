import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { buildSync } from "esbuild";

const root = join(__dirname, "..");

/** Loads a package that is ES modules alone, which Jest can't require: its exports are for the caller to type. */
export function loadEsModule(name: string): unknown {
  const { outputFiles } = buildSync({
    stdin: { contents: `export * from ${JSON.stringify(name)};`, resolveDir: root },
    bundle: true,
    format: "cjs",
    platform: "node",
    define: {
      "import.meta.url": JSON.stringify(pathToFileURL(join(root, "node_modules", name, "index.js"))),
    },
    write: false,
  });
  const module = { exports: {} };
  // oxlint-disable-next-line typescript/no-implied-eval -- what esbuild has just made of the package
  new Function("module", "exports", "require", outputFiles[0]?.text ?? "")(module, module.exports, require);
  return module.exports;
}
