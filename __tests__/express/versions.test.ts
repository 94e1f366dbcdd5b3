import { dirname, join } from "node:path";
import type * as Express from "express";
import type { ErrorRequestHandler, RequestHandler } from "express";
import type * as Colonnade from "colonnade";
import { listen, once, wayOf } from "./live";
import type { Live } from "./live";

interface Version {
  readonly alias: string;
  readonly express: RegExp;
  /** The version of `router`, which Express 4 has within itself. */
  readonly router?: RegExp;
  /** How a layer of it says that it matches. */
  readonly match: "a boolean" | "an object";
}

const versions: readonly Version[] = [
  { alias: "express-4.18", express: /^4\.18\./, match: "a boolean" },
  { alias: "express4", express: /^4\.2[2-9]\./, match: "a boolean" },
  { alias: "express-5.0", express: /^5\.0\./, router: /^2\.0\.0$/, match: "a boolean" },
  { alias: "express-5.0-router-2.2", express: /^5\.0\./, router: /^2\.2\.0$/, match: "a boolean" },
  { alias: "express-5", express: /^5\.[3-9]\./, router: /^2\.[3-9]\./, match: "an object" },
];

/** `express` itself is another release in each Jest project; this is the path of the newest. */
function pathOf({ alias }: Version): string {
  return alias === "express-5" ? join(__dirname, "../../node_modules/express") : alias;
}

/** Loads the package anew; until the next call, `require("express")` gives it one release of Express. */
function load(version: Version): { express: typeof Express; colonnade: typeof Colonnade } {
  jest.resetModules();
  const express = jest.requireActual<typeof Express>(pathOf(version));
  jest.doMock("express", () => express);
  // oxlint-disable-next-line typescript/no-require-imports -- anew, for this release
  return { express, colonnade: require("colonnade") as typeof Colonnade };
}

/** The version and the folder of a package, as another one would resolve it. */
function packageOf(name: string, from = __dirname): { version: string; folder: string } {
  const file = require.resolve(`${name}/package.json`, { paths: [from] });
  const { version } = jest.requireActual<{ version: string }>(file);
  return { version, folder: dirname(file) };
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}

// Each release in the projects of its major; the routes are the same in all.
const ours = versions.filter(({ express }) => express.source.startsWith(`^${EXPRESS_MAJOR}`));

describe.each(ours)("on $alias", (version) => {
  let express: typeof Express;
  let colonnade: typeof Colonnade;
  let live: Live;
  const calls: string[] = [];

  beforeAll(async () => {
    ({ express, colonnade } = load(version));
    live = await listen(createApp(express, colonnade, calls));
  });
  afterAll(() => live.close());
  beforeEach(() => calls.splice(0));

  it("is that release, and its router is the one that we mount", () => {
    const { version: actual, folder } = packageOf(pathOf(version));
    expect(actual).toMatch(version.express);
    const router = packageOf(version.router === undefined ? pathOf(version) : "router", folder);
    expect(router.version).toMatch(version.router ?? version.express);
    const path = version.router === undefined ? join(router.folder, "lib/router") : router.folder;
    expect(express.Router).toBe(jest.requireActual(path));
    const mounted = new colonnade.Router().router();
    const prototypes = [
      Object.getPrototypeOf(mounted),
      Object.getPrototypeOf(Object.getPrototypeOf(mounted)),
    ];
    expect(prototypes).toContain(version.router === undefined ? express.Router : express.Router.prototype);
  });

  it(`has layers that match with ${version.match}`, () => {
    const router = express.Router();
    router.get("/:id", (() => {}) satisfies RequestHandler);
    const [layer] = router.stack as unknown as { match(path: string): unknown }[];
    expect(typeof layer?.match("/x")).toBe(version.match.split(" ")[1]);
    // And ours, in the same way.
    const [mine] = new colonnade.Router()
      .registerRoutes([["GET", "/:id", () => new colonnade.Response()]])
      .router().stack as unknown as { match(path: string): unknown }[];
    expect(typeof mine?.match("/x")).toBe(version.match.split(" ")[1]);
    expect(mine?.match("/x/y")).toBe(false);
  });

  it.each<[string, string, number, unknown, string[]]>([
    ["GET", "/v1/users/a%20b", 200, ["GET /users/:id", { id: "a b" }, "/v1"], ["param a b"]],
    ["GET", "/v1/users/1/", 200, ["GET /users/:id", { id: "1" }, "/v1"], ["param 1"]],
    ["GET", "/v1/users/%ZZ", 400, expect.objectContaining({ code: "ERR_MALFORMED_PATH" }), []],
    ["GET", "/v1/maybe", 200, ["GET /maybe/:id?", {}, "/v1"], []],
    ["GET", "/v1/maybe/x", 200, ["GET /maybe/:id?", { id: "x" }, "/v1"], ["param x"]],
    ["GET", "/v1/files/a/b%2Fc", 200, ["GET /files/:path+", { path: "a/b/c" }, "/v1"], []],
    ["GET", "/v1/files", 404, expect.stringContaining("Cannot"), []],
    ["GET", "/v1/any", 200, ["GET /any/:rest*", {}, "/v1"], []],
    ["GET", "/v1/any/x/y", 200, ["GET /any/:rest*", { rest: "x/y" }, "/v1"], []],
    ["POST", "/v1/users/1", 404, expect.stringContaining("Cannot"), ["guard"]],
    ["PUT", "/v1/users/1", 200, ["PUT /users/:other", { other: "1" }, "/v1"], ["guard", "own"]],
    ["GET", "/v1/hand/1", 200, ["by hand", { id: "1" }, "/v1"], ["param 1"]],
    ["GET", "/v1/passes/1", 200, ["GET /passes/:other", { other: "1" }, "/v1"], ["param 1"]],
    ["GET", "/v1/rewritten", 200, ["GET /any/:rest*", {}, "/v1"], []],
    ["GET", "/v1/throws", 500, "thrown", []],
    ["GET", "/v1/rejects", 500, "Error null", []],
    ["GET", "/plain/items/1", 200, ["GET /items/:id", { id: "1" }, "/plain", "at once"], []],
    ["GET", "/plain/passes/1", 200, ["GET /passes/:other", { other: "1" }, "/plain", "by the walk"], []],
    ["GET", "/plain/none", 404, expect.stringContaining("Cannot"), []],
    ["GET", "/t/merged/1", 200, ["GET /merged/:id?", { id: "1" }, "/t", { id: "1", tenant: "t" }], []],
    ["GET", "/t/merged", 200, ["GET /merged/:id?", {}, "/t", { tenant: "t" }], []],
    ["OPTIONS", "/v1/users/1", 200, expect.stringMatching(/^(GET|HEAD|PUT|, ?){5}$/), ["guard"]],
    ["OPTIONS", "*", 404, expect.stringContaining("Cannot"), []],
    ["HEAD", "/v1/users/1", 200, "", ["param 1"]],
  ])("%s %s is %d %j", async (method, target, status, expected, called) => {
    const answer = await live.send(method, target);
    expect([answer.status, parse(answer.body)]).toEqual([status, expected]);
    expect(calls).toEqual(called);
  });

  it("needs no detour of Express's: none of its functions has been replaced", async () => {
    const { JsonResponse, Router } = colonnade;
    const router = new Router().registerRoutes([["GET", "/x", () => new JsonResponse({})]]).router();
    const [layer] = router.stack;
    const compiled = Object.getOwnPropertyDescriptor(
      layer,
      "matchers" in (layer ?? {}) ? "matchers" : "regexp",
    );
    let stack: string | undefined;
    const app = (express as unknown as () => Express.Express)();
    app.set("etag", () => {
      ({ stack } = new Error("where"));
    });
    const { status } = await once(app.use(router), "GET", "/x");
    // Made when somebody asks for it; and sent by us, not by `res.send`.
    expect([status, typeof compiled?.get]).toEqual([200, "function"]);
    expect(stack).toMatch(/express[/\\]send\.ts/);
  });

  it("sends files, whatever its release of send", async () => {
    const { FileResponse, Router } = colonnade;
    const router = new Router().registerRoutes([
      [
        "GET",
        "/:path+",
        ({ matches }) => new FileResponse((matches as { path: string }).path, { root: __dirname }),
      ],
    ]);
    const files = await listen((express as unknown as () => Express.Express)().use(router.router()));
    const targets = ["/live.ts", "/none.ts", "/differential", "/..%2Findex.test.ts", "/.none", "/%00"];
    const answers = await Promise.all(targets.map((target) => files.send("GET", target)));
    const part = await files.send("GET", "/live.ts", { headers: { Range: "bytes=0-5" } });
    await files.close();
    expect(answers.map(({ status, body }) => [status, (parse(body) as { code?: string }).code])).toEqual([
      [200, undefined],
      [404, "ERR_NOT_FOUND"],
      [404, "ERR_NOT_FOUND"],
      [403, "ERR_FORBIDDEN"],
      [404, "ERR_NOT_FOUND"],
      [404, "ERR_NOT_FOUND"],
    ]);
    expect([part.status, part.body]).toEqual([206, "import"]);
  });

  it("keeps 100 requests at the same time apart", async () => {
    const bodies = await Promise.all(
      Array.from({ length: 100 }, async (_, id) => {
        const { body } = await live.send("GET", id % 2 === 0 ? `/v1/users/u${id}` : `/t${id}/merged/${id}`);
        return JSON.parse(body) as unknown[];
      }),
    );
    for (const [id, [, matches, baseUrl]] of bodies.entries()) {
      expect([matches, baseUrl]).toEqual(
        id % 2 === 0 ? [{ id: `u${id}` }, "/v1"] : [{ id: `${id}` }, `/t${id}`],
      );
    }
  });
});

function createApp(
  express: typeof Express,
  { JsonResponse, Response, Router }: typeof Colonnade,
  calls: string[],
): Express.Express {
  const show =
    (name: string) =>
    ({ raw, matches }: Colonnade.Request) =>
      new JsonResponse([name, matches, raw.baseUrl]);
  const mark =
    (name: string): RequestHandler =>
    (_req, _res, next) => {
      calls.push(name);
      setImmediate(next);
    };
  const pass: RequestHandler = (_req, _res, next) => next("route");
  const rewrite: RequestHandler = (req, _res, next) => {
    req.url = "/any";
    next("route");
  };
  const group = { name: "Guarded", middleware: [mark("guard")] };
  const router = new Router()
    .registerRoutes([
      ["GET", "/users/:id", show("GET /users/:id")],
      ["PUT", "/users/:other", show("PUT /users/:other"), { group, middleware: [mark("own")] }],
      ["GET", "/maybe/:id?", show("GET /maybe/:id?")],
      ["GET", "/files/:path+", show("GET /files/:path+")],
      ["GET", "/passes/:id", show("never"), { middleware: [pass] }],
      ["GET", "/passes/:other", show("GET /passes/:other")],
      ["GET", "/rewritten", show("never"), { middleware: [rewrite] }],
      ["GET", "/any/:rest*", show("GET /any/:rest*")],
      ["GET", "/throws", () => { throw new Error("thrown"); }],
      ["GET", "/rejects", () => Promise.reject(null)], // oxlint-disable-line prefer-promise-reject-errors
      ["DELETE", "/gone", () => new Response(null, 204)],
    ])
    .router(); // prettier-ignore
  router.param("id", (_req, _res, next, value: string) => {
    calls.push(`param ${value}`);
    setTimeout(next, value.length % 3);
  });
  router.get("/hand/:id", (req, res) => void res.json(["by hand", req.params, req.baseUrl]));
  const merged = new Router()
    .registerRoutes([
      [
        "GET",
        "/merged/:id?",
        ({ raw, matches }) => new JsonResponse(["GET /merged/:id?", matches, raw.baseUrl, raw.params]),
      ],
    ])
    .router({ mergeParams: true });
  // Nothing here but routes: they need no walk of Express's.
  const showWay =
    (name: string) =>
    ({ raw, matches }: Colonnade.Request) => {
      const way = wayOf(new Error("where"));
      return new JsonResponse([name, matches, raw.baseUrl, way]);
    };
  const plain = new Router()
    .registerRoutes([
      ["GET", "/items/:id", showWay("GET /items/:id")],
      ["GET", "/passes/:id", showWay("never"), { middleware: [pass] }],
      ["GET", "/passes/:other", showWay("GET /passes/:other")],
    ])
    .router();
  const last: ErrorRequestHandler = (error: Error & { cause?: unknown }, _req, res, _next) => {
    res.status(500).send(error.cause === null ? "Error null" : error.message);
  };
  const app = (express as unknown as () => Express.Express)();
  return app.use("/plain", plain).use("/v1", router).use("/:tenant", merged).use(last);
}
