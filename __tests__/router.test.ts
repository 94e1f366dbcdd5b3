import { execFileSync } from "node:child_process";
import { resolve } from "node:path";
import { Readable } from "node:stream";
import { ReadableStream } from "node:stream/web";
import type { RequestHandler } from "express";
import {
  ColonnadeError,
  ErrorResponse,
  JsonResponse,
  Request,
  Resource,
  Response,
  Router,
  del,
  get,
  head,
  options,
  post,
  put,
  use,
  websocket,
} from "colonnade";
import type { DispatchOptions, Route, RouteSource } from "colonnade";

const client = ["127.0.0.1", 0] as const;

class Things extends Resource {
  @get("/things/:id")
  show({ matches, params, path, method, pattern }: Request<"/things/:id">) {
    return new JsonResponse({ matches, params, path, method, pattern });
  }
  @put("/things/:any")
  replace() {
    return new Response("replaced");
  }
  @del("/things/:id")
  remove() {
    return new Response(null, 204);
  }
  @post("/things", { maxContentLength: 4 })
  async create(request: Request<"/things">) {
    return new Response(await request.text(), 201);
  }
  @websocket("/socket")
  socket() {}
  @websocket("/both")
  both() {}
  @post("/both")
  bothPost() {
    return new Response();
  }
}

function routerOf(source: RouteSource | readonly Route[] = new Things(), options?: DispatchOptions) {
  return new Router(options).registerRoutes(source);
}

function dispatch(
  router: Router,
  method: string,
  target: string,
  headers?: Record<string, string>,
  body?: string,
) {
  const stream = body === undefined ? undefined : Readable.from([Buffer.from(body)]);
  return router.dispatch(new Request(client, method, target, undefined, undefined, headers, stream));
}

describe("Router.registerRoutes(routes)", () => {
  const route: Route = ["GET", "/x", () => new Response("x")];

  it("returns the router, and takes Resources and lists in order", async () => {
    const router = new Router();
    expect(router.registerRoutes([route]).registerRoutes(new Things())).toBe(router);
    expect(router.routes().map(([method, pattern]) => `${method} ${pattern}`)).toEqual([
      "GET /x",
      ...new Things().routes().map(([method, pattern]) => `${method} ${pattern}`),
    ]);
  });

  it.each<[string, unknown, string]>([
    ["a pattern", ["GET", "/x/(y)", () => {}], "ERR_PATH_SYNTAX"],
    ["a method", ["get", "/y", () => {}], "ERR_OPTION"],
    ["a callback", ["GET", "/y", undefined], "ERR_OPTION"],
    ["an option", ["GET", "/y", () => {}, { limit: 1 }], "ERR_OPTION"],
    ["a limit", ["GET", "/y", () => {}, { maxContentLength: -1 }], "ERR_OPTION"],
    ["no tuple", { method: "GET" }, "ERR_OPTION"],
  ])("adds none of a list in which %s is wrong", async (_name, wrong, code) => {
    const router = new Router();
    const list = [route, wrong, route] as Route[];
    expect(() => router.registerRoutes(list)).toThrow(expect.objectContaining({ code }) as Error);
    expect(router.routes()).toEqual([]);
    expect((await dispatch(router, "GET", "/x")).statusCode).toBe(404);
  });

  it.each([
    [Things, "function Things"],
    [undefined, "undefined"],
    [null, "null"],
    ["/x", '"/x"'],
    [{}, "an object of class Object"],
  ])("refuses %p", (routes, named) => {
    expect(() => new Router().registerRoutes(routes as never)).toThrow(
      expect.objectContaining({
        code: "ERR_OPTION",
        message: expect.stringContaining(named) as string,
      }) as Error,
    );
  });

  it("leaves its list to itself", () => {
    const router = new Router().registerRoutes([route]);
    router.routes().pop();
    expect(router.routes()).toEqual([route]);
  });
});

describe("Router.dispatch(request)", () => {
  it("answers with what the handler returns, which sees the request", async () => {
    const { statusCode, payload } = await dispatch(routerOf(), "GET", "/things/a%2Fb?x=1&x=2");
    expect([statusCode, payload]).toEqual([
      200,
      {
        matches: { id: "a/b" },
        params: { x: ["1", "2"] },
        path: "/things/a%2Fb",
        method: "GET",
        pattern: "/things/:id",
      },
    ]);
  });

  it.each([
    ["GET", "/none", 404, undefined, "ERR_NOT_FOUND"],
    ["GET", "/things", 405, "POST", "ERR_METHOD_NOT_ALLOWED"],
    ["POST", "/things/1", 405, "GET, PUT, DELETE, HEAD", "ERR_METHOD_NOT_ALLOWED"],
    ["constructor", "/things/1", 405, "GET, PUT, DELETE, HEAD", "ERR_METHOD_NOT_ALLOWED"],
    ["__proto__", "/none", 404, undefined, "ERR_NOT_FOUND"],
    ["get", "/things/1", 405, "GET, PUT, DELETE, HEAD", "ERR_METHOD_NOT_ALLOWED"],
    ["WEBSOCKET", "/socket", 426, undefined, "ERR_UPGRADE_REQUIRED"],
    ["GET", "/socket", 426, undefined, "ERR_UPGRADE_REQUIRED"],
    ["POST", "/socket", 426, undefined, "ERR_UPGRADE_REQUIRED"],
    ["OPTIONS", "/socket", 426, undefined, "ERR_UPGRADE_REQUIRED"],
    ["GET", "/both", 426, undefined, "ERR_UPGRADE_REQUIRED"],
    ["PUT", "/both", 405, "POST", "ERR_METHOD_NOT_ALLOWED"],
    ["GET", "/things/%ZZ", 400, undefined, "ERR_MALFORMED_PATH"],
    ["PUT", "/things/%C3%28", 400, undefined, "ERR_MALFORMED_PATH"],
    ["PATCH", "/things/%ZZ", 400, undefined, "ERR_MALFORMED_PATH"],
    ["GET", "/__proto__", 404, undefined, "ERR_NOT_FOUND"],
    ["GET", "*", 404, undefined, "ERR_NOT_FOUND"],
    ["OPTIONS", "*", 404, undefined, "ERR_NOT_FOUND"],
    ["GET", "", 404, undefined, "ERR_NOT_FOUND"],
    ["GET", "/things//1", 404, undefined, "ERR_NOT_FOUND"],
  ])("answers %s %s with %d, Allow %s, %s", async (method, target, statusCode, allow, code) => {
    const answer = await dispatch(routerOf(), method, target);
    expect(answer).toBeInstanceOf(ErrorResponse);
    expect(answer).toMatchObject({ statusCode, payload: { error: expect.any(String) as string, code } });
    expect(answer.headers["Allow"]).toBe(allow);
    expect((answer as ErrorResponse).cause).toBeInstanceOf(ColonnadeError);
  });

  it("names the protocol with a 426 (RFC 9110, section 15.5.22)", async () => {
    const { headers } = await dispatch(routerOf(), "GET", "/socket");
    expect(headers).toMatchObject({ Upgrade: "websocket", Connection: "Upgrade" });
  });

  it.each([
    ["/things/1", "GET, PUT, DELETE, HEAD"],
    ["/things", "POST"],
    ["/both", "POST"],
  ])("answers OPTIONS %s with 204 and Allow %s", async (target, allow) => {
    const answer = await dispatch(routerOf(), "OPTIONS", target);
    expect([answer.statusCode, answer.headers, answer.payload]).toEqual([204, { Allow: allow }, null]);
  });

  it("lets a route of OPTIONS and of HEAD answer for itself", async () => {
    class Own extends Resource {
      @options("/x")
      options() {
        return new Response("own");
      }
      @head("/x")
      head() {
        return new Response(null, 299);
      }
      @get("/x")
      get() {
        return new Response("x");
      }
    }
    expect((await dispatch(routerOf(new Own()), "OPTIONS", "/x")).payload).toBe("own");
    expect((await dispatch(routerOf(new Own()), "HEAD", "/x")).statusCode).toBe(299);
  });

  it("answers HEAD with GET's status and headers and nothing else, on failure too", async () => {
    const stream = Readable.from(["x"]);
    let cancelled = false;
    const web = new ReadableStream<string>({ cancel: () => void (cancelled = true) });
    const router = routerOf([
      ["GET", "/text", () => new Response("x", 201, { "X-A": "1" })],
      ["GET", "/json", () => new JsonResponse({ x: 1 })],
      ["GET", "/stream", () => new Response(stream)],
      ["GET", "/web", () => new Response(web)],
      ["GET", "/fails", () => { throw new ErrorResponse("no", 409, { "X-A": "2" }); }],
    ]); // prettier-ignore
    for (const path of ["/text", "/json", "/fails", "/none", "/stream", "/web"]) {
      const { statusCode, headers } = await dispatch(router, "HEAD", path);
      const got =
        path === "/stream" || path === "/web"
          ? { statusCode: 200, headers }
          : await dispatch(router, "GET", path);
      const answer = await dispatch(router, "HEAD", path);
      expect([answer.statusCode, answer.headers, answer.payload]).toEqual([
        got.statusCode,
        got.headers,
        null,
      ]);
      expect(statusCode).toBe(got.statusCode);
    }
    expect([stream.destroyed, cancelled]).toEqual([true, true]);
  });

  it("lets the first route that matches answer, across lists", async () => {
    const router = new Router()
      .registerRoutes([["GET", "/a/:x", () => new Response("first")]])
      .registerRoutes([["GET", "/:x/b", () => new Response("second")]]);
    expect((await dispatch(router, "GET", "/a/b")).payload).toBe("first");
    expect((await dispatch(router, "GET", "/x/b")).payload).toBe("second");
  });

  it.each([
    [{}, "/THINGS/1", 404],
    [{}, "/things/1/", 200],
    [{ caseSensitive: false }, "/THINGS/1", 200],
    [{ strict: true }, "/things/1/", 404],
  ])("with %j, %s is %d", async (given, target, expected) => {
    expect((await dispatch(routerOf(new Things(), given), "GET", target)).statusCode).toBe(expected);
  });

  it.each([
    ["declared", "5", "12345", 413],
    ["declared, and not sent", "9999999", undefined, 413],
    ["not declared", undefined, "12345", 413],
    ["within the limit", "4", "1234", 201],
  ])("answers a body whose length is %s (%s)", async (_name, length, body, expected) => {
    const headers: Record<string, string> = length === undefined ? {} : { "content-length": length };
    const { statusCode } = await dispatch(routerOf(), "POST", "/things", headers, body);
    expect(statusCode).toBe(expected);
  });

  it.each<[string, Route[2]]>([
    [
      "swallows the refusal and answers",
      async (request) => {
        await request.text().catch(() => {});
        return new Response("swallowed");
      },
    ],
    [
      "throws something else",
      async (request) => {
        await request.text().catch(() => {
          throw new Error("something else");
        });
      },
    ],
  ])("answers a body over the limit with 413 when the handler %s", async (_name, callback) => {
    const onError = jest.fn();
    const router = routerOf([["POST", "/x", callback, { maxContentLength: 4 }]], { onError });
    const answer = await dispatch(router, "POST", "/x", {}, "12345");
    expect(answer).toMatchObject({ statusCode: 413, payload: { code: "ERR_BODY_TOO_LARGE" } });
    expect(onError).not.toHaveBeenCalled();
  });

  it("closes the stream of an answer that a 413 takes the place of", async () => {
    const stream = new Readable({ read() {} });
    const swallow: Route[2] = async (request) => {
      await request.text().catch(() => {});
      return new Response(stream);
    };
    const router = routerOf([["POST", "/x", swallow, { maxContentLength: 4 }]]);
    await dispatch(router, "POST", "/x", {}, "12345");
    expect(stream.destroyed).toBe(true);
  });

  it.each<[string, unknown]>([
    ["an Error", new Error("secret")],
    ["an Error with a status", Object.assign(new Error("secret"), { status: 418, expose: true })],
    ["null", null],
    ["undefined", undefined],
    ["a string", "secret"],
    ['"route"', "route"],
    ["an object", { status: 200, secret: "secret" }],
    ["an own fault of Colonnade's user", new ColonnadeError("ERR_BODY_CONSUMED", "secret")],
  ])(
    "answers 500 without its message when the handler throws or rejects with %s, and tells onError",
    async (_name, thrown) => {
      const told: unknown[] = [];
      const fail = () => {
        throw thrown;
      };
      const router = routerOf(
        [
          ["GET", "/throws", fail],
          ["GET", "/rejects", () => Promise.reject(thrown)], // oxlint-disable-line prefer-promise-reject-errors
        ],
        { onError: (error, request) => void told.push([error, request?.path]) },
      );
      for (const path of ["/throws", "/rejects"]) {
        const { statusCode, payload } = await dispatch(router, "GET", path);
        expect([statusCode, payload]).toEqual([500, { error: "Internal Server Error" }]);
      }
      expect(told).toEqual([
        [thrown, "/throws"],
        [thrown, "/rejects"],
      ]);
    },
  );

  it.each([undefined, null, "text", {}, { payload: "x", statusCode: 200 }])(
    "answers 500 when the handler returns %j, and says what it must return",
    async (result) => {
      const told: unknown[] = [];
      const router = routerOf([["GET", "/x", () => result]], { onError: (error) => void told.push(error) });
      expect((await dispatch(router, "GET", "/x")).statusCode).toBe(500);
      expect(told).toEqual([
        expect.objectContaining({
          code: "ERR_RESPONSE_INVALID",
          message: expect.stringContaining("GET /x") as string,
        }),
      ]);
    },
  );

  it("logs to console.error by default, and when onError itself throws", async () => {
    const log = jest.spyOn(console, "error").mockImplementation(() => {});
    const thrown = new Error("thrown");
    const failing = new Error("onError fails");
    const routes: Route[] = [["GET", "/x", () => { throw thrown; }]]; // prettier-ignore
    try {
      await dispatch(routerOf(routes), "GET", "/x");
      const { statusCode } = await dispatch(routerOf(routes, { onError: () => { throw failing; } }), "GET", "/x"); // prettier-ignore
      expect(statusCode).toBe(500);
      expect(log.mock.calls).toEqual([[thrown], [failing]]);
    } finally {
      log.mockRestore();
    }
  });

  it("answers with an ErrorResponse that is thrown or rejected, and tells nobody", async () => {
    const onError = jest.fn();
    const teapot = new ErrorResponse("teapot", 418);
    const router = routerOf(
      [
        ["GET", "/throws", () => { throw teapot; }],
        ["GET", "/rejects", () => Promise.reject(teapot)], // oxlint-disable-line prefer-promise-reject-errors
        ["GET", "/returns", () => teapot],
      ],
      { onError },
    ); // prettier-ignore
    for (const path of ["/throws", "/rejects", "/returns"]) {
      expect(await dispatch(router, "GET", path)).toBe(teapot);
    }
    expect(onError).not.toHaveBeenCalled();
  });

  it("keeps requests at the same time apart", async () => {
    const router = routerOf([
      [
        "GET",
        "/x/:id",
        async ({ matches }: Request<"/x/:id">) => {
          await new Promise((resolve) => setTimeout(resolve, Number(matches.id) % 5));
          return new JsonResponse(matches);
        },
      ],
    ]);
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, id) => dispatch(router, "GET", `/x/${id}`)),
    );
    expect(answers.map(({ payload }) => payload)).toEqual(
      Array.from({ length: 100 }, (_, id) => ({ id: `${id}` })),
    );
  });

  it.each(["__proto__", "constructor", "hasOwnProperty"])(
    "takes the parameter %s for an ordinary one",
    async (name) => {
      const router = routerOf([
        ["GET", `/:${name}`, ({ matches }: Request) => new JsonResponse(Object.entries(matches))],
      ]);
      expect((await dispatch(router, "GET", `/${name}`)).payload).toEqual([[name, name]]);
      expect(({} as Record<string, unknown>)["x"]).toBeUndefined();
    },
  );
});

describe("Router.dispatch(request) of a route with @use", () => {
  const guard: RequestHandler = (_req, _res, next) => next();
  const handler = jest.fn(() => new Response("never"));

  class OwnGuard extends Resource {
    @use(guard)
    @get("/own")
    own() {
      return handler();
    }
    @post("/own")
    open() {
      return new Response("open");
    }
  }

  @use(guard)
  class ClassGuard extends Resource {
    @get("/class/:id")
    show() {
      return handler();
    }
    @get("/other")
    other() {
      return handler();
    }
  }

  const router = new Router().registerRoutes(new OwnGuard()).registerRoutes(new ClassGuard());

  it.each([
    ["GET", "/own", "GET /own"],
    ["HEAD", "/own", "GET /own"],
    ["GET", "/class/1", "GET /class/:id"],
    ["HEAD", "/class/1", "GET /class/:id"],
    ["POST", "/class/1", "GET /class/:id"],
    ["OPTIONS", "/class/1", "GET /class/:id"],
    ["GET", "/class/%ZZ", "GET /class/:id"],
  ])("rejects for %s %s, naming %s", async (method, target, name) => {
    await expect(dispatch(router, method, target)).rejects.toMatchObject({
      code: "ERR_GUARDED_ROUTE",
      message: expect.stringContaining(name) as string,
    });
    expect(handler).not.toHaveBeenCalled();
  });

  it.each([
    ["POST", "/own", 200],
    ["OPTIONS", "/own", 204],
    ["PUT", "/own", 405],
    ["GET", "/none", 404],
    ["GET", "/class", 404],
  ])("answers %s %s, which no guard stands before, with %d", async (method, target, expected) => {
    expect((await dispatch(router, method, target)).statusCode).toBe(expected);
  });

  it("answers a route that comes before the class, as Express would", async () => {
    const before: Route = ["GET", "/class/me", () => new Response("me")];
    const mixed = new Router().registerRoutes([before]).registerRoutes(new ClassGuard());
    expect((await dispatch(mixed, "GET", "/class/me")).payload).toBe("me");
    await expect(dispatch(mixed, "POST", "/class/me")).rejects.toThrow(ColonnadeError);
  });

  it("rejects for a route that stands between those of the class, where Express would run its guard", async () => {
    const [show, other] = new ClassGuard().routes();
    const between: Route = ["GET", "/:any", () => new Response("between")];
    const mixed = new Router().registerRoutes([show, between, other] as Route[]);
    await expect(dispatch(mixed, "GET", "/other")).rejects.toThrow(ColonnadeError);
    expect((await dispatch(mixed, "GET", "/any")).payload).toBe("between");
  });
});

describe("a Router that is only dispatched to", () => {
  it("loads neither Express nor a server", () => {
    const script = `
      const { JsonResponse, Request, Router } = require("./src/index.ts");
      const router = new Router().registerRoutes([["GET", "/x/:id", (request) => new JsonResponse(request.matches)]]);
      router.dispatch(new Request(["h", 1], "GET", "/x/1")).then(({ payload }) => {
        const loaded = Object.keys(require.cache).filter((path) => /node_modules.(express|router|undici|ws)\\b/.test(path));
        console.log(JSON.stringify([payload, loaded]));
      });`;
    const output = execFileSync(process.execPath, ["--require", "tsx/cjs", "--eval", script], {
      cwd: resolve(__dirname, ".."),
      encoding: "utf8",
    });
    expect(JSON.parse(output)).toEqual([{ id: "1" }, []]);
  });
});
