import express from "express";
import expressPackage from "express/package.json";
import oldestExpress4 from "express-4.18/package.json";
import newestExpress4 from "express4/package.json";

describe("the Jest project", () => {
  it("compiles decorators in the mode it names", () => {
    const contexts: string[] = [];
    const note = (_value: unknown, context: unknown): void => void contexts.push(typeof context);
    class Decorated {
      @note
      method(): void {}
    }
    expect(new Decorated()).toBeDefined();
    expect(contexts).toEqual([DECORATORS === "tc39" ? "object" : "string"]);
  });

  it("imports the major of Express it names", () => {
    expect(expressPackage.version).toMatch(new RegExp(`^${EXPRESS_MAJOR}\\.`));
    expect("del" in express.application).toBe(EXPRESS_MAJOR === 4);
  });

  it("has the other releases at hand", () => {
    expect([oldestExpress4.version, newestExpress4.version]).toEqual([
      expect.stringMatching(/^4\.18\./),
      expect.stringMatching(/^4\.2\d\./),
    ]);
  });

  it.each([
    ["express-5.0", "2.0.0"],
    ["express-5.0-router-2.2", "2.2.0"],
  ])("gives %s router %s", (alias, version) => {
    const router = require.resolve("router/package.json", { paths: [require.resolve(alias)] });
    expect(require(router)).toMatchObject({ version });
  });
});
