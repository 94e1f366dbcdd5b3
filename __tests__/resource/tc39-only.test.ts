// Source that compiles with one kind of decorators only, so tsc compiles it here: #private methods,
// class expressions, and classes of both kinds in one chain.
import * as colonnade from "colonnade";
import { Request, Resource } from "colonnade";
import type { Response } from "colonnade";
import { ModuleKind, ScriptTarget, transpileModule } from "typescript";

type Constructor = new () => Resource;
type Scope = Readonly<Record<string, unknown>>;

/** The classes that a source exports, compiled with either kind of decorators. */
function compile(mode: typeof DECORATORS, source: string, scope: Scope = {}): Record<string, Constructor> {
  const options = { target: ScriptTarget.ES2022, module: ModuleKind.CommonJS };
  const compilerOptions = { ...options, experimentalDecorators: mode === "experimental" };
  const { outputText } = transpileModule(`import * as colonnade from "colonnade";\n${source}`, {
    compilerOptions,
  });
  const exports: Record<string, Constructor> = {};
  const given: Scope = { exports, require: () => colonnade, ...scope };
  // oxlint-disable-next-line no-new-func typescript/no-implied-eval -- runs what tsc made of our own source
  new Function(...Object.keys(given), outputText)(...Object.values(given));
  return exports;
}

/** The routes of a class that a source exports under the name `Tested`: `GET /path`, what it answers. */
function answersOf({ Tested = Resource as unknown as Constructor }): [route: string, payload: unknown][] {
  return new Tested().routes().map(([method, pattern, callback]) => {
    const answer = callback(new Request(["127.0.0.1", 0], method, pattern)) as Response;
    return [`${method} ${pattern}`, answer.payload];
  });
}

const imports = "const { JsonResponse, Resource, get, post, use } = colonnade;\n";

describe("a #private method", () => {
  it("is a route like any other", () => {
    const source = `${imports}
      export class Tested extends Resource {
        #secret = "kept";
        @get("/a")
        @post("/b")
        #hidden() { return new JsonResponse(this.#secret); }
      }`;
    expect(answersOf(compile("tc39", source))).toEqual([
      ["GET /a", "kept"],
      ["POST /b", "kept"],
    ]);
  });

  it("has its @use middleware, above and below the route", () => {
    const source = `${imports}
      export class Tested extends Resource {
        @use(function above() {})
        @get("/a")
        @use(function below() {})
        #hidden() {}
      }`;
    const { Tested = Resource as unknown as Constructor } = compile("tc39", source);
    const [route] = new Tested().routes();
    expect(route?.[3]?.middleware?.map(({ name }) => name)).toEqual(["above", "below"]);
    expect(route?.[2].name).toBe("Tested.#hidden");
  });

  it("overrides nothing: one of the same name in a subclass is another", () => {
    const source = `${imports}
      class Base extends Resource {
        @get("/base") #hidden() { return new JsonResponse("base"); }
      }
      export class Tested extends Base {
        @get("/sub") #hidden() { return new JsonResponse("sub"); }
        @get("/public") ["#hidden"]() { return new JsonResponse("public"); }
      }`;
    expect(answersOf(compile("tc39", source))).toEqual([
      ["GET /base", "base"],
      ["GET /sub", "sub"],
      ["GET /public", "public"],
    ]);
  });

  it("may be wrapped by another decorator", () => {
    const source = `${imports}
      const twice = (method) => function () {
        return new JsonResponse([method.call(this).payload, method.call(this).payload]);
      };
      export class Tested extends Resource {
        @twice @get("/a") #outside() { return new JsonResponse("a"); }
        @get("/b") @twice #inside() { return new JsonResponse("b"); }
      }`;
    expect(answersOf(compile("tc39", source))).toEqual([
      ["GET /a", ["a", "a"]],
      ["GET /b", ["b", "b"]],
    ]);
  });

  it.each([
    ["a static member", "static #wrong() {}"],
    ["a field", "#wrong = 5;"],
    ["an accessor", "get #wrong() { return 5; }"],
    ["an accessor", "accessor #wrong = 5;"],
  ])("is not %s: %s", (where, member) => {
    const source = `${imports} export class Tested extends Resource { @get("/a") ${member} }`;
    expect(() => compile("tc39", source)).toThrow(`@get("/a") stands on ${where}, #wrong: it goes on`);
  });
});

describe("a class expression", () => {
  it("may be decorated, and need not have a name", () => {
    const source = `${imports}
      const [Nameless] = [class extends Resource { @get("/a") show() { return new JsonResponse("a"); } }];
      export const Tested = @use(() => {}) class extends Nameless { @get("/b") other() { return new JsonResponse("b"); } };`;
    expect(answersOf(compile("tc39", source))).toEqual([
      ["GET /a", "a"],
      ["GET /b", "b"],
    ]);
  });
});

describe("a base compiled with the other kind of decorators", () => {
  const base = `${imports}
    export class Base extends Resource {
      @get("/first") first() { return new JsonResponse("base"); }
      @get("/second") second() { return new JsonResponse("base"); }
      @get("/third") third() { return new JsonResponse("base"); }
    }`;
  const sub = `${imports}
    export class Tested extends Base {
      @get("/fourth") fourth() { return new JsonResponse("sub"); }
      @get("/replaced") second() { return new JsonResponse("sub"); }
      third() { return new JsonResponse("sub"); }
    }`;

  it.each([
    ["experimental", "tc39"],
    ["tc39", "experimental"],
  ] as const)("is inherited all the same: %s under %s", (ofBase, ofSub) => {
    const { Base } = compile(ofBase, base);
    expect(answersOf(compile(ofSub, sub, { Base }))).toEqual([
      ["GET /first", "base"],
      ["GET /replaced", "sub"],
      ["GET /third", "sub"],
      ["GET /fourth", "sub"],
    ]);
  });
});

describe("a polyfill of Symbol.metadata", () => {
  it("changes nothing", () => {
    const source = `${imports}
      class Base extends Resource {
        @get("/a") @post("/b") first() { return new JsonResponse("base"); }
        @get("/c") second() { return new JsonResponse("base"); }
      }
      export class Tested extends Base {
        @get("/d") @post("/e") second() { return new JsonResponse("sub"); }
        @get("/f") #hidden() { return new JsonResponse("hidden"); }
        @get("/g") #other() { return new JsonResponse("other"); }
      }`;
    const polyfilled = Object.assign(() => {}, { metadata: Symbol("metadata") });
    const expected = [
      ["GET /a", "base"],
      ["POST /b", "base"],
      ["GET /d", "sub"],
      ["POST /e", "sub"],
      ["GET /f", "hidden"],
      ["GET /g", "other"],
    ];
    expect(answersOf(compile("tc39", source, { Symbol: polyfilled }))).toEqual(expected);
    expect(answersOf(compile("tc39", source))).toEqual(expected);
  });
});
