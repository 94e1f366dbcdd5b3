import express from "express";
import supertest from "supertest";
import { compilers } from "./compilers";
import { construct } from "./construct";

// Experimental decorators can't stand on #private methods.
describe.each(Object.entries(compilers.tc39))("a #private route compiled by %s", (_name, compile) => {
  it.each([
    ["/private", "method"],
    ["/public", undefined],
  ])("answers GET %s", async (path, trail) => {
    const app = express().use(construct(compile, "fixture-private.ts").router());
    const response = await supertest(app).get(path);
    expect([response.status, response.body, response.headers["x-trail"]]).toEqual([200, "kept", trail]);
  });
});
