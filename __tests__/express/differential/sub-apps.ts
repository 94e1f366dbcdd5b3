import express from "express";
import type { Express, Request, Response } from "express";
import { views } from "./answers";
import { factsOf } from "./facts";

/** What an app has added to its requests and responses. */
interface Extended {
  shout?(): string;
  readonly level?: string;
  whisper?(text: string): unknown;
}

/** What a handler sees of the app it is in. */
function seen(name: string, own: Express) {
  return (req: Request, res: Response): void => {
    const asked = req as Request & Extended;
    const answer = res as Response & Extended;
    const born = Object.getPrototypeOf(req) === own.request && Object.getPrototypeOf(res) === own.response;
    const extended = [asked.shout?.(), asked.level, typeof answer.whisper];
    res.json([name, req.app === own, res.app === own, born, extended, req.app.mountpath, factsOf(req)]);
  };
}

/** An app that extends its requests and responses, and answers `/`, `/seen` and `/on` with `next()`. */
function subApp(name: string): Express {
  const app = express().set("views", views);
  app.locals["name"] = name;
  const request = app.request as Request & Extended;
  const response = app.response as Response & Extended;
  request.shout = function (this: Request) {
    return `${name.toUpperCase()} ${this.path}`;
  };
  response.whisper = function (this: Response, text: string) {
    return this.set("X-Whisper", `${name} ${text}`);
  };
  Object.defineProperty(request, "level", { get: () => name.length, configurable: true });
  app.get("/seen", seen(name, app));
  app.get("/whisper", (_req, res: Response & Extended) => {
    res.whisper?.("softly");
    res.send("whispered");
  });
  app.get("/on", (_req, res, next) => {
    res.append("X-Through", name);
    next();
  });
  app.get("/error", (_req, _res, next) => next(new Error(`${name} failed`)));
  app.get("/router", (_req, _res, next) => next("router"));
  app.get("/render", (_req, res) => res.render("hello", { name }));
  return app;
}

/** Mounted before anything else. */
export function earlyApp(): Express {
  return subApp("early").set("trust proxy", false).disable("x-powered-by").set("etag", "strong");
}

/** With an app in it, and in that another one. */
export function nestedApp(): Express {
  const outer = subApp("outer").set("query parser", "extended").set("json spaces", 2);
  const middle = subApp("middle").set("subdomain offset", 1).set("jsonp callback name", "call");
  const inner = subApp("inner").disable("etag").enable("case sensitive routing");
  inner.get("/fail", () => {
    throw new Error("inner threw");
  });
  middle.use("/inner", inner);
  middle.get("/inner/on", seen("middle behind inner", middle));
  middle.get("/jsonp", (_req, res) => void res.jsonp({ of: "middle" }));
  outer.use(["/middle", "/center"], middle);
  outer.get("/middle/on", seen("outer behind middle", outer));
  outer.use((error: Error, req: Request, res: Response, next: (error: unknown) => void) => {
    if (!req.url.startsWith("/middle")) next(error);
    else res.status(500).json([error.message, req.app === outer, req.url]);
  });
  return outer;
}

/** What an app that has sub-apps sees once they have gone on. */
export function behind(app: Express): Express {
  return app.get(["/early/on", "/nested/on"], seen("top", app));
}
