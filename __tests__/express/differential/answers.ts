import { join } from "node:path";
import { Readable } from "node:stream";
import express from "express";
import type { RequestHandler, Router } from "express";

const fixtures = join(__dirname, "../../fixtures");
export const root = join(fixtures, "static");
export const views = join(fixtures, "views");

/** Every way in which Express answers, by the name of the route that shows it. */
const answers: Record<string, RequestHandler> = {
  text: (_req, res) => void res.send("text"),
  html: (_req, res) => void res.type("html").send("<p>é</p>"),
  buffer: (_req, res) => void res.send(Buffer.from([0, 1, 254, 255])),
  nothing: (_req, res) => void res.send(),
  null: (_req, res) => void res.send(null),
  empty: (_req, res) => void res.end(),
  json: (_req, res) => void res.json({ a: [1, null, "é", "<"], b: undefined }),
  boolean: (_req, res) => void res.send(true),
  jsonp: (_req, res) => void res.jsonp({ a: "</script>\u2028" }),
  status: (_req, res) => void res.status(418).send("teapot"),
  "send-status": (_req, res) => void res.sendStatus(202),
  "no-content": (_req, res) => void res.status(204).send("gone"),
  "reset-content": (_req, res) => void res.status(205).send("gone"),
  message: (_req, res) => {
    res.statusMessage = "Very Well";
    res.send("with a message");
  },
  redirect: (_req, res) => res.redirect("/answers/text"),
  "redirect-301": (_req, res) => res.redirect(301, "https://example.com/ä?b=<c>"),
  location: (_req, res) => void res.location("../x y").status(201).end(),
  cookie: (_req, res) => {
    res.cookie("plain", "a b", { path: "/answers", httpOnly: true, sameSite: "lax" });
    res.cookie("object", { a: 1 }, { expires: new Date(0), secure: true });
    res.clearCookie("old").send("cookies");
  },
  "signed-cookie": (req, res) => {
    (req as typeof req & { secret: string }).secret = "secret"; // what cookie-parser sets
    res.cookie("signed", "value", { signed: true }).send("signed");
  },
  "send-file": (_req, res) => res.sendFile("letters.txt", { root }),
  "send-file-options": (_req, res) =>
    res.sendFile("letters.txt", { root, maxAge: 5000, immutable: true, headers: { "X-File": "1" } }),
  "send-file-missing": (_req, res, next) => res.sendFile("missing.txt", { root }, next),
  "send-file-outside": (_req, res, next) => res.sendFile("../secret", { root }, next),
  download: (_req, res) => res.download(join(root, "letters.txt")),
  "download-as": (_req, res) => res.download(join(root, "letters.txt"), "naïve.txt"),
  attachment: (_req, res) => void res.attachment("picture.png").send(Buffer.from("png")),
  format: (_req, res) =>
    res.format({
      "text/plain": () => void res.send("plain"),
      "text/html": () => void res.send("<p>html</p>"),
      "application/json": () => void res.send({ format: "json" }),
    }),
  "format-default": (_req, res) =>
    res.format({ json: () => void res.send({}), default: () => void res.status(406).send("neither") }),
  links: (_req, res) => void res.links({ next: "/2", last: "/5" }).links({ first: "/1" }).send("links"),
  vary: (_req, res) => void res.vary("Accept").vary("Origin, accept").send("vary"),
  append: (_req, res) => void res.append("X-Many", ["1", "2"]).append("X-Many", "3").send("append"),
  get: (_req, res) => void res.set({ "X-A": "a", "X-B": "b" }).send(`${res.get("x-a")} ${res.get("x-c")}`),
  locals: (req, res) => void res.json([res.locals, { ...req.app.locals, settings: undefined }]),
  stream: (_req, res) => void Readable.from(["one ", "two ", "three"]).pipe(res.type("text")),
  write: (_req, res) => {
    res.writeHead(203, { "X-Written": "yes" });
    res.write("first ");
    res.end("last");
  },
  trailer: (req, res) => {
    // Node has trailers only behind chunks, which HEAD has not.
    if (req.method !== "HEAD") {
      res.set("Trailer", "X-Sum").write("body");
      res.addTrailers({ "X-Sum": "42" });
    }
    res.end();
  },
  information: (_req, res) => {
    res.writeProcessing();
    res.writeEarlyHints({ link: "</style.css>; rel=preload" });
    res.send("at last");
  },
  "no-date": (_req, res) => {
    res.sendDate = false;
    res.removeHeader("X-Powered-By");
    res.send("no date");
  },
  etag: (_req, res) => void res.set("ETag", '"mine"').send("etag"),
  late: (_req, res) => void setTimeout(() => res.send("late"), 1),
  render: (_req, res) => res.render("hello", { name: "Ada" }),
  "render-callback": (_req, res, next) =>
    res.render("hello", { name: "Eve" }, (error, html) => (error ? next(error) : void res.send([html]))),
  "render-missing": (_req, res) => res.render("missing"),
};

export const answerNames = Object.keys(answers);

/** A route for each way to answer. */
export function answerRoutes(): Router {
  const router = express.Router();
  for (const [name, handler] of Object.entries(answers)) router.all(`/${name}`, handler);
  return router;
}
