import { JsonResponse, Resource, get } from "colonnade";
import { createClient } from "colonnade/client";
import * as declare from "colonnade/declare";
import express from "express";

class Hello extends Resource {
  hello(request) {
    return new JsonResponse({ hello: request.matches.name });
  }
}
// What the compiler does for `@get("/hello/:name")`.
get("/hello/:name")(Hello.prototype, "hello", Object.getOwnPropertyDescriptor(Hello.prototype, "hello"));

const app = express();
app.use("/api", new Hello().router());
const server = app.listen(0, async () => {
  const response = await fetch(`http://localhost:${server.address().port}/api/hello/world`);
  const body = await response.text();
  if (body !== '{"hello":"world"}') throw new Error(`${response.status} ${body}`);
  if (declare.get !== get) throw new Error("colonnade/declare has another get");
  const client = createClient(`http://localhost:${server.address().port}/api`);
  const { payload } = await client.call(declare.get("/hello/:name"), { matches: { name: "world" } });
  if (payload.hello !== "world") throw new Error(JSON.stringify(payload));
  console.log(body);
  server.close();
});
