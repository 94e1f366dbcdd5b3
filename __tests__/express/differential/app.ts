import { readFile } from "node:fs";
import compression from "compression";
import cors from "cors";
import express from "express";
import type {
  ErrorRequestHandler,
  Express,
  NextFunction,
  Request,
  RequestHandler,
  Response,
  Router,
} from "express";
import session from "express-session";
import helmet from "helmet";
import morgan from "morgan";
import { answerRoutes, root, views } from "./answers";
import { bodies } from "./bodies";
import { facts } from "./facts";
import { Things } from "./resources";
import { behind, earlyApp, nestedApp } from "./sub-apps";

export const secret = "keyboard cat";

/** A session's id is what the request asks for, so that it is the same behind both servers. */
function sessions(): Router {
  const router = express.Router();
  const genid = (req: Request) => req.get("X-Session") ?? "nobody";
  router.use(session({ secret, genid, resave: false, saveUninitialized: false }));
  router.get("/count", (req, res) => {
    const kept = req.session as typeof req.session & { count?: number };
    kept.count = (kept.count ?? 0) + 1;
    res.json([req.sessionID, kept.count]);
  });
  router.get("/look", (req, res) => void res.json([req.sessionID, req.session]));
  router.get("/again", (req, res, next) => req.session.regenerate((error) => void (error ? next(error) : res.send("again")))); // prettier-ignore
  router.get("/end", (req, res, next) => req.session.destroy((error) => void (error ? next(error) : res.send("ended")))); // prettier-ignore
  return router;
}

function failures(): Router {
  const router = express.Router();
  const fail = (status: number) => Object.assign(new Error(`failed with ${status}`), { status });
  router.get("/throw", () => {
    throw new Error("thrown");
  });
  router.get("/next/:status", (req, _res, next) => next(fail(Number(req.params.status))));
  router.get("/headers", (_req, _res, next) => {
    next(Object.assign(fail(429), { headers: { "Retry-After": "5" } }));
  });
  router.get("/text", (_req, _res, next) => next("a text"));
  const rejects: unknown = async () => {
    await Promise.reject(new Error("rejected"));
  };
  // Express 4 leaves what rejects to the process.
  if (EXPRESS_MAJOR === 5) router.get("/async", rejects as RequestHandler);
  else router.get("/async", (_req, _res, next) => void setImmediate(() => next(new Error("rejected"))));
  router.get("/later", (_req, _res, next) => void setImmediate(() => next(new Error("later"))));
  router.get("/half", (_req, res, next) => {
    res.write("half of it");
    next(new Error("too late"));
  });
  router.get("/cut", (_req, res) => {
    res.set("Content-Length", "100").write("cut");
    setImmediate(() => res.destroy());
  });
  router.get("/mended", (_req, _res, next) => next(fail(503)));
  router.use("/mended", (_error: Error, _req: Request, _res: Response, next: NextFunction) => next());
  router.use("/mended", (_req, res) => void res.send("mended"));
  return router;
}

/** Express's own last handler would send the stack, in which the servers may differ. */
const withoutStack: ErrorRequestHandler = (error: Error, req, res, next) => {
  if (error instanceof Error) error.stack = `${error.name}: ${error.message}`;
  if (req.get("X-Final") !== undefined || res.headersSent) next(error);
  else {
    const { status = 500 } = error as { status?: number };
    res.status(status).json({ name: error.name, message: error.message, app: req.app === res.app });
  }
};

/** An app with some of everything that Express apps have; `log` gets a line for each request. */
export function createApp(log: string[]): Express {
  const app = express();
  app.use("/early", earlyApp());
  app.set("trust proxy", "loopback");
  app.set("views", views).set("view engine", "tpl");
  app.engine("tpl", (path: string, options: object, done: (error: unknown, html?: string) => void) => {
    const values = options as Record<string, unknown>;
    readFile(path, "utf8", (error, text) => {
      if (error) done(error);
      else
        done(
          null,
          text.replace(/\{\{ (\w+) \}\}/g, (_all, name: string) => String(values[name])),
        );
    });
  });
  app.locals["site"] = "Colonnade";
  const line = ":remote-addr :method :url :http-version :status :res[content-length] :referrer :user-agent";
  app.use(morgan(line, { stream: { write: (text) => void log.push(text) } }));
  app.use(helmet());
  app.use("/cors", cors({ origin: /example\.com$/, credentials: true, maxAge: 60, exposedHeaders: ["X-A"] }));
  app.use("/cors", answerRoutes());
  app.use("/compressed", compression({ threshold: 20 }), express.static(root));
  app.use("/compressed", compression({ threshold: 20 }), answerRoutes());
  app.use("/static", express.static(root, { maxAge: "1d", extensions: ["txt"] }));
  app.use("/strict", express.static(root, { fallthrough: false, dotfiles: "deny" }));
  app.use("/facts", facts());
  app.use("/answers", answerRoutes());
  app.use("/bodies", bodies());
  app.use("/session", sessions());
  app.use("/failures", failures());
  app.use("/api", new Things().router());
  app.use("/open", new Things().router({ errors: "next" }));
  app.use("/nested", nestedApp());
  behind(app);
  app.param("word", (_req, res, next, word: string) => {
    res.set("X-Word", word);
    next();
  });
  app.get("/words/:word", (req, res) => void res.json(req.params));
  app.use(withoutStack);
  return app;
}
