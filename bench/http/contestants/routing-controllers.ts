import "reflect-metadata";
import { createServer } from "node:http";
import compression from "compression";
import express from "express";
import type { Request, RequestHandler } from "express";
import {
  Body,
  ContentType,
  Controller,
  Get,
  JsonController,
  Param,
  Post,
  Req,
  useExpressServer,
} from "routing-controllers";
import { hello, missing, routePath, text } from "../tasks";
import type { App, Kind } from "../tasks";
import { listen } from "./listen";

class UserController {
  @Get("/users/:id")
  show(@Param("id") id: string) {
    return { id };
  }
}

class FileController {
  @Get("/files/*path")
  show(@Req() { params: { path } }: Request) {
    return { path: Array.isArray(path) ? path.join("/") : "" };
  }
}

class EchoController {
  @Post("/echo")
  echo(@Body() body: object) {
    return body;
  }
}

class TextController {
  @Get("/text")
  @ContentType("text/plain")
  show() {
    return text;
  }
}

type ControllerClass = new () => object;

function routesController(count: number): ControllerClass {
  class RoutesController {
    [name: `show${number}`]: () => object;
  }
  for (let index = 0; index < count; index++) {
    Object.defineProperty(RoutesController.prototype, `show${index}`, { value: () => hello });
    Get(routePath(index))(RoutesController.prototype, `show${index}`);
  }
  return RoutesController;
}

const controllers: Readonly<Record<Kind, (routes: number) => ControllerClass>> = {
  routes: routesController,
  missing: routesController,
  parameter: () => UserController,
  wildcard: () => FileController,
  post: () => EchoController,
  text: () => TextController,
};

/** It goes on to what is mounted behind once it has answered. */
const answerMissing: RequestHandler = (_req, res) => {
  if (!res.headersSent) res.status(404).json(missing);
};

export function serve(task: App): Promise<number> {
  const controller = controllers[task.kind](task.routes);
  (task.kind === "text" ? Controller() : JsonController())(controller); // the class that is served, and no other
  const app = express();
  if (task.compressed) app.use(compression());
  for (let count = 0; count < task.middlewares; count++) app.use((_req, _res, next) => next());
  useExpressServer(app, { controllers: [controller] });
  if (task.kind === "missing") app.use(answerMissing);
  return listen(createServer(app));
}
