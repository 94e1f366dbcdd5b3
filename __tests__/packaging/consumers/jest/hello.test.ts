import { JsonResponse, Resource, get } from "colonnade";
import type { Request } from "colonnade";
import express from "express";
import supertest from "supertest";

class Hello extends Resource {
  @get("/hello/:name")
  hello(request: Request<"/hello/:name">) {
    return new JsonResponse({ hello: request.matches.name });
  }
}

it("answers inside the app", async () => {
  const app = express().use("/api", new Hello().router());
  const response = await supertest(app).get("/api/hello/world").expect(200);
  expect(response.body).toEqual({ hello: "world" });
});
