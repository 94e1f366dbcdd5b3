import { setImmediate as tick } from "node:timers/promises";
import { tracingChannel } from "node:diagnostics_channel";
import type { TracingChannel } from "node:diagnostics_channel";
import http from "node:http";
import { SpanKind, context, trace } from "@opentelemetry/api";
import { ExpressInstrumentation } from "@opentelemetry/instrumentation-express";
import { HttpInstrumentation } from "@opentelemetry/instrumentation-http";
import { InMemorySpanExporter, NodeTracerProvider, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-node";
import express from "express";
import type { ErrorRequestHandler, RequestHandler } from "express";
import listEndpoints from "express-list-endpoints";
import { Resource, Response, Router, del, get, post, use } from "colonnade";
import type { Route } from "colonnade";
import { toExpressPath } from "../../src/path/express-spelling";
import { parsePattern } from "../../src/path/parse";
import { once } from "./live";

function guard(_req: unknown, _res: unknown, next: () => void): void {
  next();
}
async function later(_req: unknown, _res: unknown, next: () => void): Promise<void> {
  await tick();
  next();
}
const guards = [guard, later] as RequestHandler[];

@use(guards)
class Things extends Resource {
  @get("/")
  root() {
    return new Response("root");
  }
  @use(guards)
  @get("/things/:id")
  async show() {
    await tick();
    return new Response("show");
  }
  @post("/things/:id")
  @del("/things/:other")
  change() {
    return new Response("change");
  }
  @get("/files/:path+")
  file() {
    return new Response("file");
  }
  @get("/maybe/:id?")
  maybe() {
    return new Response("maybe");
  }
  @get("/any/:rest*")
  any() {
    return new Response("any");
  }
  @get("/throws")
  throws(): Response {
    throw new Error("thrown");
  }
  @get("/rejects")
  async rejects(): Promise<Response> {
    await tick();
    throw new Error("rejected");
  }
  // Express leaves a router later where the last of its layers has run.
  @get("/last")
  last() {
    return new Response("last");
  }
}

/** The routes of {@link Things}, written by hand. */
function byHand(): express.Router {
  const router = express.Router({ caseSensitive: true });
  const paths = (patterns: string[]) =>
    patterns.map((each) => toExpressPath(parsePattern(each), EXPRESS_MAJOR));
  const named = (name: string, handler: RequestHandler) =>
    Object.defineProperty(handler, "name", { value: name });
  for (const each of guards) router.use(each); // OpenTelemetry sees the last of a list only
  for (const [method, pattern, { name }] of new Things().routes()) {
    const verb = method.toLowerCase() as "get";
    const own = name === "Things.show" ? guards : [];
    const handler: RequestHandler = (_req, res) => {
      if (name === "Things.throws") throw new Error("thrown");
      res.send(name.replace("Things.", ""));
    };
    const awaited: RequestHandler = async (req, res, next) => {
      await tick();
      if (name !== "Things.rejects") handler(req, res, next);
      else if (EXPRESS_MAJOR === 5) throw new Error("rejected");
      else next(new Error("rejected"));
    };
    const isAsync = ["Things.show", "Things.rejects"].includes(name);
    const [path = ""] = paths([pattern]);
    router.route(path)[verb](...own, named(name, isAsync ? awaited : handler));
  }
  return router;
}

const last: ErrorRequestHandler = (error: Error, _req, res, _next) =>
  void res.status(500).send(error.message);

function appOf(router: express.Router): express.Express {
  return express().use("/v1/:tenant", router).use(last);
}

const targets: [string, string][] = [
  ["GET", "/v1/t"],
  ["GET", "/v1/t/things/1"],
  ["HEAD", "/v1/t/things/2"],
  ["POST", "/v1/t/things/1"],
  ["DELETE", "/v1/t/things/1"],
  ["GET", "/v1/t/files/a/b/c"],
  ["GET", "/v1/t/maybe"],
  ["GET", "/v1/t/maybe/1"],
  ["GET", "/v1/t/any"],
  ["GET", "/v1/t/any/x/y"],
  ["GET", "/v1/t/throws"],
  ["GET", "/v1/t/rejects"],
  ["OPTIONS", "/v1/t/things/1"],
];

describe("Express's tracing channel", () => {
  interface Context {
    readonly handler: { readonly name: string };
    readonly layer: { readonly name: string };
    readonly route: unknown;
    readonly errorHandler?: boolean;
    readonly param?: string;
    readonly error?: Error;
    readonly incomingError?: Error;
  }
  const phases = ["start", "end", "asyncStart", "asyncEnd", "error"] as const;

  async function eventsOf(router: express.Router, method: string, target: string): Promise<unknown[]> {
    const events: unknown[] = [];
    const subscribers = Object.fromEntries(
      phases.map((phase) => [
        phase,
        ({ handler, layer, route, errorHandler, param, error, incomingError }: Context) => {
          const what = [handler.name, layer.name, route, errorHandler, param];
          events.push([phase, ...what, error?.message, incomingError?.message]);
        },
      ]),
    ) as unknown as Parameters<TracingChannel<Context>["subscribe"]>[0];
    router.param("id", function byId(_req, _res, next) {
      next();
    });
    const channel = tracingChannel<unknown, Context>("express.router.request");
    channel.subscribe(subscribers);
    try {
      await once(appOf(router), method, target);
    } finally {
      channel.unsubscribe(subscribers);
    }
    return events;
  }

  it.each(targets)("tells of %s %s what it tells of hand-written routes", async (method, target) => {
    const events = await eventsOf(new Things().router(), method, target);
    expect(events).toEqual(await eventsOf(byHand(), method, target));
    expect(events.length > 0).toBe(EXPRESS_MAJOR === 5);
  });
});

describe("OpenTelemetry's instrumentation of Express", () => {
  const exporter = new InMemorySpanExporter();
  const provider = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
  const instrumentations = [new ExpressInstrumentation(), new HttpInstrumentation()];
  const modules: Record<string, unknown> = { express, http };

  /** Does what the hooks on `require` would do; they go by the name `express`, and do not see Jest's. */
  function eachPatched(act: "patch" | "unpatch"): void {
    for (const instrumentation of instrumentations) {
      for (const definition of (instrumentation as unknown as { init(): Definition[] }).init()) {
        if (definition.name in modules) definition[act](modules[definition.name]);
      }
    }
  }
  interface Definition {
    readonly name: string;
    patch(module: unknown): void;
    unpatch(module: unknown): void;
  }

  beforeAll(() => {
    provider.register();
    for (const instrumentation of instrumentations) instrumentation.setTracerProvider(provider);
    eachPatched("patch");
  });
  afterAll(async () => {
    eachPatched("unpatch");
    await provider.shutdown();
    context.disable();
    trace.disable();
  });

  /** The spans of a request, and the route that the span of the request itself reports. */
  async function spansOf(router: express.Router, method: string, target: string) {
    exporter.reset();
    const { status } = await once(appOf(router), method, target);
    const finished = exporter.getFinishedSpans().filter(({ kind }) => kind !== SpanKind.CLIENT);
    const ofExpress = finished.filter(({ kind }) => kind !== SpanKind.SERVER);
    const spans = ofExpress.map(({ name, attributes, status: { message } }) => [name, attributes, message]);
    const server = finished.filter(({ kind }) => kind === SpanKind.SERVER);
    return {
      status,
      spans,
      names: server.map(({ name }) => name),
      route: server[0]?.attributes["http.route"],
    };
  }

  it.each(targets)("reports of %s %s what it reports of hand-written routes", async (method, target) => {
    const spans = await spansOf(new Things().router(), method, target);
    expect(spans).toEqual(await spansOf(byHand(), method, target));
    expect(spans.spans.length).toBeGreaterThan(2);
  });

  it("reports one http.route for each route, in Express's spelling, whatever the path", async () => {
    const routes = new Map<string, Set<unknown>>();
    for (const [pattern, paths] of [
      ["/things/:id", ["/things/1", "/things/a%20b/", "/things/x?y=1"]],
      ["/files/:path+", ["/files/a", "/files/a/b/c"]],
      ["/any/:rest*", ["/any", "/any/x", "/any/x/y"]],
      ["/maybe/:id?", ["/maybe", "/maybe/1"]],
    ] as const) {
      const seen = new Set<unknown>();
      routes.set(`/v1/:tenant${toExpressPath(parsePattern(pattern), EXPRESS_MAJOR)}`, seen);
      for (const path of paths) seen.add((await spansOf(new Things().router(), "GET", `/v1/t${path}`)).route);
    }
    for (const [expected, seen] of routes) expect([...seen]).toEqual([expected]);
  });
});

describe("a listing of routes", () => {
  const plain: Route[] = new Things()
    .routes()
    .map(([method, pattern, callback]) => [method, pattern, callback]);
  const mounted = () => new Router().registerRoutes(plain).router();

  function written(): express.Router {
    const router = express.Router();
    for (const [method, pattern] of plain) {
      const path = toExpressPath(parsePattern(pattern), EXPRESS_MAJOR);
      router.route(path)[method.toLowerCase() as "get"](() => {});
    }
    return router;
  }
  const listed = (router: express.Router) =>
    listEndpoints(express().use("/v1", router)).map(({ path, methods }) => [path, methods]);

  it("by express-list-endpoints shows what it shows of hand-written routes", () => {
    expect(listed(mounted())).toEqual(listed(written()));
    // It does not know Express 5.
    expect(JSON.stringify(listed(mounted()))).toContain(
      EXPRESS_MAJOR === 4 ? '["/v1/things/:id",["GET","POST"' : "[]",
    );
  });

  it("by router.listRoutes(), where Express has it, shows what it shows of hand-written routes", () => {
    const list = (router: express.Router) =>
      (router as unknown as { listRoutes?: () => unknown[] }).listRoutes?.() ?? [];
    expect(list(mounted())).toEqual(list(written()));
    expect(list(mounted())).toHaveLength(EXPRESS_MAJOR === 5 ? plain.length : 0);
  });
});
