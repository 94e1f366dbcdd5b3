import express from "express";
import type * as Express from "express";
import type { RequestHandler } from "express";
import { Response, Router } from "colonnade";
import type * as Colonnade from "colonnade";
import { toExpressPath } from "../../src/path/express-spelling";
import { parsePattern } from "../../src/path/parse";
import { once } from "./live";

// A route of ours is put together without Express's `router.route`, and has to be what that makes.

type Layer = Record<string, unknown> & { route: Record<string, unknown> & { stack: Layer[] } };

const layerOf = (router: express.Router) => router.stack[0] as unknown as Layer;

function layers(pattern: string, method = "GET"): { ours: Layer; byHand: Layer } {
  const handler: RequestHandler = function answer(_req, _res, _next) {};
  const middleware: RequestHandler = (_req, _res, next) => next();
  const callback = function answer() {
    return new Response("x");
  };
  const options = { caseSensitive: true };
  const written = express.Router(options);
  const path = toExpressPath(parsePattern(pattern), EXPRESS_MAJOR === 4 ? 4 : 5);
  written[method.toLowerCase() as "get"](path, middleware, handler);
  const mounted = new Router().registerRoutes([[method, pattern, callback, { middleware: [middleware] }]]);
  return { ours: layerOf(mounted.router()), byHand: layerOf(written) };
}

/** What can be compared of a layer, or a route: functions by their names and lengths. */
function describeAll(value: unknown): unknown {
  if (typeof value === "function") return `${value.name}/${value.length}`;
  if (value instanceof RegExp) return `${String(value)} ${JSON.stringify({ ...value })}`;
  if (Array.isArray(value)) return value.map(describeAll);
  if (typeof value !== "object" || value === null) return value;
  const prototype: unknown = Object.getPrototypeOf(value);
  return [prototype, Object.entries(value).map(([name, each]) => [name, describeAll(each)])];
}

const patterns = ["/", "/fixed", "/items/:id", "/a/:b?", "/files/:path+", "/any/:rest*", "/a.b/+/", "/ü"];

describe("a layer of a mounted route", () => {
  it.each(patterns)("is what Express makes of %s", (pattern) => {
    const { ours, byHand } = layers(pattern);
    delete ours["match"]; // that one is ours, and Express has it in the prototype
    expect(describeAll(ours)).toEqual(describeAll(byHand));
  });

  it.each(["POST", "DELETE", "M-SEARCH", "HEAD", "OPTIONS"])("answers %s as Express's does", (method) => {
    const { ours, byHand } = layers("/x", method);
    expect(describeAll(ours.route)).toEqual(describeAll(byHand.route));
  });

  it("keeps what somebody writes in the place of what Express would match by", () => {
    const { ours } = layers("/items/:id");
    const name = EXPRESS_MAJOR === 4 ? "regexp" : "matchers";
    ours[name] = "another";
    expect([ours[name], Object.keys(ours).includes(name)]).toEqual(["another", true]);
  });

  it("makes what Express would match by once", () => {
    const { ours } = layers("/items/:id");
    const name = EXPRESS_MAJOR === 4 ? "regexp" : "matchers";
    expect(ours[name]).toBe(ours[name]);
  });

  it("is added by router.route where somebody has put a function of his own there, as tracing does", () => {
    const prototype = Object.getPrototypeOf(express.Router()) as { route: (path: string) => unknown };
    // In Express 4, the prototype of a router is `express.Router` itself.
    const owner = Object.hasOwn(prototype, "route")
      ? prototype
      : (Object.getPrototypeOf(prototype) as typeof prototype);
    const { route } = owner;
    const paths: string[] = [];
    owner.route = function watched(path) {
      paths.push(path);
      return Reflect.apply(route, this, [path]);
    };
    try {
      const router = new Router().registerRoutes([["GET", "/items/:id", () => new Response("x")]]).router();
      expect([paths, layerOf(router).route["path"]]).toEqual([["/items/:id"], "/items/:id"]);
    } finally {
      owner.route = route;
    }
  });

  it("is Express's own where a package has put an accessor into the prototype of layers", async () => {
    await jest.isolateModulesAsync(async () => {
      const fresh = jest.requireActual<typeof Express>("express");
      const prototype = Object.getPrototypeOf(layerOf(fresh.Router().get("/", () => {}))) as object;
      Object.defineProperty(prototype, "handle", {
        get(this: { wrapped?: unknown }) {
          return this.wrapped;
        },
        set(this: { wrapped?: unknown }, value: unknown) {
          this.wrapped = value;
        },
      });
      // oxlint-disable-next-line typescript/no-require-imports -- anew, for this Express
      const { Response: Answer, Router: Fresh } = require("colonnade") as typeof Colonnade;
      const refuse: RequestHandler = (_req, res) => void res.sendStatus(401);
      const router = new Fresh()
        .registerRoutes([
          ["GET", "/refused", () => new Answer("secret"), { middleware: [refuse] }],
          ["GET", "/x", () => new Answer("answered")],
        ])
        .router();
      const app = (fresh as unknown as () => Express.Express)().use(router);
      const [refused, answered] = [await once(app, "GET", "/refused"), await once(app, "GET", "/x")];
      expect([refused.status, answered.body]).toEqual([401, "answered"]);
    });
  });
});
