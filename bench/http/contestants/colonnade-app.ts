import express from "express";
import type { Express } from "express";
import { missing } from "../tasks";
import type { App } from "../tasks";
import { routesOf } from "./colonnade-routes";

/** An Express app with a Resource mounted. */
export function buildColonnade(task: App): Express {
  const app = express();
  for (let count = 0; count < task.middlewares; count++) app.use((_req, _res, next) => next());
  app.use(routesOf(task).router());
  if (task.kind === "missing") app.use((_req, res) => void res.status(404).json(missing));
  return app;
}
