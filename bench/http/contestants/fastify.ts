import compress from "@fastify/compress";
import fastify from "fastify";
import type { FastifyInstance } from "fastify";
import { hello, missing, routePath, text } from "../tasks";
import type { App, Kind } from "../tasks";

export async function serve(task: App): Promise<number> {
  const app = fastify();
  if (task.compressed) await app.register(compress);
  for (let count = 0; count < task.middlewares; count++) {
    app.addHook("onRequest", (_request, _reply, done) => done());
  }
  declare[task.kind](app, task.routes);
  const url = await app.listen({ host: "127.0.0.1", port: 0 });
  return Number(new URL(url).port);
}

const declare: Readonly<Record<Kind, (app: FastifyInstance, routes: number) => void>> = {
  routes(app, routes) {
    for (let index = 0; index < routes; index++) {
      app.get(routePath(index), (_request, reply) => reply.send(hello));
    }
  },
  parameter(app) {
    app.get<{ Params: { id: string } }>("/users/:id", ({ params }, reply) => reply.send({ id: params.id }));
  },
  wildcard(app) {
    app.get<{ Params: { "*": string } }>("/files/*", ({ params }, reply) =>
      reply.send({ path: params["*"] }),
    );
  },
  missing(app) {
    app.get(routePath(0), (_request, reply) => reply.send(hello));
    app.setNotFoundHandler((_request, reply) => reply.code(404).send(missing));
  },
  post(app) {
    app.post("/echo", ({ body }, reply) => reply.send(body));
  },
  text(app) {
    app.get("/text", (_request, reply) => reply.type("text/plain; charset=utf-8").send(text));
  },
};
