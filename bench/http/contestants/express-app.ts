import compression from "compression";
import type { Express, Request } from "express";
import { hello, missing, routePath, text } from "../tasks";
import type { App, Kind } from "../tasks";

/** What differs between Express 4 and 5. */
export interface Dialect {
  readonly express: { (): Express; json: () => ReturnType<typeof compression> };
  readonly wildcard: string;
  readonly pathOf: (req: Request) => string;
}

/** An Express app as it is written by hand. */
export function buildApp(dialect: Dialect, task: App): Express {
  const app = dialect.express();
  if (task.compressed) app.use(compression());
  for (let count = 0; count < task.middlewares; count++) app.use((_req, _res, next) => next());
  declare[task.kind](app, dialect, task.routes);
  return app;
}

const declare: Readonly<Record<Kind, (app: Express, dialect: Dialect, routes: number) => void>> = {
  routes(app, _dialect, routes) {
    for (let index = 0; index < routes; index++) {
      app.get(routePath(index), (_req, res) => void res.json(hello));
    }
  },
  parameter(app) {
    app.get("/users/:id", (req, res) => void res.json({ id: req.params.id }));
  },
  wildcard(app, { wildcard, pathOf }) {
    app.get(wildcard, (req: Request, res) => void res.json({ path: pathOf(req) }));
  },
  missing(app) {
    app.get(routePath(0), (_req, res) => void res.json(hello));
    app.use((_req, res) => void res.status(404).json(missing));
  },
  post(app, { express }) {
    app.post("/echo", express.json(), (req, res) => void res.json(req.body));
  },
  text(app) {
    app.get("/text", (_req, res) => void res.type("text/plain").send(text));
  },
};
