import { JsonResponse, Resource, get } from "colonnade";
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
  console.log(body);
  server.close();
});
