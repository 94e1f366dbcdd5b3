import "reflect-metadata";
import {
  Body,
  Catch,
  Controller,
  Get,
  Header,
  HttpCode,
  Module,
  NotFoundException,
  Param,
  Post,
} from "@nestjs/common";
import type { ArgumentsHost, ExceptionFilter, Type } from "@nestjs/common";
import { NestFactory } from "@nestjs/core";
import type { NestExpressApplication } from "@nestjs/platform-express";
import compression from "compression";
import type { Response } from "express";
import { hello, missing, routePath, text } from "../tasks";
import type { App, Kind } from "../tasks";
import { listen } from "./listen";

@Controller()
class UserController {
  @Get("/users/:id")
  show(@Param("id") id: string) {
    return { id };
  }
}

@Controller()
class FileController {
  @Get("/files/*path")
  show(@Param("path") path: string[]) {
    return { path: path.join("/") };
  }
}

@Controller()
class EchoController {
  @Post("/echo")
  @HttpCode(200)
  echo(@Body() body: object) {
    return body;
  }
}

@Controller()
class TextController {
  @Get("/text")
  @Header("Content-Type", "text/plain; charset=utf-8")
  show() {
    return text;
  }
}

@Catch(NotFoundException)
class MissingFilter implements ExceptionFilter {
  catch(_error: NotFoundException, host: ArgumentsHost) {
    host.switchToHttp().getResponse<Response>().status(404).json(missing);
  }
}

@Module({})
class AppModule {
  readonly name = "benchmark";
}

function routesController(count: number): Type {
  class RoutesController {
    [name: `show${number}`]: () => object;
  }
  for (let index = 0; index < count; index++) {
    const descriptor = { configurable: true, writable: true, value: () => hello };
    Object.defineProperty(RoutesController.prototype, `show${index}`, descriptor);
    Get(routePath(index))(RoutesController.prototype, `show${index}`, descriptor);
  }
  Controller()(RoutesController);
  return RoutesController;
}

const controllers: Readonly<Record<Kind, (routes: number) => Type>> = {
  routes: routesController,
  missing: routesController,
  parameter: () => UserController,
  wildcard: () => FileController,
  post: () => EchoController,
  text: () => TextController,
};

export async function serve(task: App): Promise<number> {
  const module = { module: AppModule, controllers: [controllers[task.kind](task.routes)] };
  const app = await NestFactory.create<NestExpressApplication>(module, { logger: false });
  if (task.compressed) app.use(compression());
  if (task.kind === "missing") app.useGlobalFilters(new MissingFilter());
  for (let count = 0; count < task.middlewares; count++) {
    app.use((_req: unknown, _res: unknown, next: () => void) => next());
  }
  await app.init();
  return listen(app.getHttpServer());
}
