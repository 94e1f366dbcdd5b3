import { HTTPServer } from "colonnade";
import { missing } from "../tasks";
import type { App } from "../tasks";
import { routesOf } from "./colonnade-routes";

export function buildServer(task: App): HTTPServer {
  const server = new HTTPServer(["127.0.0.1", 0]);
  for (let count = 0; count < task.middlewares; count++) server.use((_req, _res, next) => next());
  server.registerRoutes(routesOf(task).routes());
  if (task.kind === "missing") server.app.use((_req, res) => void res.status(404).json(missing));
  return server;
}
