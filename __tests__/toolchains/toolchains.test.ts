import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as colonnade from "colonnade";
import type { Resource } from "colonnade";
import express from "express";
import supertest from "supertest";
import { compilers } from "./compilers";
import type { Compile } from "./compilers";

const modules: Record<string, unknown> = { colonnade, express };

function construct(compile: Compile, name: string): Resource {
  const code = compile(readFileSync(join(__dirname, name), "utf8"));
  const module = { exports: {} as { Fixture?: new () => Resource } };
  // oxlint-disable-next-line no-new-func typescript/no-implied-eval -- runs what the compiler under test made of our own fixture
  const run = new Function("module", "exports", "require", code);
  run(module, module.exports, (id: string) => modules[id] ?? require(id));
  if (module.exports.Fixture === undefined) throw new Error("the compiled fixture exports no Fixture");
  return new module.exports.Fixture();
}

const declared = [
  ["GET", "/inherited/:name"],
  ["GET", "/overridden"],
  ["GET", "/replacement"],
  ["GET", "/guarded"],
  ["GET", "/first/:name"],
  ["GET", "/second/:rest*"],
  ["POST", "/second/:rest*"],
  ["GET", "/wrapped/outside"],
  ["GET", "/wrapped/inside"],
  ["GET", "/symbol"],
];

const classTrail = "base class, class, class again";

const answers: [path: string, body: unknown, trail: string][] = [
  ["/inherited/ada", "hi ada", classTrail],
  ["/overridden", "override", classTrail],
  ["/replacement", "override", classTrail],
  ["/guarded", "override", `${classTrail}, base method, override`],
  ["/first/ada", { name: "ada" }, classTrail],
  ["/second/a/b", { rest: "a/b" }, classTrail],
  ["/wrapped/outside", ["kept", "kept"], classTrail],
  ["/wrapped/inside", ["kept", "kept"], classTrail],
  ["/symbol", "kept", classTrail],
];

describe.each(Object.entries(compilers[DECORATORS]))("a Resource compiled by %s", (_name, compile) => {
  const app = express();
  let resource: Resource;

  beforeAll(() => {
    resource = construct(compile, "fixture.ts");
    app.use("/api", resource.router());
  });

  it("declares its routes in order", () => {
    expect(resource.routes().map(([method, pattern]) => [method, pattern])).toEqual(declared);
  });

  it.each(answers)("answers GET %s", async (path, body, trail) => {
    const response = await supertest(app).get(`/api${path}`);
    expect([response.status, response.body, response.headers["x-trail"]]).toEqual([200, body, trail]);
  });

  it("answers POST with the body it was sent", async () => {
    const response = await supertest(app).post("/api/second/a").send({ name: "ada" });
    expect([response.status, response.body]).toEqual([201, { name: "ada" }]);
  });

  it("has no route that an override replaced", async () => {
    await supertest(app).get("/api/replaced").expect(404);
  });
});

const withPrivateMethods = Object.entries(DECORATORS === "tc39" ? compilers.tc39 : {});

(withPrivateMethods.length > 0 ? describe.each(withPrivateMethods) : describe.skip.each([["", String]]))(
  "a #private route compiled by %s",
  (_name, compile) => {
    it.each([
      ["/private", "method"],
      ["/public", undefined],
    ])("answers GET %s", async (path, trail) => {
      const app = express().use(construct(compile, "fixture-private.ts").router());
      const response = await supertest(app).get(path);
      expect([response.status, response.body, response.headers["x-trail"]]).toEqual([200, "kept", trail]);
    });
  },
);
