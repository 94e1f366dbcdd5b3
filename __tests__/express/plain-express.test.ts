import { execFile } from "node:child_process";
import { EventEmitter, once } from "node:events";
import { Readable } from "node:stream";
import { promisify } from "node:util";
import { expectTypeOf } from "expect-type";
import express from "express";
import type { ErrorRequestHandler, Express, RequestHandler } from "express";
import { Response, Router } from "colonnade";
import type { Route, RouteCallback } from "colonnade";
import { appOf, ask, serve } from "./served";

// The table "What this adds to plain Express" of README.md, row by row.

/** An app that answers `GET /` and `POST /` as plain Express does. */
function plain(handler: RequestHandler): Express {
  const app = express();
  app.get("/", handler);
  app.post("/", handler);
  return app;
}

const quiet: ErrorRequestHandler = (error, _req, res, _next) => {
  res.status(500).end(`error middleware: ${String(error)}`);
};

describe("the syntax of paths", () => {
  it.each([
    ["/user/:id?", { 4: 200, 5: "refused" }],
    ["/files/*", { 4: 200, 5: "refused" }],
    ["/user{/:id}", { 4: 404, 5: 200 }],
    ["/files/*path", { 4: 404, 5: 200 }],
  ])("of %s is of one major alone", async (path, outcome) => {
    const answer = async () => {
      const app = express();
      app.get(path, (_req, res) => void res.send("it matches"));
      return (await ask(app, { target: path.startsWith("/user") ? "/user/1" : "/files/a/b" })).status;
    };
    expect(await answer().catch(() => "refused")).toBe(outcome[EXPRESS_MAJOR]);
  });

  it("is the same with Colonnade", async () => {
    const router = new Router().registerRoutes([
      ["GET", "/user/:id?", ({ matches }) => new Response(JSON.stringify(matches))],
      ["GET", "/files/:path*", ({ matches }) => new Response(JSON.stringify(matches))],
    ]);
    const app = express().use(router.router());
    expect((await ask(app, { target: "/user/1" })).json()).toEqual({ id: "1" });
    expect((await ask(app, { target: "/files/a/b" })).json()).toEqual({ path: "a/b" });
  });
});

describe("the types of parameters", () => {
  it("come from a path with the handler in place, and else are any names", () => {
    const handler: RequestHandler = ({ params }) => expectTypeOf(params).not.toEqualTypeOf<{ id: string }>();
    const app = express();
    app.get("/user/:id", ({ params }) => expectTypeOf(params).toEqualTypeOf<{ id: string }>());
    expect(app.get("/user/:id", handler)).toBe(app);
  });
});

describe("comparing a path with a hundred routes", () => {
  const path = "/route99/x";

  /** How often a regular expression is asked about the path while an app answers it. */
  async function expressionsAsked(app: Express): Promise<number> {
    const exec = jest.spyOn(RegExp.prototype, "exec");
    try {
      expect((await ask(app, { target: path })).body.toString()).toBe("x");
      return exec.mock.calls.filter(([text]) => text === path).length;
    } finally {
      exec.mockRestore();
    }
  }

  it("asks a regular expression for each of them", async () => {
    const app = express();
    for (let at = 0; at < 100; at++) {
      app.get(`/route${at}/:id`, (req, res) => void res.send(req.params.id));
    }
    expect(await expressionsAsked(app)).toBeGreaterThanOrEqual(100);
  });

  it("asks only those of the app around it with Colonnade", async () => {
    const routes = Array.from({ length: 100 }, (_, at): Route => {
      return ["GET", `/route${at}/:id`, ({ matches }) => new Response((matches as { id: string }).id)];
    });
    const app = express().use(new Router().registerRoutes(routes).router());
    expect(await expressionsAsked(app)).toBeLessThan(10);
  });
});

describe("an async handler that rejects", () => {
  const script = `
    const app = require(process.argv[1])();
    app.get("/", async () => { throw new Error("rejected"); });
    app.use((error, req, res, next) => res.status(500).end("error middleware"));
    const server = app.listen(0, "127.0.0.1", async () => {
      const response = await fetch("http://127.0.0.1:" + server.address().port);
      console.log(response.status, await response.text());
      server.closeAllConnections();
      server.close();
    });`;
  const run = () => promisify(execFile)(process.execPath, ["-e", script, require.resolve("express")]);

  it("ends the process of Express 4, and goes to error middleware on Express 5", async () => {
    const outcome = await run().then(
      ({ stdout }) => stdout.trim(),
      ({ code, stderr }: { code: number; stderr: string }) =>
        `${code} ${String(/Error: .*/.exec(stderr)?.[0])}`,
    );
    expect(outcome).toBe(EXPRESS_MAJOR === 4 ? "1 Error: rejected" : "500 error middleware");
  });

  it("goes to error middleware with Colonnade", async () => {
    const app = appOf(async () => Promise.reject(new Error("rejected"))).use(quiet);
    expect((await ask(app)).body.toString()).toBe("error middleware: Error: rejected");
  });
});

describe("a handler that throws what is no Error", () => {
  const rejects = (value: unknown) => Promise.reject(value); // oxlint-disable-line prefer-promise-reject-errors
  const throws = (value: unknown) => {
    throw value; // oxlint-disable-line only-throw-error
  };
  const cases: [name: string, handler: () => unknown, plainStatus: number, majors: number[]][] = [
    ["throw null", () => throws(null), 404, [4, 5]],
    ['throw "route"', () => throws("route"), 404, [4, 5]],
    ['async throw "route"', () => rejects("route"), 404, [5]],
    ["async throw null", () => rejects(null), 500, [5]],
  ];
  const ours = cases.filter(([, , , majors]) => majors.includes(EXPRESS_MAJOR));

  it.each(ours)("%s", async (name, handler, status) => {
    const app = plain((): void => void handler());
    const asynchronous = plain(handler as RequestHandler);
    expect((await ask((name.startsWith("async") ? asynchronous : app).use(quiet))).status).toBe(status);
  });

  it.each(cases)("%s is an Error with Colonnade", async (_name, handler) => {
    const answer = await ask(appOf(handler as RouteCallback).use(quiet));
    expect([answer.status, answer.body.toString()]).toEqual([
      500,
      expect.stringMatching(/^error middleware: \w*Error/),
    ]);
  });
});

describe("a handler that forgets to answer", () => {
  it("leaves its client waiting", async () => {
    const calls = new EventEmitter();
    const served = await serve(
      plain((req, res) => void (req.method === "GET" ? calls.emit("call") : res.send("other"))),
    );
    const waiting = served.begin();
    let received = "";
    waiting.on("data", (data: Buffer) => (received += data.toString()));
    await once(calls, "call");
    expect((await served.ask({ method: "POST" })).status).toBe(200);
    expect([received, waiting.closed]).toEqual(["", false]);
    waiting.destroy();
    await served.close();
  });

  it("is a 500 with Colonnade", async () => {
    expect((await ask(appOf(() => undefined).use(quiet))).status).toBe(500);
  });
});

describe("a body that is too large", () => {
  const body = JSON.stringify("x".repeat(200_000));
  const json = { "Content-Type": "application/json" };
  const length: RequestHandler = async (req, res) => {
    let bytes = 0;
    for await (const chunk of req) bytes += (chunk as Buffer).length;
    res.send(String(bytes));
  };

  it("is refused by a parser, and by nothing else", async () => {
    expect((await ask(plain(length), { method: "POST", body })).body.toString()).toBe(String(body.length));
    const parsed = express().use(express.json(), quiet).use(plain(length));
    const answer = await ask(parsed, { method: "POST", body, headers: json });
    expect(answer.body.toString()).toContain("PayloadTooLargeError");
  });

  it.each([
    ["declared", { body }],
    [
      "chunked",
      {
        headers: { "Transfer-Encoding": "chunked" },
        raw: `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`,
      },
    ],
  ])("is refused before the middleware of a route with Colonnade, when %s", async (_name, request) => {
    let seen = 0;
    const read: RequestHandler = (req, _res, next) => {
      req.on("end", () => next()).on("data", () => (seen += 1));
    };
    const options = { maxContentLength: 1000, middleware: [read] };
    const router = new Router().registerRoutes([["POST", "/", () => new Response("read"), options]]);
    const answer = await ask(express().use(router.router()), { method: "POST", ...request });
    expect([answer.status, seen]).toEqual([413, 0]);
  });
});

describe("an error after the headers were sent", () => {
  const half = () =>
    Readable.from(
      (async function* () {
        yield "half ";
        await Promise.reject(new Error("broken"));
      })(),
    );
  const ends: ErrorRequestHandler = (_error, _req, res, _next) => void res.end();

  it("can end as if the body were whole", async () => {
    const handler: RequestHandler = (_req, res, next) => {
      res.write("half ");
      next(new Error("broken"));
    };
    const { body, complete } = await ask(plain(handler).use(ends));
    expect([body.toString(), complete]).toEqual(["half ", true]);
  });

  it("is cut with Colonnade", async () => {
    expect((await ask(appOf(() => new Response(half())).use(ends))).complete).toBe(false);
  });
});

describe("a stream to a client that has left", () => {
  /** Whether the source of an answer is destroyed once its client has left. */
  async function leave(createApp: (source: Readable) => Express): Promise<boolean> {
    const source = new Readable({ read: () => void source.push("x".repeat(1000)) });
    const left = new EventEmitter();
    const watch: RequestHandler = (_req, res, next) => {
      res.once("close", () => setImmediate(() => left.emit("left")));
      next();
    };
    const served = await serve(express().use(watch, createApp(source)));
    const client = served.begin();
    await once(client, "data");
    client.destroy();
    await once(left, "left");
    await served.close();
    const { destroyed } = source;
    source.destroy();
    return destroyed;
  }

  it("leaves the source open", async () => {
    expect(await leave((source) => plain((_req, res) => void source.pipe(res)))).toBe(false);
  });

  it("has its source destroyed with Colonnade", async () => {
    expect(await leave((source) => appOf(() => new Response(source)))).toBe(true);
  });
});

describe("compression", () => {
  const text = "x".repeat(10_000);
  const headers = { "Accept-Encoding": "gzip" };

  it("is not Express's", async () => {
    const answer = await ask(
      plain((_req, res) => void res.send(text)),
      { headers },
    );
    expect(answer.header("Content-Encoding")).toBeUndefined();
  });

  it("is negotiated for a response with Colonnade", async () => {
    const app = appOf(() => new Response(text, 200, {}, true));
    expect((await ask(app, { headers })).header("Content-Encoding")).toBe("gzip");
    expect((await ask(app)).header("Content-Encoding")).toBeUndefined();
  });
});
