import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { serve as serveHono } from "@hono/node-server";
import { Hono } from "hono";
import { compress } from "hono/compress";
import { hello, missing, routePath, text } from "../tasks";
import type { App, Kind } from "../tasks";

export async function serve(task: App): Promise<number> {
  const app = new Hono();
  if (task.compressed) app.use(compress());
  for (let count = 0; count < task.middlewares; count++) app.use((_c, next) => next());
  declare[task.kind](app, task.routes);
  const server = serveHono({ fetch: app.fetch, hostname: "127.0.0.1", port: 0 });
  if (!server.listening) await once(server, "listening");
  return (server.address() as AddressInfo).port; // it listens on no pipe
}

const declare: Readonly<Record<Kind, (app: Hono, routes: number) => void>> = {
  routes(app, routes) {
    for (let index = 0; index < routes; index++) app.get(routePath(index), (c) => c.json(hello));
  },
  parameter(app) {
    app.get("/users/:id", (c) => c.json({ id: c.req.param("id") }));
  },
  wildcard(app) {
    app.get("/files/:path{.+}", (c) => c.json({ path: c.req.param("path") }));
  },
  missing(app) {
    app.get(routePath(0), (c) => c.json(hello));
    app.notFound((c) => c.json(missing, 404));
  },
  post(app) {
    app.post("/echo", async (c) => c.json(await c.req.json<object>()));
  },
  text(app) {
    app.get("/text", (c) => c.text(text));
  },
};
