import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const root = join(__dirname, "../..");
const files = readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" }).filter((name) =>
  name.endsWith(".ts"),
);

interface LintConfig {
  overrides: { files: string[]; rules: Record<string, unknown> }[];
}

/** The globs of the linter's overrides that say what a part of src may import. */
function guarded(): string[] {
  const config = JSON.parse(readFileSync(join(root, ".oxlintrc.json"), "utf8")) as LintConfig;
  return config.overrides.flatMap(({ files: globs, rules }) =>
    "no-restricted-imports" in rules ? globs : [],
  );
}

describe("src", () => {
  it("has no file whose imports the linter does not watch", () => {
    const globs = guarded();
    const watched = (file: string) =>
      globs.some((glob) => glob === `src/${file}` || glob === `src/${file.replace(/[^/]+$/, "*.ts")}`);
    expect(files.filter((file) => !["index.ts", "main.ts"].includes(file) && !watched(file))).toEqual([]);
  });

  it.each(files.filter((file) => !["lazy.ts", "main.ts"].includes(file)))(
    "requires nothing that the linter does not see as an import of a type, in %s",
    (file) => {
      const source = readFileSync(join(root, "src", file), "utf8");
      const required = [...source.matchAll(/ require\("(\..+?)"\) as typeof (\w+)/g)];
      const parts = [...source.matchAll(/^import type \* as (\w+) from "(.+)";$/gm)];
      expect(required.map(([, path, name]) => [name, path])).toEqual(
        required.map(([, , name]) => [name, parts.find((part) => part[1] === name)?.[2]]),
      );
    },
  );

  it("has one barrel", () => {
    expect(files.filter((file) => /^(.*\/)?index\.ts$/.test(file))).toEqual(["index.ts"]);
  });

  it("has no file for leftovers", () => {
    expect(files.filter((file) => /util|helper|misc|common/.test(file))).toEqual([]);
  });
});
