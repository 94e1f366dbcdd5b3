import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { EventEmitter, once as event } from "node:events";
import express from "express";
import type { ErrorRequestHandler, NextFunction, Request as ExpressRequest, RequestHandler } from "express";
import { JsonResponse, Router } from "colonnade";
import type { Request, Route } from "colonnade";
import { once, wayOf } from "./live";

// A route is run without Express's walk over the stack where that would come to nothing else. Which way a request
// went, a handler can tell by the functions that have called it.

/** What a handler finds of the request that only the way to it has made. */
function show({ matches, raw }: Request) {
  const { params, baseUrl, url, originalUrl, route, next, res, method } = raw;
  return {
    way: wayOf(new Error("where")),
    seen: {
      matches: { ...matches },
      params: { ...params },
      urls: [baseUrl, url, originalUrl],
      route: (route as { path: string; methods: object } | undefined)?.path,
      methods: Object.keys((route as { methods: object }).methods),
      next: typeof next,
      answers: res === raw.res && res.req === raw,
      method,
    },
  };
}

type Seen = ReturnType<typeof show>;

const answer = (request: Request) => new JsonResponse(show(request));
const pass: RequestHandler = (_req, _res, next) => next("route");
const leave: RequestHandler = (_req, _res, next) => next("router");
const fail: RequestHandler = (_req, _res, next) => next(new Error("passed on"));
const rewrite: RequestHandler = (req, _res, next) => {
  req.url = "/another";
  next("route");
};

const routes: Route[] = [
  ["GET", "/fixed", answer],
  ["GET", "/items/:id", answer],
  ["POST", "/items/:other", answer],
  ["GET", "/files/:path+", answer],
  ["GET", "/maybe/:id?", answer],
  ["GET", "/twice/:first", answer, { middleware: [pass] }],
  ["GET", "/twice/:second", answer],
  ["GET", "/rewritten", answer, { middleware: [rewrite] }],
  ["GET", "/leaves", answer, { middleware: [leave] }],
  ["GET", "/fails", answer, { middleware: [fail] }],
  ["GET", "/later", async (request) => Promise.resolve(answer(request))],
  ["GET", "/asks", ({ raw }) => { (raw.next as NextFunction)(); return raw.res; }], // prettier-ignore
  ["GET", "/:any", answer],
];

function appOf(router: express.Router): express.Express {
  const last: ErrorRequestHandler = (error: Error, req, res, _next) => {
    res.status(500).json({ error: error.message, after: [req.baseUrl, req.url, { ...req.params }] });
  };
  const after: RequestHandler = (req, res) => {
    res.status(404).json({ after: [req.baseUrl, req.url, { ...req.params }, typeof req.next] });
  };
  return express().use("/api", router).use(after).use(last);
}

const mounted = () => new Router().registerRoutes(routes).router();

async function ask(app: express.Express, method: string, target: string) {
  const { status, headers, body } = await once(app, method, target);
  const json = (body === "" ? {} : JSON.parse(body)) as Partial<Seen>;
  return { way: json.way, status, allow: headers.allow, seen: json.seen };
}

/** Has Express's own walk take place, which somebody may listen to. */
async function walking<Result>(action: () => Promise<Result>): Promise<Result> {
  const start = "tracing:express.router.request:start";
  const listener = () => {};
  subscribe(start, listener);
  try {
    return await action();
  } finally {
    unsubscribe(start, listener);
  }
}

describe("a mounted router whose routes nothing else concerns", () => {
  it.each<[string, string, string | undefined]>([
    ["GET", "/api/fixed", "at once"],
    ["GET", "/api/fixed?a=b", "at once"],
    ["GET", "/api/fixed/", "at once"],
    ["GET", "/api/items/1", "at once"],
    ["HEAD", "/api/items/1", undefined],
    ["POST", "/api/items/1", "at once"],
    ["GET", "/api/items/a%20b%2Fc", "at once"],
    ["GET", "/api/files/a/b", "at once"],
    ["GET", "/api/maybe", "at once"],
    ["GET", "/api/items/x#z", "by the walk"], // which Express parses in earnest
    ["GET", "/api/twice/x", "by the walk"], // behind a route that passed it on
    ["GET", "/api/later", "at once"],
    ["GET", "/api/other", "at once"],
  ])("runs the route of %s %s %s, with what the walk gives it", async (method, target, way) => {
    const app = appOf(mounted());
    const direct = await ask(app, method, target);
    const walked = await walking(() => ask(app, method, target));
    expect(direct.status).toBe(200);
    expect([direct.way, walked.way]).toEqual([way, method === "HEAD" ? undefined : "by the walk"]);
    expect([direct.status, direct.seen]).toEqual([walked.status, walked.seen]);
  });

  it.each([
    ["GET", "/api/rewritten", 200],
    ["GET", "/api/leaves", 404],
    ["GET", "/api/fails", 500],
    ["GET", "/api/asks", 200],
    ["GET", "/api/none/of/them", 404],
    ["GET", "/api/items/a'b?x#y", 200],
    ["PUT", "/api/items/1", 404],
    ["OPTIONS", "/api/items/1", 200],
    ["GET", "/api/items/%ZZ", 400],
    ["HEAD", "/api/none/of/them", 404],
  ])("passes %s %s on as the walk does", async (method, target, status) => {
    const app = appOf(mounted());
    const direct = await once(app, method, target);
    const walked = await walking(() => once(app, method, target));
    expect(direct.status).toBe(status);
    expect([direct.body, direct.headers.allow]).toEqual([walked.body, walked.headers.allow]);
  });
});

describe("a mounted router", () => {
  const way = async (router: express.Router) => (await ask(appOf(router), "GET", "/api/items/1")).way;
  const noop: RequestHandler = (_req, _res, next) => next();

  it.each<[string, (router: express.Router) => unknown]>([
    ["has a layer that was added by hand", (router) => router.use(noop)],
    ["has a route that was added by hand", (router) => router.get("/by/hand", noop)],
    ["has a callback of router.param", (router) => router.param("id", noop)],
    ["has had its stack put in another order", (router) => router.stack.reverse()],
    ["has a layer whose match was replaced", (router) => {
      const [, layer] = router.stack as unknown as { match: (path: string) => unknown }[];
      if (layer === undefined) throw new Error("There is no layer");
      const { match } = layer;
      layer.match = (path) => match(path);
    }],
  ])("walks where it %s", async (_, change) => {
    const router = mounted();
    expect(await way(router)).toBe("at once");
    change(router);
    expect(await way(router)).toBe("by the walk");
  }); // prettier-ignore

  it("walks with mergeParams, which gives a route the parameters of others", async () => {
    expect(await way(new Router().registerRoutes(routes).router({ mergeParams: true }))).toBe("by the walk");
  });

  it("walks where the path concerns a class with middleware, and only there", async () => {
    const group = { name: "Guarded", middleware: [noop] };
    const router = new Router().registerRoutes([...routes, ["GET", "/guarded", answer, { group }]]).router();
    expect(await way(router)).toBe("at once");
    const { way: guarded } = await ask(appOf(router), "GET", "/api/guarded");
    expect(guarded).toBe("by the walk");
  });

  it("walks where somebody has put a function in the place of Express's handle, which is then called", async () => {
    const router = mounted();
    const prototype = Object.getPrototypeOf(router) as { handle: (...args: unknown[]) => unknown };
    const { handle } = prototype;
    const calls: string[] = [];
    prototype.handle = function watched(...args) {
      calls.push((args[0] as ExpressRequest).url);
      return Reflect.apply(handle, this, args);
    };
    try {
      expect(await way(router)).toBe("by the walk");
      expect(calls).toContain("/items/1");
    } finally {
      prototype.handle = handle;
    }
    expect(await way(router)).toBe("at once");
  });

  it("runs what somebody has put in the place of a layer's handle, or a route's", async () => {
    const router = mounted();
    const [, second] = router.stack as unknown as { handle: RequestHandler; route: express.IRoute }[];
    if (second === undefined) throw new Error("There is no layer");
    const calls: string[] = [];
    const { handle } = second;
    second.handle = (req, res, next) => {
      calls.push("layer");
      return handle(req, res, next);
    };
    second.route.stack.unshift({ ...second.route.stack[0], handle: noop, name: "noop" } as never);
    const [first] = second.route.stack;
    Object.setPrototypeOf(first, Object.getPrototypeOf(second) as object);
    expect(await way(router)).toBe("at once");
    expect(calls).toEqual(["layer"]);
  });

  it("goes on once where a route passes a request on twice", async () => {
    const calls: string[] = [];
    const passTwice: RequestHandler = (_req, _res, next) => {
      next("route");
      next("route");
    };
    const count = ({ raw }: Request) => {
      calls.push("second");
      return raw.res;
    };
    const router = new Router()
      .registerRoutes([
        ["GET", "/x", answer, { middleware: [passTwice] }],
        ["GET", "/x", count],
      ])
      .router();
    const after: RequestHandler = (_req, res) => void res.end("after");
    const { body } = await once(express().use(router).use(after), "GET", "/x");
    expect([body, calls]).toEqual(["after", ["second"]]);
  });

  it("goes on behind the route also where its layer has been taken out meanwhile", async () => {
    const calls: string[] = [];
    const router = new Router().registerRoutes([["GET", "/x", answer, { middleware: [wait] }]]).router();
    const app = express().use(router);
    const waiting = new EventEmitter();
    function wait(_req: unknown, _res: unknown, next: NextFunction) {
      router.stack.splice(0, 1);
      router.use((_first, _second, goOn) => {
        calls.push("added");
        goOn();
      });
      waiting.emit("reached", next);
    }
    const reached = event(waiting, "reached");
    const first = once(app, "GET", "/x");
    const [next] = (await reached) as [NextFunction];
    const second = await once(app, "GET", "/y");
    next("route");
    expect([(await first).status, second.status]).toEqual([404, 404]);
    expect(calls).toEqual(["added"]);
  });

  it("passes by for a request that has no url", () => {
    const next = jest.fn();
    mounted()({ method: "GET" } as never, {} as never, next);
    expect(next).toHaveBeenCalledWith();
  });

  it("answers by the first route that has the method, also one that was given to it by hand", async () => {
    const router = mounted();
    const [, second] = router.stack as unknown as { route: express.IRoute }[];
    second?.route.put((_req, res) => void res.json({ way: "put by hand" }));
    expect((await ask(appOf(router), "PUT", "/api/items/1")).way).toBe("put by hand");
  });
});
