import { subscribe, unsubscribe } from "node:diagnostics_channel";
import express from "express";
import type { ErrorRequestHandler, NextFunction, Request, RequestHandler, Response, Router } from "express";
import fc from "fast-check";
import { JsonResponse, Router as ColonnadeRouter } from "colonnade";
import type { Middleware, Route, RouteGroup } from "colonnade";
import { parsePattern } from "../../src/path/parse";
import { toExpressPath } from "../../src/path/express-spelling";
import { listen } from "./live";
import type { Live } from "./live";

// The same table is mounted by us and written by hand; every function notes what it sees of the request.

type Behaviour = "next" | "later" | "route" | "router" | "throw" | "rewrite" | "answer";
interface Step {
  readonly behaviour: Behaviour;
  readonly url: string;
}
type Item =
  | {
      readonly kind: "route";
      readonly method: string;
      readonly pattern: string;
      readonly steps: readonly Step[];
      readonly group: boolean;
    }
  | { readonly kind: "use"; readonly path: string; readonly step: Step }
  | { readonly kind: "error"; readonly path: string }
  | { readonly kind: "by hand"; readonly method: string; readonly path: string; readonly step: Step };

interface Table {
  readonly items: readonly Item[];
  readonly groupSteps: readonly Step[];
  readonly options: { caseSensitive: boolean; strict: boolean; mergeParams: boolean };
  readonly mount: string;
  readonly param: "none" | "sync" | "async" | "route" | "throw";
}

interface Sent {
  readonly method: string;
  readonly target: string;
}

let log: unknown[] = [];

function note(name: string, req: Request): void {
  const { url, baseUrl, originalUrl, method } = req;
  const params: Record<string, string> = {};
  // Express 5 gives a wildcard as a list, Express 4 an absent parameter as undefined; in both, a
  // wildcard takes the trailing slash in, which the grammar of Colonnade ignores.
  for (const [key, value] of Object.entries(req.params as Record<string, string | string[] | undefined>)) {
    if (value !== undefined) params[key] = [value].flat().join("/").replace(/\/$/, "");
  }
  const route = req.route as { path: string; methods: object } | undefined;
  log.push([name, method, url, baseUrl, originalUrl, params, route?.path, route?.methods]);
}

function act({ behaviour, url }: Step, name: string): RequestHandler {
  return (req, res, next) => {
    note(name, req);
    if (behaviour === "throw") throw new Error(name);
    if (behaviour === "later") setImmediate(next);
    else if (behaviour === "answer") res.status(203).json({ by: name });
    else if (behaviour === "route" || behaviour === "router") next(behaviour);
    else {
      if (behaviour === "rewrite") req.url = url;
      next();
    }
  };
}

const onError: ErrorRequestHandler = (error: Error & { status?: number }, req, _res, next) => {
  note(`error ${error.status ?? 500}`, req);
  next(error);
};

function addByHand(router: Router, item: Exclude<Item, { kind: "route" }>, name: string): void {
  if (item.kind === "use") router.use(item.path, act(item.step, name));
  else if (item.kind === "error") router.use(item.path, onError);
  else router.all(item.path, act(item.step, name));
}

function ours({ items, options, groupSteps }: Table): Router {
  const group: RouteGroup = {
    name: "group",
    middleware: groupSteps.map((step, at) => act(step, `group ${at}`)),
  };
  const routes = items.flatMap((item, at): Route[] => {
    if (item.kind !== "route") return [];
    const middleware: Middleware[] = item.steps.map((step, each) => act(step, `route ${at} ${each}`));
    const callback: Route[2] = (request) => {
      note(`handler ${at}`, request.raw);
      return new JsonResponse({ at });
    };
    return [[item.method, item.pattern, callback, { middleware, ...(item.group ? { group } : {}) }]];
  });
  const router = new ColonnadeRouter().registerRoutes(routes).router({ ...options, errors: "next" });
  // What was added by hand goes where it stands in the table.
  const mounted = [...router.stack];
  const stack: typeof mounted = [];
  let grouped = false;
  for (const [at, item] of items.entries()) {
    if (item.kind === "route") {
      const layers = item.group && !grouped ? groupSteps.length + 1 : 1;
      grouped ||= item.group;
      stack.push(...mounted.splice(0, layers));
    } else {
      addByHand(router, item, `${item.kind} ${at}`);
      stack.push(...router.stack.splice(-1));
    }
  }
  router.stack.splice(0, Infinity, ...stack);
  return router;
}

function byHand({ items, options, groupSteps }: Table): Router {
  const router = express.Router(options);
  const spell = (pattern: string) => toExpressPath(parsePattern(pattern), EXPRESS_MAJOR);
  const scratch = express.Router(options);
  for (const item of items)
    if (item.kind === "route" && item.group) scratch.all(spell(item.pattern), () => {});
  const layers = scratch.stack as unknown as { match(path: string): unknown }[];
  const concerns = (path: string) =>
    layers.some((layer) => {
      try {
        return Boolean(layer.match(path));
      } catch {
        return true;
      }
    });
  let grouped = false;
  for (const [at, item] of items.entries()) {
    if (item.kind !== "route") {
      addByHand(router, item, `${item.kind} ${at}`);
      continue;
    }
    if (item.group && !grouped) {
      grouped = true;
      for (const [each, step] of groupSteps.entries()) {
        const middleware = act(step, `group ${each}`);
        router.use((req: Request, res: Response, next: NextFunction) =>
          concerns(req.path) ? void middleware(req, res, next) : next(),
        );
      }
    }
    const verb = item.method.toLowerCase() as "get";
    const steps = item.steps.map((step, each) => act(step, `route ${at} ${each}`));
    router.route(spell(item.pattern))[verb](...steps, (req, res) => {
      note(`handler ${at}`, req);
      // What `new JsonResponse()` sends, as the reply's own tests show.
      res.setHeader("Content-Type", "application/json");
      res.send(Buffer.from(JSON.stringify({ at })));
    });
  }
  return router;
}

function createApp(table: Table, make: (table: Table) => Router): express.Express {
  const app = express().disable("x-powered-by");
  const router = make(table);
  if (table.param !== "none") {
    router.param("id", (req: Request, _res, next, value, name) => {
      note(`param ${name}=${value}`, req);
      if (table.param === "throw" && value === "b") throw new Error("param");
      if (table.param === "async") setImmediate(next);
      else next(table.param === "route" && value === "b" ? "route" : undefined);
    });
  }
  app.use((req, _res, next) => {
    note("before", req);
    next();
  });
  app.use(table.mount, router);
  app.use((req, res) => {
    note("after", req);
    res.status(404).send("none");
  });
  const last: ErrorRequestHandler = (error: Error & { status?: number }, req, res, _next) => {
    note("last", req);
    res.status(error.status ?? 500).send("failed");
  };
  return app.use(last);
}

const component = fc.constantFrom("a", "b", "A", "x%20y", "a%2Fb", "1", "%61", "%ZZ");
const plain = fc.constantFrom("a", "b", "c");
const path = fc
  .tuple(fc.array(component, { maxLength: 4 }), fc.constantFrom("", "?q=/a/b"))
  .map(([components, query]) => `/${components.join("/")}${query}`);
const behaviour = fc.constantFrom<Behaviour>(
  ...(["next", "next", "next", "later", "route", "router", "throw", "rewrite", "rewrite", "answer"] as const),
);
const step: fc.Arbitrary<Step> = fc.record({ behaviour, url: path });
const parameter = fc.constantFrom(":id", ":name", ":other");
const variable = fc.constantFrom(":rest?", ":rest+", ":rest*");

const pattern = fc
  .tuple(fc.uniqueArray(fc.oneof(plain, parameter), { maxLength: 3 }), fc.option(variable), fc.nat(3))
  .map(([segments, extra, at]) => {
    const all: string[] = [...segments];
    if (extra !== null) all.splice(at, 0, extra);
    return `/${all.join("/")}`;
  });
const method = fc.constantFrom("GET", "GET", "POST", "HEAD", "OPTIONS", "PUT");
const prefix = fc.constantFrom("/", "/", "/a", "/:id");
const item: fc.Arbitrary<Item> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant("route" as const),
      method,
      pattern,
      steps: fc.array(step, { maxLength: 2 }),
      group: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("use" as const), path: prefix, step }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("error" as const), path: prefix }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant("by hand" as const), method, path: prefix, step }),
  },
);
const table: fc.Arbitrary<Table> = fc.record({
  items: fc.array(item, { minLength: 1, maxLength: 8 }),
  groupSteps: fc.array(step, { minLength: 1, maxLength: 2 }),
  options: fc.record({ caseSensitive: fc.boolean(), strict: fc.boolean(), mergeParams: fc.boolean() }),
  mount: fc.constantFrom("/", "/m", "/m/:tenant"),
  param: fc.constantFrom("none", "sync", "async", "route", "throw"),
});
const sent: fc.Arbitrary<(table: Table) => Sent> = fc
  .record({
    method,
    path,
    at: fc.nat(),
    components: fc.array(component, { minLength: 4, maxLength: 4 }),
    end: fc.constantFrom("", "", "/", "?q=/a/b"),
  })
  .map(({ method, path, at, components, end }) => ({ items, mount }) => {
    const given = items[at % items.length];
    // Most targets are made to match a pattern.
    const segments = given?.kind === "route" ? given.pattern.split("/").slice(1) : [];
    const filled = segments.map((text, each) => (text.startsWith(":") ? components[each] : text)).join("/");
    const matching = `/${filled}${filled === "" && end === "/" ? "" : end}`;
    const target = given?.kind === "route" && at % 4 > 0 ? matching : path;
    return { method, target: mount.replace(":tenant", "t").replace(/^\/$/, "") + target };
  });

/** Strict, Express finds no root under a pattern that may be empty, and a wildcard takes the slash in. */
function comparable({ items, options }: Table): boolean {
  return (
    !options.strict || !items.some((each) => each.kind === "route" && /^\/:rest[?*]$|[+*]/.test(each.pattern))
  );
}

const tracing = "tracing:express.router.request:start";
const noop = () => {};

describe("a mounted router", () => {
  let live: Live;
  let app: express.Express;
  beforeAll(async () => {
    live = await listen((req, res) => void app(req, res));
  });
  afterAll(() => live.close());

  async function run(given: express.Express, { method: verb, target }: Sent) {
    app = given;
    log = [];
    const { status, headers, body } = await live.send(verb, target);
    return {
      status,
      allow: headers.allow,
      type: headers["content-type"],
      length: headers["content-length"],
      body,
      log,
    };
  }

  it("does what the same routes do when they are written by hand", async () => {
    let answered = 0;
    await fc.assert(
      fc.asyncProperty(
        table.filter(comparable),
        fc.array(sent, { minLength: 8, maxLength: 8 }),
        async (given, requests) => {
          const mounted = createApp(given, ours);
          const written = createApp(given, byHand);
          for (const request of requests.map((toSent) => toSent(given))) {
            const expected = await run(written, request);
            expect({ request, ...(await run(mounted, request)) }).toEqual({ request, ...expected });
            subscribe(tracing, noop); // no route is then run without Express's own walk
            const walked = await run(mounted, request).finally(() => unsubscribe(tracing, noop));
            expect({ request, ...walked }).toEqual({ request, ...expected });
            if (expected.status === 200) answered++;
          }
        },
      ),
      { numRuns: 100, seed: 1 },
    );
    expect(answered).toBeGreaterThan(100);
  }, 30_000);
});
