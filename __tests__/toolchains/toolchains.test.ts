import type { Resource } from "colonnade";
import express from "express";
import supertest from "supertest";
import { compilers } from "./compilers";
import { construct } from "./construct";

const declared = [
  ["GET", "/inherited/:name"],
  ["GET", "/overridden"],
  ["GET", "/replacement"],
  ["GET", "/guarded"],
  ["GET", "/first/:name"],
  ["GET", "/second/:rest*"],
  ["POST", "/second/:rest*"],
  ["DELETE", "/second/:rest*"],
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

  it("answers DELETE by the decorator `http.delete`", async () => {
    await supertest(app).delete("/api/second/a").expect(200, { removed: "a" });
  });

  it("has no route that an override replaced", async () => {
    await supertest(app).get("/api/replaced").expect(404);
  });
});
