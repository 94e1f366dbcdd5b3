import { JsonResponse, Resource, Response, Router, get, post } from "colonnade";
import type { Request, Route } from "colonnade";
import { hello, routePath, text } from "../tasks";
import type { App, Kind } from "../tasks";

class HelloResource extends Resource {
  @get("/route0")
  hello() {
    return new JsonResponse(hello);
  }
}

class UserResource extends Resource {
  @get("/users/:id")
  show(request: Request<"/users/:id">) {
    return new JsonResponse({ id: request.matches.id });
  }
}

class FileResource extends Resource {
  @get("/files/:path+")
  show(request: Request<"/files/:path+">) {
    return new JsonResponse({ path: request.matches.path });
  }
}

class EchoResource extends Resource {
  @post("/echo")
  async echo(request: Request<"/echo">) {
    return new JsonResponse(await request.json());
  }
}

class TextResource extends Resource {
  readonly #compressed: boolean;

  constructor(compressed: boolean) {
    super();
    this.#compressed = compressed;
  }

  @get("/text")
  show() {
    return new Response(text, 200, { "Content-Type": "text/plain; charset=utf-8" }, this.#compressed);
  }
}

const builders: Readonly<Record<Kind, (task: App) => Resource | Router>> = {
  routes: ({ routes }) => (routes === 1 ? new HelloResource() : manyRoutes(routes)),
  missing: () => new HelloResource(),
  parameter: () => new UserResource(),
  wildcard: () => new FileResource(),
  post: () => new EchoResource(),
  text: ({ compressed }) => new TextResource(compressed),
};

/** What a task asks of Colonnade, wherever it is mounted. */
export function routesOf(task: App): Resource | Router {
  return builders[task.kind](task);
}

function manyRoutes(count: number): Router {
  const routes = Array.from({ length: count }, (_, index): Route => [
    "GET",
    routePath(index),
    () => new JsonResponse(hello),
  ]);
  return new Router().registerRoutes(routes);
}
