import { subscribe, unsubscribe } from "node:diagnostics_channel";
import http from "node:http";
import type { RequestHandler } from "express";
import { HTTPServer, JsonResponse } from "colonnade";
import type { Request } from "colonnade";

// While nothing but its routes stands in the app of an HTTPServer, a request goes by them alone. Express 4 has
// layers of its own in each app.

const noop: RequestHandler = (_req, _res, next) => next();

/** Which way a request went, and what it and its response have there. */
function show({ raw }: Request) {
  const way = new Error("where").stack?.includes("shortcut.ts") ? "short" : "long";
  const { app, res, url, originalUrl, baseUrl, query } = raw;
  return new JsonResponse({
    way,
    seen: [
      raw.res === res && res.req === raw && app === res.app,
      [url, originalUrl, baseUrl, query],
      [Object.getPrototypeOf(raw) === Reflect.get(app, "request"), res instanceof http.ServerResponse],
      Object.getPrototypeOf(res) === Reflect.get(app, "response"),
      [Object.keys(res.locals), Object.getPrototypeOf(res.locals) === null, Object.keys(raw.params)],
    ],
  });
}

interface Shown {
  readonly way: string;
  readonly seen: unknown;
}

async function ask(change: (server: HTTPServer) => void): Promise<Shown> {
  const server = new HTTPServer(["127.0.0.1", 0]).registerRoutes([["GET", "/x", show]]);
  change(server);
  await server.run();
  try {
    const answer = await fetch(`http://127.0.0.1:${server.address[1]}/x?a=b`);
    return (await answer.json()) as Shown;
  } finally {
    await server.close();
  }
}

interface Routing {
  readonly stack: { handle: RequestHandler }[];
}

interface Parts {
  handle: (...args: unknown[]) => unknown;
  /** Express 4's. */
  readonly _router?: Routing;
  readonly router: Routing;
}

const partsOf = ({ app }: HTTPServer) => app as unknown as Parts;

function stackOf(server: HTTPServer) {
  const parts = partsOf(server);
  return (parts._router ?? parts.router).stack;
}

const short = EXPRESS_MAJOR === 4 ? "long" : "short";

describe("an HTTPServer", () => {
  it("leaves the app's walk out where only routes stand in it, which find the same", async () => {
    const [alone, walked] = [await ask(() => {}), await ask((server) => server.use(noop))];
    expect([alone.way, walked.way]).toEqual([short, "long"]);
    expect(alone.seen).toEqual(walked.seen);
  });

  it.each<[string, (server: HTTPServer) => unknown]>([
    ["middleware", (server) => server.use(noop)],
    ["a route by hand", (server) => server.app.get("/hand", noop)],
    ["a callback of app.param", (server) => server.app.param("id", noop as never)],
    ["X-Powered-By", (server) => server.app.enable("x-powered-by")],
  ])("walks with %s", async (_, change) => {
    expect((await ask(change)).way).toBe("long");
  });

  it("walks while somebody listens to Express's tracing channel", async () => {
    const listener = () => {};
    const start = "tracing:express.router.request:start";
    subscribe(start, listener);
    try {
      expect((await ask(() => {})).way).toBe("long");
    } finally {
      unsubscribe(start, listener);
    }
  });

  it("calls what somebody has put in the place of app.handle", async () => {
    const calls: string[] = [];
    await ask((server) => {
      const parts = partsOf(server);
      const { handle } = parts;
      parts.handle = (...args) => {
        calls.push("app");
        return handle(...args);
      };
    });
    expect(calls).toEqual(["app"]);
  });

  it("answers 500 where what stands in its layer's place throws", async () => {
    const onError = jest.fn();
    const server = new HTTPServer(["127.0.0.1", 0], undefined, undefined, { onError });
    server.registerRoutes([["GET", "/x", show]]);
    const layer = stackOf(server).at(-1); // behind Express 4's own
    if (layer === undefined) throw new Error("There is no layer");
    layer.handle = () => {
      throw new Error("thrown");
    };
    await server.run();
    const { status } = await fetch(`http://127.0.0.1:${server.address[1]}/x`);
    await server.close();
    expect([status, onError.mock.calls[0]?.[0]]).toEqual([
      500,
      expect.objectContaining({ message: "thrown" }),
    ]);
  });
});
