import { join } from "node:path";
import ts from "typescript";

/** What `bench/startup/routes.cjs` exports. */
interface Routes {
  readonly patterns: (count: number) => object[];
  readonly resourcesOf: (routes: object[]) => string;
  readonly appOf: (routes: object[]) => string;
}

const root = join(__dirname, "../..");
const { patterns, resourcesOf, appOf } = jest.requireActual<Routes>("../../bench/startup/routes.cjs");

/** How many types the compiler makes of others to check a module: the same number each time. */
function instantiations(source: string): number {
  const { config } = ts.readConfigFile(join(root, "tsconfig.json"), (file) => ts.sys.readFile(file));
  const { options } = ts.parseJsonConfigFileContent({ ...config, include: [], files: [] }, ts.sys, root);
  const name = join(root, "routes.ts");
  const host = ts.createCompilerHost(options);
  const withSource: ts.CompilerHost = {
    ...host,
    fileExists: (file) => file === name || host.fileExists(file),
    getSourceFile: (file, version, ...rest) =>
      file === name ? ts.createSourceFile(file, source, version) : host.getSourceFile(file, version, ...rest),
  };
  const program = ts.createProgram([name], options, withSource);
  const faults = program.getSemanticDiagnostics(program.getSourceFile(name));
  if (faults[0] !== undefined) throw new Error(ts.flattenDiagnosticMessageText(faults[0].messageText, "\n"));
  return program.getInstantiationCount();
}

describe("200 routes with Matches", () => {
  it("take less than twice as many types as 200 plain Express routes", () => {
    const routes = patterns(200);
    const ratio = instantiations(resourcesOf(routes)) / instantiations(appOf(routes));
    expect(ratio).toBeGreaterThan(0.5); // it counts something
    expect(ratio).toBeLessThan(2);
  }, 60_000);
});
