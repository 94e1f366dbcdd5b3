import express from "express";
import type { Request, Router } from "express";

/** What a handler may ask of a request. */
export function factsOf(req: Request): Record<string, unknown> {
  const { method, url, originalUrl, baseUrl, path, query, params, httpVersion } = req;
  const { hostname, subdomains, protocol, secure, ip, ips, xhr, fresh, stale } = req;
  const route = req.route as { path: unknown; methods: unknown } | undefined;
  return {
    target: { method, url, originalUrl, baseUrl, path, query, params, httpVersion },
    client: { hostname, subdomains, protocol, secure, ip, ips, xhr, fresh, stale },
    route: route && [String(route.path), route.methods],
    got: [req.get("Referrer"), req.get("X-Given"), req.header("Content-Type")],
    types: [req.accepts(), req.accepts("html", "json"), req.accepts(["text/plain"])],
    languages: [req.acceptsLanguages(), req.acceptsLanguages("en", "de")],
    encodings: [req.acceptsEncodings(), req.acceptsEncodings("br", "gzip")],
    charsets: [req.acceptsCharsets(), req.acceptsCharsets("utf-8")],
    is: [req.is("json"), req.is("text/*"), req.is(["urlencoded", "multipart"])],
    range: [req.range(100), req.range(100, { combine: true })],
    headers: [req.headers, req.rawHeaders],
    circular: [req.res?.req === req, req.res?.app === req.app],
  };
}

/** Routes that tell what they see of the request. */
export function facts(): Router {
  const router = express.Router();
  router.param("id", (req, res, next, id: string) => {
    if (id === "skip") next("route");
    else if (id === "fail") next(new Error("param failed"));
    else {
      res.locals["id"] = `param ${id}`;
      setImmediate(next);
    }
  });
  router.all("/all", (req, res) => {
    res.set("ETag", '"v1"');
    res.set("Last-Modified", "Wed, 01 Jan 2020 00:00:00 GMT");
    res.json(factsOf(req));
  });
  router.get("/users/:id", (_req, _res, next) => next("route"));
  router.get("/users/:id", (req, res) => void res.json([res.locals, factsOf(req)]));
  router.get("/users/:id/:other", (req, res) => void res.json([res.locals, factsOf(req)]));
  router.get("/users/:which", (req, res) => void res.json(["which", factsOf(req)]));
  router
    .route("/route")
    .get((req, res) => void res.json(factsOf(req)))
    .post((_req, res) => void res.status(201).send("posted"))
    .delete((_req, res) => void res.status(204).send("deleted"));
  router.get(/^\/regular\/(\d+)$/, (req, res) => void res.json(factsOf(req)));
  return router;
}
