import { readFileSync } from "node:fs";
import { setImmediate } from "node:timers/promises";
import express from "express";
import type {
  ErrorRequestHandler,
  Express,
  Request as ExpressRequest,
  RequestHandler,
  Response as ExpressResponse,
} from "express";
import httpErrors from "http-errors";
import { ErrorResponse, Resource, Response, Router, get, use } from "colonnade";
import type { RouterOptions } from "colonnade";
import { appOf, ask } from "./served";

// Jest fails a test in which a rejection stays unhandled, if it lasts until Node has noticed.
afterEach(() => setImmediate());

class StatusError extends Error {
  constructor(readonly status: number) {
    super(`status ${status}`);
  }
}

const teapot = Object.assign(new Error("teapot"), { statusCode: 418 });
const frozen = Object.freeze({ status: 409 });
const hostile = {
  get status() {
    throw new Error("status");
  },
  get constructor() {
    throw new Error("constructor");
  },
};

const errors: [name: string, thrown: unknown, status: number][] = [
  ["an Error", new Error("secret"), 500],
  ["an Error with a status of 404", new StatusError(404), 404],
  ["an Error with a status of 503", new StatusError(503), 503],
  ["an Error with a status of 200", new StatusError(200), 500],
  ["an Error with a statusCode", teapot, 418],
  ["an error of http-errors", httpErrors(422, "unprocessable"), 422],
];
const others: [name: string, thrown: unknown, status: number][] = [
  ["null", null, 500],
  ["undefined", undefined, 500],
  ["false", false, 500],
  ["0", 0, 500],
  ["404", 404, 500],
  ['""', "", 500],
  ['"route"', "route", 500],
  ['"router"', "router", 500],
  ["a string", "went wrong", 500],
  ["a symbol", Symbol("s"), 500],
  ["an object", { a: 1 }, 500],
  ["an object without a prototype", Object.create(null), 500],
  ["a status of 200", { status: 200 }, 500],
  ["a status of 302", { status: 302, statusCode: 302 }, 500],
  ["a status of 404", { status: 404 }, 404],
  ["a statusCode of 503", { statusCode: 503 }, 503],
  ["a status of 600", { status: 600 }, 500],
  ['a status of "404"', { status: "404" }, 500],
  ["what can't be changed", frozen, 409],
  ["what can't be read", hostile, 500],
  ["a Response", new Response("x", 404), 404],
];

/** Where something is thrown from, given the app that it is in. */
const origins: Record<string, (app: Express, thrown: () => unknown, options?: RouterOptions) => Express> = {
  "a handler": (app, thrown, options) => appOf(() => raise(thrown), options, app),
  "an async handler": (app, thrown, options) =>
    appOf(async () => (await setImmediate(), raise(thrown)), options, app), // prettier-ignore
  "@use of a method": (app, thrown, options) => {
    class Guarded extends Resource {
      @use(() => raise(thrown))
      @get("/")
      show() {
        return new Response("not guarded");
      }
    }
    return app.use(new Guarded().router(options));
  },
  "async @use of a method": (app, thrown, options) => {
    class Guarded extends Resource {
      @use(async () => (await setImmediate(), raise(thrown)))
      @get("/")
      show() {
        return new Response("not guarded");
      }
    }
    return app.use(new Guarded().router(options));
  },
  "@use of a class": (app, thrown, options) => {
    @use(() => raise(thrown))
    class Guarded extends Resource {
      @get("/")
      show() {
        return new Response("not guarded");
      }
    }
    return app.use(new Guarded().router(options));
  },
  "async @use of a class": (app, thrown, options) => {
    @use(async () => (await setImmediate(), raise(thrown)))
    class Guarded extends Resource {
      @get("/")
      show() {
        return new Response("not guarded");
      }
    }
    return app.use(new Guarded().router(options));
  },
  "@use error middleware": (app, thrown, options) => {
    const first: RequestHandler = (_req, _res, next) => next(new Error("first"));
    const second: ErrorRequestHandler = (_error, _req, _res, _next) => raise(thrown);
    class Guarded extends Resource {
      @use(first, second)
      @get("/")
      show() {
        return new Response("not guarded");
      }
    }
    return app.use(new Guarded().router(options));
  },
  "reply()": (app, thrown, options) => {
    class Own extends Response {
      override reply(): void {
        raise(thrown);
      }
    }
    return appOf(() => new Own(), options, app);
  },
  "async reply()": (app, thrown, options) => {
    class Own extends Response {
      override async reply(): Promise<void> {
        await setImmediate();
        raise(thrown);
      }
    }
    return appOf(() => new Own(), options, app);
  },
};

function raise(thrown: () => unknown): never {
  throw thrown();
}

/** Notes what reaches error middleware, then lets Express's own answer; what falls through is a 404. */
function noting(app: Express, seen: unknown[]): Express {
  return app
    .use((_req, res) => void res.status(404).send("fell through"))
    .use((error: unknown, _req: ExpressRequest, _res: ExpressResponse, next: (error: unknown) => void) => {
      seen.push(error);
      next(error);
    });
}

describe.each(Object.entries(origins))("what %s throws", (_origin, mount) => {
  it.each(errors)("reaches error middleware once, as it is: %s", async (_name, thrown, status) => {
    const seen: unknown[] = [];
    const answer = await ask(
      noting(
        mount(express(), () => thrown),
        seen,
      ),
    );
    expect([answer.status, seen]).toEqual([status, [thrown]]);
    expect(seen[0]).toBe(thrown);
  });

  it.each(others)("reaches error middleware once, as an Error: %s", async (_name, thrown, status) => {
    const seen: unknown[] = [];
    const answer = await ask(
      noting(
        mount(express(), () => thrown),
        seen,
      ),
    );
    expect([answer.status, seen]).toEqual([status, [expect.any(Error)]]);
    const [error] = seen as Error[];
    expect(error?.message).toMatch(/^The (handler of GET \/|middleware \w+) threw .*, which is no Error$/);
    expect(Object.is(error?.cause, thrown)).toBe(true);
    expect((error as { status?: number }).status ?? 500).toBe(status);
  });

  it("is answered when it is an ErrorResponse, and no error middleware is told", async () => {
    const seen: unknown[] = [];
    const refusal = () => new ErrorResponse({ why: "teapot" }, 418, { "X-Why": "teapot" });
    for (const options of [{}, { errors: "next" }] as const) {
      const answer = await ask(noting(mount(express(), refusal, options), seen));
      expect([answer.status, answer.json(), answer.header("X-Why")]).toEqual([
        418,
        { why: "teapot" },
        "teapot",
      ]);
    }
    expect(seen).toEqual([]);
  });
});

describe("what a handler throws", () => {
  it.each([
    ["Node's own error", () => readFileSync("/no/such/file"), { code: "ENOENT" }],
    ["an AbortError", () => AbortSignal.abort().throwIfAborted(), { name: "AbortError" }],
    ["a TypeError", () => (undefined as unknown as { a: 1 }).a, { name: "TypeError" }],
  ])("is passed on as it is when it is %s", async (_name, act, expected) => {
    const seen: unknown[] = [];
    const app = appOf(() => {
      act();
      return new Response();
    });
    await ask(noting(app, seen));
    expect(seen).toEqual([expect.objectContaining(expected)]);
  });

  it("is not shown to a client in production", async () => {
    const logged = jest.spyOn(console, "error").mockImplementation(() => {}); // by Express
    const answer = await ask(appOf(() => raise(() => "secret"), {}, express().set("env", "production")));
    logged.mockRestore();
    expect([answer.status, answer.body.toString()]).toEqual([500, expect.not.stringContaining("secret")]);
  });

  it("reaches the error middleware of the router that mounts it before the app's", async () => {
    const order: string[] = [];
    const note =
      (name: string): ErrorRequestHandler =>
      (error, _req, _res, next) => {
        order.push(name);
        next(error);
      };
    const outer = express.Router();
    outer.use(new Router().registerRoutes([["GET", "/", () => raise(() => null)]]).router());
    outer.use(note("router"));
    const answer = await ask(express().use(outer).use(note("app")));
    expect([answer.status, order]).toEqual([500, ["router", "app"]]);
  });
});

describe("what @use middleware passes to next", () => {
  /** What a class answers whose first route's middleware is given, its second route, and the app. */
  async function answerTo(middleware: RequestHandler, seen: unknown[] = []): Promise<[number, string]> {
    class Two extends Resource {
      @use(middleware)
      @get("/")
      first() {
        return new Response("first");
      }

      @get("/")
      second() {
        return new Response("second");
      }
    }
    const { status, body } = await ask(noting(express().use(new Two().router()), seen));
    return [status, body.toString()];
  }

  it.each<[string, RequestHandler, number, string]>([
    ["nothing", (_req, _res, next) => next(), 200, "first"],
    ["route", (_req, _res, next) => next("route"), 200, "second"],
    ["route, later", async (_req, _res, next) => (await setImmediate(), next("route")), 200, "second"],
    ["router", (_req, _res, next) => next("router"), 404, "fell through"],
  ])("keeps Express's meaning: %s", async (_name, middleware, status, body) => {
    expect(await answerTo(middleware)).toEqual([status, body]);
  });

  it.each<[string, unknown]>([
    ["an Error", new StatusError(409)],
    ["a string", "no"],
  ])("goes to error middleware as it is: %s", async (_name, error) => {
    const seen: unknown[] = [];
    await answerTo((_req, _res, next) => next(error), seen);
    expect(seen).toEqual([error]);
  });

  it("is answered when it is an ErrorResponse", async () => {
    const refusal = new ErrorResponse("sign in", 401);
    expect(await answerTo((_req, _res, next) => next(refusal))).toEqual([401, '{"error":"sign in"}']);
  });

  it("can be seen by @use error middleware when it is an ErrorResponse", async () => {
    const seen: unknown[] = [];
    const guard: RequestHandler = (_req, _res, next) => next(new ErrorResponse("sign in", 401));
    const note: ErrorRequestHandler = (error, _req, _res, next) => {
      seen.push(error);
      next(error);
    };
    class Guarded extends Resource {
      @use(guard, note)
      @get("/")
      show() {
        return new Response("not guarded");
      }
    }
    expect((await ask(express().use(new Guarded().router()))).status).toBe(401);
    expect(seen).toEqual([expect.any(ErrorResponse)]);
  });

  it("is not sent over an answer that was begun, when it is an ErrorResponse", async () => {
    const seen: unknown[] = [];
    const app = express();
    const router = new Router().registerRoutes([]).router();
    router.get("/", (_req, res, next) => {
      res.write("begun");
      next(new ErrorResponse("too late", 401));
    });
    const answer = await ask(noting(app.use(router), seen));
    expect([answer.complete, seen]).toEqual([false, [expect.any(ErrorResponse)]]);
  });
});

describe("an ErrorResponse", () => {
  it("may be returned", async () => {
    const answer = await ask(appOf(() => new ErrorResponse("no", 409, { "Retry-After": 5 })));
    expect([answer.status, answer.json(), answer.header("Retry-After")]).toEqual([409, { error: "no" }, "5"]);
  });

  it("keeps its cause from the client", async () => {
    const cause = new Error("secret");
    const answer = await ask(appOf(() => raise(() => new ErrorResponse("no", 500, {}, { cause }))));
    expect([answer.status, answer.body.toString()]).toEqual([500, '{"error":"no"}']);
  });

  it.each([
    ["thrown", () => raise(() => new ErrorResponse("bad", 400))],
    ["passed to next", (next: (error: unknown) => void) => next(new ErrorResponse("bad", 400))],
  ])("may be %s in router.param", async (_name, refuse) => {
    const router = new Router().registerRoutes([["GET", "/:id", () => new Response("x")]]).router();
    router.param("id", (_req, _res, next) => refuse(next));
    const answer = await ask(express().use(router), { target: "/5" });
    expect([answer.status, answer.json()]).toEqual([400, { error: "bad" }]);
  });

  it("may be thrown by a route that was added to the router by hand", async () => {
    const router = new Router().registerRoutes([]).router();
    router.get("/", () => raise(() => new ErrorResponse("by hand", 400)));
    expect((await ask(express().use(router))).json()).toEqual({ error: "by hand" });
  });

  it("is a 500 by error middleware when its body can't be JSON", async () => {
    const seen: unknown[] = [];
    const answer = await ask(
      noting(
        appOf(() => raise(() => new ErrorResponse({ big: 1n }, 400))),
        seen,
      ),
    );
    expect([answer.status, seen]).toEqual([500, [expect.objectContaining({ code: "ERR_RESPONSE_INVALID" })]]);
  });
});

describe("a throw after the answer was begun", () => {
  const begin = (res: ExpressResponse) => {
    res.type("text").write("half");
  };
  class Begun extends Response {
    override async reply(_request: unknown, res: ExpressResponse): Promise<void> {
      begin(res);
      await setImmediate();
      throw new Error("half-way");
    }
  }
  /** Error middleware that would end the answer as if it were whole. */
  const ending =
    (seen: unknown[]): ErrorRequestHandler =>
    (error, _req, res, _next) => {
      seen.push(error);
      res.end();
    };
  const halfWay = () => new Error("half-way");

  it.each<[string, () => Express]>([
    [
      "a handler",
      () =>
        appOf(({ raw }) => {
          begin(raw.res);
          return raise(halfWay);
        }),
    ],
    [
      "an async handler",
      () =>
        appOf(async ({ raw }) => {
          begin(raw.res);
          await setImmediate();
          return raise(halfWay);
        }),
    ],
    [
      "a handler, null",
      () =>
        appOf(({ raw }) => {
          begin(raw.res);
          return raise(() => null);
        }),
    ],
    [
      "a handler, an ErrorResponse",
      () =>
        appOf(({ raw }) => {
          begin(raw.res);
          return raise(() => new ErrorResponse("half-way", 400));
        }),
    ],
    [
      "a handler, by what it returns",
      () =>
        appOf(({ raw }) => {
          begin(raw.res);
          return undefined;
        }),
    ],
    ["reply()", () => appOf(() => new Begun())],
  ])("cuts the connection, though error middleware ends the answer: %s", async (_name, app) => {
    const seen: unknown[] = [];
    const answer = await ask(app().use(ending(seen)));
    expect([answer.complete, seen]).toEqual([false, [expect.any(Error)]]);
  });

  it.each(["@use of a method", "async @use of a method", "@use of a class"] as const)(
    "cuts the connection, though error middleware ends the answer: %s",
    async (origin) => {
      const seen: unknown[] = [];
      const app = express().use((_req, res, next) => {
        begin(res);
        next();
      });
      const answer = await ask((origins[origin]?.(app, halfWay) ?? app).use(ending(seen)));
      expect([answer.complete, seen]).toEqual([false, [expect.any(Error)]]);
    },
  );

  it("cuts a body that its Content-Length would have ended", async () => {
    const app = appOf(({ raw }) => {
      raw.res.set("Content-Length", "8").write("half");
      return raise(halfWay);
    });
    expect(await ask(app)).toMatchObject({ complete: false });
  });

  it("leaves an answer that is complete, and is reported", async () => {
    const seen: unknown[] = [];
    const reported: unknown[] = [];
    const app = appOf(
      ({ raw }) => {
        raw.res.send("whole");
        return raise(() => "after");
      },
      { onError: (error, request) => reported.push([(error as Error).cause, request?.path]) },
    );
    const answer = await ask(noting(app, seen));
    expect([answer.status, answer.body.toString(), answer.complete]).toEqual([200, "whole", true]);
    expect([seen, reported]).toEqual([[], [["after", "/"]]]);
  });

  it("does not become an unhandled rejection when an async onError rejects", async () => {
    const logged = jest.spyOn(console, "error").mockImplementation(() => {});
    const failure = new Error("log");
    const app = appOf(
      ({ raw }) => {
        raw.res.send("whole");
        return raise(() => "after");
      },
      { onError: async () => Promise.reject(failure) },
    );
    await ask(app);
    await setImmediate();
    expect(logged.mock.calls).toEqual([[failure]]);
    logged.mockRestore();
  });
});
