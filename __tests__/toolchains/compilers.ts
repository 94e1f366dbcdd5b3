import { transformSync as babel } from "@babel/core";
import { transformSync as swc } from "@swc/core";
import type { TransformConfig } from "@swc/core";
import { transformSync as esbuild } from "esbuild";
import { ModuleKind, ScriptTarget, transpileModule } from "typescript";
import type { CompilerOptions } from "typescript";

/** TypeScript source to the text of a CommonJS module. */
export type Compile = (source: string) => string;

/** The compilers that Colonnade promises to work with, by the decorators they compile. */
export const compilers: Record<typeof DECORATORS, Record<string, Compile>> = {
  tc39: {
    tsc: withTsc({}),
    esbuild: withEsbuild({}),
    "swc 2022-03": withSwc({ decoratorVersion: "2022-03" }),
    "swc 2023-11": withSwc({ decoratorVersion: "2023-11" }),
    "babel 2023-11": withBabel,
  },
  experimental: {
    tsc: withTsc({ experimentalDecorators: true }),
    "tsc with metadata": withTsc({ experimentalDecorators: true, emitDecoratorMetadata: true }),
    "tsc with assigned fields": withTsc({ experimentalDecorators: true, useDefineForClassFields: false }),
    esbuild: withEsbuild({ experimentalDecorators: true }),
    "swc legacy": withSwc({ legacyDecorator: true }),
    "swc legacy with metadata": withSwc({ legacyDecorator: true, decoratorMetadata: true }),
  },
};

function withTsc(options: CompilerOptions): Compile {
  const compilerOptions = { target: ScriptTarget.ES2022, module: ModuleKind.CommonJS, ...options };
  return (source) => transpileModule(source, { compilerOptions }).outputText;
}

function withEsbuild(compilerOptions: { experimentalDecorators?: boolean }): Compile {
  return (source) =>
    esbuild(source, { loader: "ts", format: "cjs", target: "es2022", tsconfigRaw: { compilerOptions } }).code;
}

function withSwc(transform: TransformConfig): Compile {
  return (source) =>
    swc(source, {
      configFile: false,
      swcrc: false,
      module: { type: "commonjs" },
      jsc: { parser: { syntax: "typescript", decorators: true }, target: "es2022", transform },
    }).code;
}

function withBabel(source: string): string {
  const result = babel(source, {
    filename: "fixture.ts",
    configFile: false,
    babelrc: false,
    presets: [["@babel/preset-typescript", { allowDeclareFields: true }]],
    plugins: [
      ["@babel/plugin-proposal-decorators", { version: "2023-11" }],
      "@babel/plugin-transform-modules-commonjs",
    ],
  });
  if (typeof result?.code !== "string") throw new Error("Babel gave no code");
  return result.code;
}
