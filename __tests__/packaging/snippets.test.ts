import { join, relative } from "node:path";
import ts from "typescript";
import { documents, snippetsOf } from "./snippets";

const root = join(__dirname, "../..");
const config = { tc39: "tsconfig.json", experimental: "tsconfig.experimental.json" }[DECORATORS];

/** What the compiler has to say about some modules, each as `README.md:12:3: message`. */
function check(sources: ReadonlyMap<string, string>): string[] {
  const { config: json } = ts.readConfigFile(join(root, config), (file) => ts.sys.readFile(file));
  const { options } = ts.parseJsonConfigFileContent({ ...json, include: [], files: [] }, ts.sys, root);
  const host = ts.createCompilerHost(options);
  const withSources: ts.CompilerHost = {
    ...host,
    fileExists: (name) => sources.has(name) || host.fileExists(name),
    readFile: (name) => sources.get(name) ?? host.readFile(name),
    getSourceFile: (name, languageVersion, ...rest) => {
      const source = sources.get(name);
      if (source === undefined) return host.getSourceFile(name, languageVersion, ...rest);
      return ts.createSourceFile(name, source, languageVersion);
    },
  };
  const program = ts.createProgram([...sources.keys()], options, withSources);
  return [...sources.keys()].flatMap((name) => {
    const file = program.getSourceFile(name);
    return [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)].map(
      describeFault,
    );
  });
}

function describeFault({ file, start, messageText }: ts.Diagnostic): string {
  const message = ts.flattenDiagnosticMessageText(messageText, "\n");
  if (file === undefined || start === undefined) return message;
  const { line, character } = file.getLineAndCharacterOfPosition(start);
  const document = relative(root, file.fileName).replace(/\.\d+\.mts$/, "");
  return `${document}:${line + 1}:${character + 1}: ${message}`;
}

describe("the documents", () => {
  it("hold TypeScript that compiles", () => {
    const snippets = documents(root).flatMap((document) => snippetsOf(root, document, DECORATORS));
    const sources = snippets.map(({ place, source }): [string, string] => [
      // A module of its own, beside the package, in which `await` may stand outside of a function.
      `${join(root, place).replace(/:(\d+)$/, ".$1")}.mts`,
      source,
    ]);
    expect(sources).not.toEqual([]);
    expect(check(new Map(sources))).toEqual([]);
  }, 60_000);
});
