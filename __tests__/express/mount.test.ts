import { connect } from "node:net";
import express from "express";
import type { ErrorRequestHandler, Request as ExpressRequest, RequestHandler } from "express";
import request from "supertest";
import {
  ErrorResponse,
  JsonResponse,
  Resource,
  Response,
  Router,
  del,
  get,
  head,
  patch,
  post,
} from "colonnade";
import type { Request, Route, RouterOptions } from "colonnade";
import { listen, once } from "./live";

/** What a handler sees, as JSON. */
function seen({ raw, matches, path, pattern }: Request): JsonResponse {
  const { baseUrl, originalUrl, url, params } = raw;
  const route = raw.route as { path: string; methods: Record<string, boolean> };
  return new JsonResponse({ matches, params, path, pattern, baseUrl, originalUrl, url, route: route.path });
}

function route(pattern: string, callback: Route[2] = seen, method = "GET"): Route {
  return [method, pattern, callback];
}

/** A router of routes that answer with what they see, or with the text that they are given. */
function routerOf(routes: readonly (string | Route)[], options?: RouterOptions) {
  const list = routes.map((each) => (typeof each === "string" ? route(each) : each));
  return new Router().registerRoutes(list).router(options);
}

const says =
  (text: string): RequestHandler =>
  (_req, res) =>
    void res.send(text);

const answers =
  (text: string): Route[2] =>
  () =>
    new Response(text);

class Users extends Resource {
  @get("/users")
  list() {
    return new JsonResponse([]);
  }
  @get("/users/:id")
  show(request: Request<"/users/:id">) {
    return seen(request);
  }
  @post("/users")
  create() {
    return new JsonResponse({}, 201);
  }
  @del("/users/:id")
  remove() {
    return new Response(null, 204);
  }
}

describe("app.use(path, resource.router())", () => {
  it("shows a handler what a hand-written one sees", async () => {
    const app = express().use("/v1", new Users().router());
    const { body } = await request(app).get("/v1/users/a%20b?x=1").expect(200);
    expect(body).toEqual({
      matches: { id: "a b" },
      params: { id: "a b" },
      path: "/v1/users/a%20b",
      pattern: "/users/:id",
      baseUrl: "/v1",
      originalUrl: "/v1/users/a%20b?x=1",
      url: "/users/a%20b?x=1",
      route: "/users/:id",
    });
  });

  it("runs a real Route, whose methods it shows", async () => {
    const { Route: ExpressRoute } = express as unknown as { Route: new (path: string) => object };
    let route: unknown;
    const router = routerOf([
      [
        "GET",
        "/a",
        ({ raw }) => {
          route = raw.route;
          return new Response();
        },
      ],
    ]);
    await request(express().use(router)).get("/a").expect(200);
    expect(route).toBeInstanceOf(ExpressRoute);
    expect(route).toMatchObject({ path: "/a", methods: { get: true } });
  });

  it.each([
    ["two Resources on one prefix", "/v1/other", "other"],
    ["an ordinary route in front", "/v1/before", "before"],
    ["an ordinary route behind", "/v1/behind", "behind"],
    ["a method that no route has, answered behind", "/v1/users/1", "behind", "PUT"],
    ["a path and method that nothing answers", "/v1/none", 404],
  ])("lets %s answer", async (_name, target, expected, method = "GET") => {
    class Other extends Resource {
      @get("/other")
      show() {
        return new Response("other");
      }
      @get("/before")
      never() {
        return new Response("never");
      }
    }
    const app = express();
    app.get("/v1/before", says("before"));
    app.use("/v1", new Users().router());
    app.use("/v1", new Other().router());
    app.get("/v1/behind", says("behind"));
    app.put("/v1/users/:id", says("behind"));
    const { status, body } = await once(app, method, target);
    expect(status === 200 ? body : status).toBe(expected);
  });

  it.each<[string, string | RegExp | (string | RegExp)[], string, string]>([
    ["a parameter", "/:tenant", "/t/x/1", "/t"],
    ["a list of paths", ["/one", "/two"], "/two/x/1", "/two"],
    ["a regular expression", /^\/r\d+/, "/r22/x/1", "/r22"],
  ])("mounts at %s", async (_name, path, target, baseUrl) => {
    const app = express().use(path, routerOf(["/x/:id"]));
    const { body } = await request(app).get(target).expect(200);
    expect(body).toMatchObject({ matches: { id: "1" }, baseUrl, url: "/x/1" });
  });

  it("mounts one router at two places, and twice at one", async () => {
    const router = routerOf(["/x"]);
    const app = express().use("/a", router).use("/b", router).use("/b", router);
    for (const baseUrl of ["/a", "/b"]) {
      const { body } = await request(app).get(`${baseUrl}/x`).expect(200);
      expect(body).toMatchObject({ baseUrl });
    }
  });

  it("runs inside a mounted app, which is the request's app", async () => {
    const inner = express().set("json spaces", 2);
    inner.use("/in", routerOf([["GET", "/x", ({ raw }) => new JsonResponse({ own: raw.app === inner })]]));
    const app = express().use("/sub", inner);
    await request(app).get("/sub/in/x").expect(200, '{\n  "own": true\n}');
  });

  it("leaves res.locals and `trust proxy` as they are", async () => {
    const app = express().set("trust proxy", true);
    app.use((_req, res, next) => {
      res.locals["user"] = "Ada";
      next();
    });
    app.use(
      routerOf([
        ["GET", "/x", ({ raw, clientAddress }) => new JsonResponse([raw.res.locals, raw.ip, clientAddress])],
      ]),
    );
    await request(app)
      .get("/x")
      .set("X-Forwarded-For", "203.0.113.9")
      .expect(200, [{ user: "Ada" }, "203.0.113.9", ["203.0.113.9", 0]]);
  });

  it("restores what the router changed for what comes behind", async () => {
    const app = express().use("/v1/:a", routerOf([["GET", "/:b", seen, { middleware: [leave] }]]));
    app.use((req, res) => void res.json([req.url, req.baseUrl, req.params]));
    function leave(_req: unknown, _res: unknown, next: (signal: string) => void) {
      next("router");
    }
    await request(app).get("/v1/x/y").expect(200, ["/v1/x/y", "", {}]);
  });
});

describe("a path", () => {
  const guard: RequestHandler = (_req, res) => void res.status(403).send("guarded");

  it.each([
    // An encoded letter is not the letter: the guard does not see it, so the route must not.
    ["/%61dmin/x", 404],
    ["/%41dmin/x", 404],
    ["/ADMIN/x", 403],
    ["//admin/x", 404],
    ["/admin//x", 403],
    ["/./admin/x", 404],
    ["/admin/x", 403],
    ["/admin%2Fx", 404],
  ])("%s behind a guard of /admin is %d", async (target, expected) => {
    const app = express()
      .use("/admin", guard)
      .use(routerOf(["/admin/x"]));
    expect((await once(app, "GET", target)).status).toBe(expected);
  });

  it.each(["/v1/x/%ZZ", "/v1/x/%C3%28", "/v1/x/%"])("%s is 400", async (target) => {
    const app = express().use("/v1", routerOf(["/x/:id"]));
    const { status, body } = await once(app, "GET", target);
    expect([status, JSON.parse(body)]).toEqual([
      400,
      expect.objectContaining({ code: "ERR_MALFORMED_PATH" }),
    ]);
  });

  it("that is malformed is handed to `next` with errors: 'next'", async () => {
    const app = express().use(routerOf(["/x/:id"], { errors: "next" }));
    app.use(((error: Error & { code: string; status: number }, _req, res, _next) => {
      res.status(418).json([error.code, error.status]);
    }) satisfies ErrorRequestHandler);
    const { status, body } = await once(app, "GET", "/x/%ZZ");
    expect([status, JSON.parse(body)]).toEqual([418, ["ERR_MALFORMED_PATH", 400]]);
  });

  it.each([
    ["/x/%ZZ/y", 404],
    ["/%ZZ", 404],
  ])("%s, malformed where nothing matches, is %d", async (target, expected) => {
    const app = express().use(routerOf(["/x/:id"]));
    expect((await once(app, "GET", target)).status).toBe(expected);
  });

  it.each([
    ["/x/a%2Fb", "a/b"],
    ["/x/%252F", "%2F"],
    ["/x/%00", "\0"],
    ["/x/%2e%2e", ".."],
    ["/x/%E2%82%AC", "€"],
    ["/x/..", ".."],
  ])("%s binds one component, decoded once", async (target, id) => {
    const app = express().use(routerOf(["/x/:id"]));
    const { body } = await once(app, "GET", target);
    expect(JSON.parse(body)).toMatchObject({ matches: { id }, params: { id } });
  });

  it.each([
    ["/x", "http://h/x?next=/admin"],
    ["/", "http://h?next=/admin"],
    ["/", "http://h"],
    ["/x", "http://h/v1/x", "/v1"],
    ["/", "http://h/v1?next=/admin", "/v1"],
  ])("in a target of absolute form matches %s: %s", async (expected, target, prefix = "/") => {
    const app = express().use(prefix, routerOf(["/", "/x", "/admin"]));
    const { body } = await once(app, "GET", target);
    expect(JSON.parse(body)).toMatchObject({ pattern: expected });
  });

  it.each([
    [{}, "/Abc", "/abc", 404],
    [{}, "/Abc", "/Abc/", 200],
    [{ caseSensitive: false }, "/Abc", "/aBC", 200],
    [{ strict: true }, "/abc", "/abc/", 404],
    [{ strict: true }, "/abc/", "/abc/", 200],
    [{ strict: true }, "/abc/", "/abc", 404],
    [{ strict: true }, "/", "/", 200],
    [{ caseSensitive: false, strict: true }, "/abc/", "/ABC/", 200],
  ])("with %j, %s against %s is %d", async (options, pattern, target, expected) => {
    await request(express().use(routerOf([pattern], options)))
      .get(target)
      .expect(expected);
  });

  it.each(["__proto__", "constructor", "hasOwnProperty", "toString"])(
    "may bind a parameter that is called %s, and one with that value",
    async (name) => {
      const app = express().use(
        routerOf([route(`/:${name}`, ({ matches }) => new JsonResponse(Object.entries(matches)))]),
      );
      await request(app)
        .get(`/${name}`)
        .expect(200, [[name, name]]);
      expect(({} as Record<string, unknown>)["x"]).toBeUndefined();
    },
  );

  it("gives req.params the keys and strings of matches, without a prototype", async () => {
    let params: unknown;
    const app = express().use(
      routerOf([
        route("/x/:a/:rest*", ({ raw, matches }) => {
          params = [raw.params, matches];
          return new Response();
        }),
      ]),
    );
    await request(app).get("/x/1").expect(200);
    expect(params).toEqual([{ a: "1" }, { a: "1" }]);
    await request(app).get("/x/1/2/3").expect(200);
    expect(params).toEqual([
      { a: "1", rest: "2/3" },
      { a: "1", rest: "2/3" },
    ]);
    expect((params as object[]).map((each) => Object.getPrototypeOf(each))).toEqual([null, null]);
  });
});

describe("mergeParams", () => {
  const patterns = ["/one/:id", "/maybe/:id?", "/many/:id*", "/other/:other"];

  it.each([
    // The parent's `id` is in req.params where the route has none of its own, and never in matches.
    ["/p/one/c", { id: "c" }, { id: "c" }],
    ["/p/maybe/c", { id: "c" }, { id: "c" }],
    ["/p/maybe", {}, { id: "p" }],
    ["/p/many", {}, { id: "p" }],
    ["/p/many/c/d", { id: "c/d" }, { id: "c/d" }],
    ["/p/other/o", { other: "o" }, { id: "p", other: "o" }],
  ])("%s binds %j and shows %j", async (target, matches, params) => {
    const app = express().use("/:id", routerOf(patterns, { mergeParams: true }));
    const { body } = await request(app).get(target).expect(200);
    expect(body).toMatchObject({ matches, params });
    expect(Object.keys((body as { matches: object }).matches)).toEqual(Object.keys(matches));
  });

  it("shows only the route's own without it", async () => {
    const app = express().use("/:id", routerOf(patterns));
    const { body } = await request(app).get("/p/other/o").expect(200);
    expect((body as { params: object }).params).toEqual({ other: "o" });
  });

  it.each([false, true])(
    "leaves matches to the pattern, whatever router.param makes of them: %s",
    async (merge) => {
      const router = routerOf(["/one/:id"], { mergeParams: merge });
      router.param("id", (req, _res, next) => {
        req.params["id"] = "made";
        next();
      });
      const { body } = await request(express().use(router)).get("/one/c").expect(200);
      expect(body).toMatchObject({ matches: { id: "c" }, params: { id: "made" } });
    },
  );

  it("passes through nested routers", async () => {
    const outer = express.Router({ mergeParams: true });
    outer.use("/:b", routerOf(["/:c"], { mergeParams: true }));
    const app = express().use("/:a", outer);
    const { body } = await request(app).get("/1/2/3").expect(200);
    expect(body).toMatchObject({ params: { a: "1", b: "2", c: "3" }, matches: { c: "3" } });
  });

  it("binds by the path that was matched, whatever middleware makes of req.url", async () => {
    const rewrite: RequestHandler = (req, _res, next) => {
      req.url = "/maybe/changed";
      next();
    };
    const app = express().use(
      "/:id",
      routerOf([["GET", "/maybe/:id?", seen, { middleware: [rewrite] }]], { mergeParams: true }),
    );
    const { body } = await request(app).get("/p/maybe").expect(200);
    expect((body as { matches: object }).matches).toEqual({});
  });

  it("does not call router.param for the parent's value of an absent parameter", async () => {
    const router = routerOf(["/maybe/:id?"], { mergeParams: true });
    const values: unknown[] = [];
    router.param("id", (_req, _res, next, value) => {
      values.push(value);
      next();
    });
    const app = express().use("/:id", router);
    await request(app).get("/p/maybe/c").expect(200);
    await request(app).get("/p/maybe").expect(200);
    await request(app).get("/p/maybe/d").expect(200);
    expect(values).toEqual(["c", "d"]);
  });
});

describe("router.param(name, callback)", () => {
  const same: Route = [
    "GET",
    "/x/:id",
    seen,
    { middleware: [((_req, _res, next) => next("route")) as RequestHandler] },
  ];

  it.each<[string, (next: () => void) => void]>([
    ["at once", (next) => next()],
    ["later", (next) => void setImmediate(next)],
  ])("is called once for a value that several routes bind, and may go on %s", async (_name, goOn) => {
    const router = routerOf([same, same, "/x/:id"]);
    const calls: unknown[] = [];
    router.param("id", (req, _res, next, value, name) => {
      calls.push([value, name, (req.params as Record<string, string>)["id"]]);
      goOn(next);
    });
    await request(express().use(router)).get("/x/a%20b").expect(200);
    expect(calls).toEqual([["a b", "id", "a b"]]);
  });

  it("is called again where another route binds another value", async () => {
    const router = routerOf([same, "/:id/y"]);
    const values: unknown[] = [];
    router.param("id", (_req, _res, next, value) => {
      values.push(value);
      next();
    });
    await request(express().use(router)).get("/x/y").expect(200);
    expect(values).toEqual(["y", "x"]);
  });

  it.each<[string, (next: (error: unknown) => void) => void]>([
    ["throws", () => { throw new Error("no such id"); }], // prettier-ignore
    ["passes an error on", (next) => void setImmediate(next, new Error("no such id"))],
  ])("that %s ends in the app's error middleware", async (_name, fail) => {
    const router = routerOf(["/x/:id"]);
    router.param("id", (_req, _res, next) => fail(next));
    const app = express().use(router);
    app.use(
      ((error: Error, _req, res, _next) =>
        void res.status(500).send(error.message)) satisfies ErrorRequestHandler,
    );
    await request(app).get("/x/1").expect(500, "no such id");
  });

  it("may answer with an ErrorResponse", async () => {
    const router = routerOf(["/x/:id"]);
    router.param("id", () => {
      throw new ErrorResponse("no such id", 404);
    });
    await request(express().use(router)).get("/x/1").expect(404, { error: "no such id" });
  });
});

describe("the order of routes", () => {
  it("lets the first that matches win, across Resources and routes added by hand", async () => {
    class First extends Resource {
      @get("/a/:any")
      a() {
        return new Response("first");
      }
    }
    class Second extends Resource {
      @get("/:any/b")
      b() {
        return new Response("second");
      }
      @get("/:any/c")
      c() {
        return new Response("second");
      }
    }
    const router = new Router().registerRoutes(new First()).registerRoutes(new Second()).router();
    router.get("/x/c", says("by hand"));
    router.get("/x/d", says("by hand"));
    const app = express().use(router);
    await request(app).get("/a/b").expect("first");
    await request(app).get("/x/b").expect("second");
    await request(app).get("/x/c").expect("second");
    await request(app).get("/x/d").expect("by hand");
  });

  it.each([
    ["route", "next match"],
    ["router", "behind"],
    [undefined, "handler"],
  ])("next(%j) in middleware leads to the %s", async (signal, expected) => {
    const go: RequestHandler = (_req, _res, next) =>
      signal === undefined ? next() : next(signal as "route");
    const router = routerOf([
      ["GET", "/x", answers("handler"), { middleware: [go] }],
      ["POST", "/x", answers("never")],
      route("/:any", answers("next match")),
    ]);
    const app = express().use(router, says("behind"));
    await request(app).get("/x").expect(200, expected);
  });

  it("answers HEAD by GET's route, and by HEAD's own where it comes first", async () => {
    class Heads extends Resource {
      @head("/own")
      own() {
        return new Response(null, 200, { "X-By": "head" });
      }
      @get("/own")
      @get("/got")
      got() {
        return new Response("body", 200, { "X-By": "get" });
      }
    }
    const app = express().use(new Heads().router());
    const { status, headers, body } = await once(app, "HEAD", "/got");
    expect([status, headers["x-by"], headers["content-length"], headers["etag"], body]).toEqual([
      200, "get", "4", (await once(app, "GET", "/got")).headers["etag"], "",
    ]); // prettier-ignore
    expect((await once(app, "HEAD", "/own")).headers["x-by"]).toBe("head");
    expect((await once(app, "GET", "/own")).headers["x-by"]).toBe("get");
  });
});

describe("OPTIONS", () => {
  class Things extends Resource {
    @get("/things/:id")
    @patch("/things/:id")
    show() {
      return new Response();
    }
    @del("/things/:any")
    remove() {
      return new Response();
    }
    @post("/things")
    create() {
      return new Response();
    }
  }
  const allowed = (header: string | undefined) => (header ?? "").split(/,\s*/).toSorted();

  it("is answered with every method of the path, HEAD included", async () => {
    const router = new Things().router();
    router.put("/things/:id", says("by hand"));
    const app = express().use("/v1", router);
    const { status, headers } = await once(app, "OPTIONS", "/v1/things/1");
    expect([status, allowed(headers.allow)]).toEqual([200, ["DELETE", "GET", "HEAD", "PATCH", "PUT"]]);
  });

  it("passes a path that no route has, and `*`, which none can have", async () => {
    class Anything extends Resource {
      @get("/:rest*")
      get() {
        return new Response();
      }
    }
    const app = express().use(new Anything().router());
    expect((await once(app, "OPTIONS", "/x")).status).toBe(200);
    expect((await once(app, "OPTIONS", "*")).status).toBe(404);
    expect((await once(express().use(new Things().router()), "OPTIONS", "/none")).status).toBe(404);
  });
});

describe("router.stack", () => {
  const trace: string[] = [];
  const traces =
    (text: string): RequestHandler =>
    (_req, _res, next) => {
      trace.push(text);
      next();
    };
  beforeEach(() => trace.splice(0));

  it("takes middleware, routes and error middleware by hand, before and after requests were served", async () => {
    const router = routerOf([
      route("/x", answers("x")),
      route("/fails", () => Promise.reject(new Error("failed"))),
    ]);
    const app = express().use(router);
    await request(app).get("/x").expect("x");
    router.use(traces("behind"));
    router.get("/y", says("y"));
    router.use("/sub", routerOf([route("/z", answers("z"))]));
    router.use(
      ((error: Error, _req, res, _next) =>
        void res.status(500).send(error.message)) satisfies ErrorRequestHandler,
    );
    await request(app).get("/y").expect("y");
    await request(app).get("/sub/z").expect("z");
    await request(app).get("/fails").expect(500, "failed");
    await request(app).get("/x").expect("x");
    expect(trace).toEqual(["behind", "behind"]);
  });

  it.each<[string, (router: express.Router) => void, string, string[]]>([
    ["moved to the front", ({ stack }) => void stack.unshift(...stack.splice(-1)), "a", ["hand"]],
    ["left behind", () => {}, "a", []],
    ["moved in between", ({ stack }) => void stack.splice(1, 0, ...stack.splice(-1)), "a", []],
    ["removed", ({ stack }) => void stack.pop(), "a", []],
    ["with a route removed", ({ stack }) => void stack.shift(), "b", []],
    ["with the stack reversed", ({ stack }) => void stack.reverse(), "b", ["hand"]],
    ["swapped with another", ({ stack }) => void stack.splice(0, 2, ...stack.slice(0, 2).reverse()), "b", []],
    ["with a length cut", ({ stack }) => void (stack.length = 0), "none", []],
    ["with the stack replaced", (router) => void (router.stack = router.stack.slice(1)), "b", []],
    ["with a layer replaced", ({ stack }) => void ([stack[0]] = [stack[1] as never]), "b", []],
  ])("changes with a layer %s", async (_name, change, expected, traced) => {
    const router = routerOf([route("/x", answers("a")), route("/:any", answers("b"))]);
    router.use(traces("hand"));
    const app = express().use(router, says("none"));
    // So that the positions have been taken.
    await request(app).get("/x").expect("a");
    trace.splice(0);
    change(router);
    await request(app).get("/x").expect(expected);
    expect(trace).toEqual(traced);
  });

  it("changes through a reference that was kept, and through a list that was assigned", async () => {
    const router = routerOf([route("/x", answers("a")), route("/:any", answers("b"))]);
    const app = express().use(router);
    const kept = router.stack;
    await request(app).get("/x").expect("a");
    kept.reverse();
    await request(app).get("/x").expect("b");
    const assigned = [...kept].reverse();
    router.stack = assigned;
    await request(app).get("/x").expect("a");
    assigned.reverse();
    await request(app).get("/x").expect("b");
    expect(router.stack).toBe(assigned);
  });

  it("runs a layer that stands there twice, twice", async () => {
    const router = routerOf([
      [
        "GET",
        "/x",
        answers("x"),
        { middleware: [traces("route"), (_req, _res, next: (s: string) => void) => next("route")] },
      ],
    ]);
    router.stack.push(...router.stack);
    await request(express().use(router, says("behind")))
      .get("/x")
      .expect("behind");
    expect(trace).toEqual(["route", "route"]);
  });

  it("gives layers that work in the stack of another router", async () => {
    const router = express.Router();
    router.stack.push(...routerOf([route("/x/:id", ({ matches }) => new JsonResponse(matches))]).stack);
    await request(express().use(router)).get("/x/1").expect(200, { id: "1" });
  });

  it("may grow while a request is on its way", async () => {
    const grow: RequestHandler = (_req, _res, next) => {
      router.get("/late", says("late"));
      next();
    };
    const router = routerOf([]);
    router.use(grow);
    await request(express().use(router)).get("/late").expect("late");
  });

  it("is an array, which lists what was written by hand and what was not", () => {
    const router = new Users().router();
    router.get("/by-hand", says(""));
    expect(Array.isArray(router.stack)).toBe(true);
    expect(router.stack.map((layer) => layer.route?.path)).toEqual([
      "/users", "/users/:id", "/users", "/users/:id", "/by-hand",
    ]); // prettier-ignore
  });

  it("asks, of many routes, only those that the path concerns", async () => {
    const router = routerOf(Array.from({ length: 1000 }, (_, at) => route(`/r${at}/:id`)));
    let asked = 0;
    for (const layer of router.stack as unknown as { match: (path: string) => unknown }[]) {
      const { match } = layer;
      layer.match = (path) => {
        asked++;
        return match(path);
      };
    }
    const app = express().use(router);
    await request(app).get("/r999/1").expect(200);
    expect(asked).toBe(1);
    await request(app).get("/none").expect(404);
    expect(asked).toBe(1);
  });
});

describe("middleware that rewrites req.url", () => {
  const to =
    (url: string): RequestHandler =>
    (req, _res, next) => {
      req.url = url;
      next();
    };

  it.each<[string, string, string]>([
    ["in front of the router", "/old", "new"],
    ["by hand in front of our routes", "/first", "new"],
    ["between our routes", "/between", "last"],
    ["in the route itself, which goes on", "/own", "own"],
    ["in a route that passes on to those behind it", "/passes", "last"],
  ])("%s leads to what a hand-written router would run", async (_name, target, expected) => {
    const passes: RequestHandler = (req, _res, next) => {
      req.url = "/last";
      next("route");
    };
    const router = routerOf([
      ["GET", "/own", answers("own"), { middleware: [to("/last")] }],
      ["GET", "/passes", answers("never"), { middleware: [passes] }],
      route("/new", answers("new")),
      route("/between", answers("never"), "POST"),
      route("/last", answers("last")),
    ]);
    router.use((req, _res, next) => {
      if (req.url === "/first") req.url = "/new";
      next();
    });
    router.stack.unshift(...router.stack.splice(-1));
    router.all("/between", to("/last"));
    router.stack.splice(-2, 0, ...router.stack.splice(-1));
    const app = express();
    app.use((req, _res, next) => {
      if (req.url === "/old") req.url = "/new";
      next();
    });
    await request(app.use(router)).get(target).expect(200, expected);
  });

  it("never leads back to a route that is passed", async () => {
    const router = routerOf([
      route("/early", answers("never")),
      [
        "GET",
        "/x",
        answers("never"),
        { middleware: [((req, _res, next) => ((req.url = "/early"), next("route"))) as RequestHandler] },
      ],
    ]);
    await request(express().use(router)).get("/x").expect(404);
  });
});

describe("requests at the same time", () => {
  it.each([false, true])("keep their own parameters, with mergeParams %s", async (mergeParams) => {
    const wait: RequestHandler = (req, _res, next) => {
      setTimeout(next, Number((req as ExpressRequest<{ id: string }>).params.id) % 7);
    };
    const router = routerOf(
      [
        [
          "GET",
          "/x/:id",
          seen,
          { middleware: [wait, ((_req, _res, next) => next("route")) as RequestHandler] },
        ],
        ["GET", "/x/:id/:rest*", seen, { middleware: [wait] }],
      ],
      { mergeParams },
    );
    router.param("id", (_req, _res, next, value) => void setTimeout(next, 6 - (Number(value) % 7)));
    const live = await listen(express().use("/:tenant", router));
    const bodies = await Promise.all(
      Array.from({ length: 100 }, async (_, id) => {
        const { body } = await live.send("GET", `/t${id}/x/${id}${id % 2 === 0 ? "" : `/r/${id}`}`);
        return JSON.parse(body) as unknown;
      }),
    );
    await live.close();
    for (const [at, body] of bodies.entries()) {
      const matches = at % 2 === 0 ? { id: `${at}` } : { id: `${at}`, rest: `r/${at}` };
      const params = mergeParams ? { tenant: `t${at}`, ...matches } : matches;
      expect(body).toMatchObject({ matches, baseUrl: `/t${at}` });
      expect((body as { params: object }).params).toEqual(params);
    }
  });
});

describe("Express's own router.handle(req, res, next)", () => {
  it("is what runs our routes, so that a patch of it is heeded", async () => {
    const owner = (EXPRESS_MAJOR === 5 ? express.Router.prototype : express.Router) as { handle(): void };
    const handle = jest.spyOn(owner, "handle");
    try {
      const router = routerOf([route("/x", answers("x"))]);
      await request(express().use(router)).get("/x").expect("x");
      const views = (handle.mock.contexts as object[]).filter(
        (each) => Object.getPrototypeOf(each) === router,
      );
      expect(views).toHaveLength(1);
    } finally {
      handle.mockRestore();
    }
  });
});

describe("OPTIONS * on a socket", () => {
  it("is answered with 404", async () => {
    const live = await listen(express().use(routerOf(["/:rest*"])));
    const answer = await new Promise<string>((resolve, reject) => {
      let text = "";
      const socket = connect(live.port, "127.0.0.1", () => {
        socket.write("OPTIONS * HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
      });
      socket.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
      socket.on("error", reject).on("close", () => resolve(text));
    });
    await live.close();
    expect(answer).toMatch(/^HTTP\/1\.1 404 /);
  });
});
