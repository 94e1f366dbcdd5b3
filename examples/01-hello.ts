// The smallest thing: a class with a route, mounted in an Express app.
//
//   npx tsx examples/01-hello.ts
//   curl http://localhost:3000/api/hello/Ada
import express from "express";
import { JsonResponse, Resource, get } from "colonnade";
import type { Request } from "colonnade";

class HelloResource extends Resource {
  @get("/hello/:name")
  greet(request: Request<"/hello/:name">) {
    return new JsonResponse({ hello: request.matches.name });
  }
}

export const app = express();
app.use("/api", new HelloResource().router());

if (require.main === module) {
  app.listen(Number(process.env["PORT"] ?? 3000));
}
