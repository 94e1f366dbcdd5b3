import type { AddressInfo } from "node:net";
import { JsonResponse, Resource, get } from "colonnade";
import type { Request } from "colonnade";
import { createClient } from "colonnade/client";
import { get as declareGet } from "colonnade/declare";
import express from "express";

class Hello extends Resource {
  @get("/hello/:name")
  hello(request: Request<"/hello/:name">) {
    const name: string = request.matches.name;
    return new JsonResponse({ hello: name });
  }
}

const app = express();
app.use("/api", new Hello().router());
const server = app.listen(0, async () => {
  const { port } = server.address() as AddressInfo;
  const response = await fetch(`http://localhost:${port}/api/hello/world`);
  const body = await response.text();
  if (body !== '{"hello":"world"}') throw new Error(`${response.status} ${body}`);
  const declared = declareGet("/hello/:name");
  const answer = await createClient(`http://localhost:${port}/api`).call(declared, {
    matches: { name: "world" },
  });
  const status: number = answer.statusCode;
  if (status !== 200) throw new Error(`${status}`);
  console.log(body);
  server.close();
});
