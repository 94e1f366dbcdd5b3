import express from "express";
import type { RequestListener } from "node:http";
import { z } from "zod";
import {
  JsonResponse,
  Request,
  Resource,
  Response,
  Router,
  ValidationError,
  get,
  header,
  param,
  post,
} from "colonnade";
import type { RequestOf, RouterOptions, Schema } from "colonnade";
import { changing, given, refusing } from "../schema/given";
import { libraries } from "../schema/libraries";
import { listen, once } from "./live";

interface Refusal {
  error: string;
  code: string;
  issues: { in: string; path: (string | number)[]; message: string }[];
}

const json = (value: unknown) => ({
  headers: { "Content-Type": "application/json" },
  body: JSON.stringify(value),
});

function appOf(resource: Resource, options?: RouterOptions): RequestListener {
  return express().use(resource.router(options));
}

/** An app with `POST /x`, whose handler answers with what it is given. */
function echo(schemas: { body?: Schema; query?: Schema; headers?: Schema }, options?: RouterOptions) {
  class Echo extends Resource {
    @post("/x", schemas)
    async answer(request: Request<"/x">) {
      const { query } = request;
      const body: unknown = "body" in schemas ? await request.json() : undefined;
      return new JsonResponse({ query, body });
    }
  }
  return appOf(new Echo(), options);
}

async function refusalOf(answer: { status: number; body: string }): Promise<Refusal> {
  expect(answer.status).toBe(400);
  return Promise.resolve(JSON.parse(answer.body) as Refusal);
}

describe.each(Object.entries(libraries))("a schema of %s", (_library, { sync, async: asynchronous }) => {
  it.each([
    ["synchronous", sync],
    ["asynchronous", asynchronous],
  ])("gives a handler what a %s one makes of the body", async (_kind, schema) => {
    const answer = await once(echo({ body: schema }), "POST", "/x", json({ name: "Ada", age: "36" }));
    expect(JSON.parse(answer.body)).toMatchObject({ body: { name: "Ada", age: 36, role: "user" } });
  });

  it("has a body refused that it does not accept, and says where", async () => {
    const answer = await once(echo({ body: sync }), "POST", "/x", json({ name: 5, age: "36" }));
    const { code, issues } = await refusalOf(answer);
    expect(code).toBe("ERR_VALIDATION");
    expect(issues).toEqual([{ in: "body", path: ["name"], message: expect.any(String) as string }]);
  });

  it("says what an asynchronous one does", async () => {
    const answer = await once(echo({ body: asynchronous }), "POST", "/x", json({ name: "taken", age: "1" }));
    const { issues } = await refusalOf(answer);
    expect(issues).toEqual([
      { in: "body", path: ["name"], message: expect.stringContaining("taken") as string },
    ]);
  });

  it("checks a query", async () => {
    const app = echo({ query: sync });
    const answer = await once(app, "POST", "/x?name=Ada&age=36&role=admin");
    expect(JSON.parse(answer.body)).toEqual({ query: { name: "Ada", age: 36, role: "admin" } });
    const { issues } = await refusalOf(await once(app, "POST", "/x?age=36"));
    expect(issues).toMatchObject([{ in: "query", path: ["name"] }]);
  });
});

const createUser = post("/orgs/:org/users/:id", {
  body: z.object({ name: z.string(), tags: z.array(z.string()).max(2) }),
  query: z.object({ notify: z.enum(["yes", "no"]), to: z.array(z.string()).optional() }),
  matches: z.object({ org: z.string(), id: z.coerce.number().int() }),
  headers: z.object({ "x-trace": z.string().max(3) }),
});

class Users extends Resource {
  @createUser
  async create(request: RequestOf<typeof createUser>) {
    const { matches, query, headers, params } = request;
    return new JsonResponse({ matches, query, headers, params, body: await request.json() }, 201);
  }
}

describe("the parts of a request", () => {
  it("are all told of at once", async () => {
    const answer = await once(appOf(new Users()), "POST", "/orgs/acme/users/seven?notify=maybe", {
      headers: { "Content-Type": "application/json", "X-Trace": "1234" },
      body: JSON.stringify({ tags: ["a", 5] }),
    });
    const { error, issues } = await refusalOf(answer);
    expect(issues.map((issue) => [issue.in, ...issue.path].join("."))).toEqual([
      "matches.id",
      "query.notify",
      "headers.x-trace",
      "body.name",
      "body.tags.1",
    ]);
    expect(error).toContain("POST /orgs/:org/users/:id");
    expect(error).toContain("matches.id: ");
    expect(error).toContain("and more");
  });

  it("reach the handler as the schemas make them, and params as it was sent", async () => {
    const answer = await once(appOf(new Users()), "POST", "/orgs/acme/users/7?notify=yes&to=a&to=b", {
      headers: { "X-Trace": "abc" },
      body: JSON.stringify({ name: "Ada", tags: [], more: true }),
    });
    expect(answer.status).toBe(201);
    expect(JSON.parse(answer.body)).toEqual({
      matches: { org: "acme", id: 7 },
      query: { notify: "yes", to: ["a", "b"] },
      headers: { "x-trace": "abc" },
      params: { notify: ["yes"], to: ["a", "b"] },
      body: { name: "Ada", tags: [] },
    });
  });

  it("leave req.query and req.params as Express has them", async () => {
    const seen: unknown[] = [];
    class Seen extends Resource {
      @get("/:id", { query: changing(() => "changed"), matches: changing(() => ({ id: 5 })) })
      show(
        request: Request<
          "/:id",
          { query: Schema<unknown, string>; matches: Schema<unknown, { id: number }> }
        >,
      ) {
        seen.push(request.query, request.matches, { ...request.raw.query }, { ...request.raw.params });
        return new Response();
      }
    }
    await once(appOf(new Seen()), "GET", "/a?b=c");
    expect(seen).toEqual(["changed", { id: 5 }, { b: "c" }, { id: "a" }]);
  });

  it("are not checked where there are no schemas: query is what params is, by value", async () => {
    const app = echo({});
    const answer = await once(app, "POST", "/x?a=1&b=1&b=2&c&__proto__=p&constructor=c");
    expect(answer.body).toBe('{"query":{"a":"1","b":["1","2"],"c":"","__proto__":"p","constructor":"c"}}');
    const made = new Request(["127.0.0.1", 5], "GET", "/x?a=1");
    expect(made.query).toBe(made.query);
  });

  it("may be missing where the schema says so", async () => {
    const app = echo({ body: z.object({ a: z.string() }).optional() });
    expect(JSON.parse((await once(app, "POST", "/x")).body)).toEqual({ query: {} });
    const strict = echo({ body: z.object({ a: z.string() }) });
    const { issues } = await refusalOf(await once(strict, "POST", "/x"));
    expect(issues).toMatchObject([{ in: "body", path: [] }]);
  });

  it("are what a parser has left, where one has run", async () => {
    const app = express()
      .use(express.json())
      .use(echo({ body: z.object({ a: z.coerce.number() }) }));
    const answer = await once(app, "POST", "/x", json({ a: "5" }));
    expect(JSON.parse(answer.body)).toMatchObject({ body: { a: 5 } });
  });

  it("are not found in Object.prototype", async () => {
    const named = z.object({ constructor: z.string(), toString: z.string() });
    const { issues } = await refusalOf(await once(echo({ query: named }), "POST", "/x"));
    expect(issues.map(({ path }) => path)).toEqual([["constructor"], ["toString"]]);
  });
});

describe("a body with a schema", () => {
  it("is refused as ever where it is no JSON, or too long", async () => {
    class Small extends Resource {
      @post("/x", { body: z.unknown(), maxContentLength: 10 })
      answer() {
        return new Response("ran");
      }
    }
    const live = await listen(appOf(new Small()));
    try {
      const malformed = await live.send("POST", "/x", { body: "{" });
      const long = await live.send("POST", "/x", { body: JSON.stringify("x".repeat(20)) });
      expect(
        [malformed, long].map(({ status, body }) => [status, (JSON.parse(body) as Refusal).code]),
      ).toEqual([
        [400, "ERR_BODY_MALFORMED"],
        [413, "ERR_BODY_TOO_LARGE"],
      ]);
    } finally {
      await live.close();
    }
  });

  it("can still be had as it was sent", async () => {
    class Raw extends Resource {
      @post("/x", { body: z.object({ a: z.coerce.number() }) })
      async answer(request: Request<"/x", { body: Schema<unknown, { a: number }> }>) {
        return new JsonResponse([await request.json(), await request.text(), await request.json()]);
      }
    }
    const answer = await once(appOf(new Raw()), "POST", "/x", { body: '{"a": "5"}' });
    expect(JSON.parse(answer.body)).toEqual([{ a: 5 }, '{"a": "5"}', { a: 5 }]);
  });

  it("has at most a hundred issues told", async () => {
    const body = Array.from({ length: 100_000 }, (_, at) => (at % 2 === 0 ? 5 : "x"));
    const app = echo({ body: z.array(z.string()) });
    const { error, issues } = await refusalOf(await once(app, "POST", "/x", json(body)));
    expect([issues.length, issues[99]?.path]).toEqual([100, [198]]);
    expect(error.length).toBeLessThan(1_000);
  });

  it("has names that the client made long cut, so that no answer is much longer than its request", async () => {
    const app = echo({ body: z.record(z.string(), z.array(z.string())) });
    const body = JSON.stringify({ ["k".repeat(100_000)]: Array(200).fill(1) });
    const answer = await once(app, "POST", "/x", { body });
    const { issues } = await refusalOf(answer);
    expect([issues.length, issues[0]?.path]).toEqual([100, [`${"k".repeat(100)}…`, 0]]);
    expect(answer.body.length).toBeLessThan(30_000);
  });

  it("has the beginning of a deep path told", async () => {
    const path = Array.from({ length: 1_000 }, (_, at) => at);
    const app = echo({ body: refusing({ message: "no", path }) });
    const { issues } = await refusalOf(await once(app, "POST", "/x", json({})));
    expect(issues[0]?.path).toEqual(path.slice(0, 32));
  });

  it("is refused where a recursive schema can't follow it", async () => {
    const Tree = z.object({
      get child() {
        return Tree.optional();
      },
    });
    const body = `${'{"child":'.repeat(20_000)}{}${"}".repeat(20_000)}`;
    const { issues } = await refusalOf(await once(echo({ body: Tree }), "POST", "/x", { body }));
    expect(issues).toEqual([{ in: "body", path: [], message: "Nested too deeply" }]);
  });

  it("is refused by a schema that has no issue to tell of", async () => {
    const { issues } = await refusalOf(await once(echo({ body: refusing() }), "POST", "/x", json({})));
    expect(issues).toEqual([{ in: "body", path: [], message: "Not valid" }]);
  });

  it("has a long message cut", async () => {
    const app = echo({
      body: refusing({ message: "x".repeat(10_000), path: [{ key: "a" }, Symbol("s"), 5] }),
    });
    const { issues } = await refusalOf(await once(app, "POST", "/x", json({})));
    expect(issues).toEqual([{ in: "body", path: ["a", "Symbol(s)", 5], message: `${"x".repeat(500)}…` }]);
  });
});

describe("bad input", () => {
  const shape = z.object({ a: z.string(), b: z.string().optional() });
  class Every extends Resource {
    @get("/m/:a/:c?", { matches: z.object({ a: z.string().max(3), c: z.string().max(3).optional() }) })
    matches({ matches }: Request<"/m/:a/:c?", { matches: Schema<unknown, object> }>) {
      return new JsonResponse(matches);
    }

    @get("/q", { query: shape })
    query({ query }: Request<"/q", { query: Schema<unknown, object> }>) {
      return new JsonResponse(query);
    }

    @get("/h", { headers: shape })
    headers({ headers }: Request<"/h", { headers: Schema<unknown, object> }>) {
      return new JsonResponse(headers);
    }

    @post("/b", { body: shape })
    async body(request: Request<"/b", { body: Schema<unknown, object> }>) {
      return new JsonResponse(await request.json());
    }
  }

  it.each([
    ["missing", "GET", "/q", {}, 400],
    ["extra", "GET", "/q?a=1&x=2", {}, { a: "1" }],
    ["repeated", "GET", "/q?a=1&a=2", {}, 400],
    ["named as a prototype", "GET", "/q?a=1&__proto__=x&constructor=y", {}, { a: "1" }],
    ["of 10,000 elements", "GET", `/q?a=1${"&x=2".repeat(3_000)}`, {}, { a: "1" }],
    ["missing", "GET", "/h", {}, 400],
    ["extra", "GET", "/h", { headers: { a: "1", x: "2" } }, { a: "1" }],
    ["repeated", "GET", "/h", { headers: { a: ["1", "2"] as unknown as string } }, { a: "1, 2" }],
    ["named as a prototype", "GET", "/h", { headers: { a: "1", constructor: "2" } }, { a: "1" }],
    ["too long", "GET", "/m/1234", {}, 400],
    ["absent", "GET", "/m/1", {}, { a: "1" }],
    ["there, and encoded", "GET", "/m/1/%2F", {}, { a: "1", c: "/" }],
    ["missing", "POST", "/b", { body: "{}" }, 400],
    ["extra", "POST", "/b", { body: '{"a":"1","x":2}' }, { a: "1" }],
    ["repeated", "POST", "/b", { body: '{"a":2,"a":"1"}' }, { a: "1" }],
    ["of another type", "POST", "/b", { body: '{"a":1}' }, 400],
    ["a list", "POST", "/b", { body: "[]" }, 400],
    ["null", "POST", "/b", { body: "null" }, 400],
    ["named as a prototype", "POST", "/b", { body: '{"__proto__":{"a":"1"}}' }, 400],
    [
      "of 100,000 elements",
      "POST",
      "/b",
      { body: JSON.stringify({ a: "1", x: Array(100_000).fill(1) }) },
      { a: "1" },
    ],
  ])("that is %s gets its answer: %s %.20s", async (_kind, method, path, sent, expected) => {
    const answer = await once(appOf(new Every()), method, path, sent);
    const body: unknown = JSON.parse(answer.body);
    expect(answer.status === 200 ? body : answer.status).toEqual(expected);
    expect(({} as { a?: unknown }).a).toBeUndefined();
  });
});

describe("a schema that fails", () => {
  const failure = new Error("the database is down");
  const schemas: Record<string, Schema> = {
    throws: given(() => {
      throw failure;
    }),
    rejects: given(() => Promise.reject(failure)),
  };

  it.each(Object.entries(schemas))("that %s is the app's to answer", async (_how, schema) => {
    const failures: unknown[] = [];
    const app = express()
      .use(echo({ query: schema }))
      .use(((error, _req, res, _next) => {
        failures.push(error);
        res.status(500).end("ours");
      }) as express.ErrorRequestHandler);
    const answer = await once(app, "POST", "/x");
    expect([answer.status, answer.body, failures]).toEqual([500, "ours", [failure]]);
  });

  it("that gives what is no result is named", async () => {
    const failures: unknown[] = [];
    const nothing = given(() => undefined as never);
    const app = express()
      .use(echo({ query: nothing }))
      .use(((error, _req, res, _next) => {
        failures.push(error);
        res.status(500).end();
      }) as express.ErrorRequestHandler);
    await once(app, "POST", "/x");
    expect(String(failures[0])).toContain("The schema of query of POST /x gives undefined");
  });

  it("leaves no rejection behind where two do", async () => {
    const app = echo({ query: schemas["rejects"] as Schema, headers: schemas["rejects"] as Schema });
    const quiet = express()
      .use(app)
      .use(((_error, _req, res, _next) => {
        res.status(500).end();
      }) as express.ErrorRequestHandler);
    expect((await once(quiet, "POST", "/x")).status).toBe(500);
  });

  it("that never settles ends with the client", async () => {
    let asked = 0;
    const app = echo({ query: given(() => new Promise(() => asked++)) });
    const live = await listen(app);
    await expect(
      fetch(`http://127.0.0.1:${live.port}/x`, { method: "POST", signal: AbortSignal.timeout(200) }),
    ).rejects.toThrow("aborted");
    await live.close();
    expect(asked).toBe(1);
  });
});

describe("@header and @param", () => {
  class Search extends Resource {
    @get("/search")
    @header("X-Key", { required: true, schema: z.string().length(3) })
    @param("q", { required: true })
    @param("page", { schema: z.coerce.number().int().positive() })
    @param("tag", { schema: z.union([z.string(), z.array(z.string())]) })
    @param("type", { type: "integer" })
    search(request: Request<"/search">) {
      return new JsonResponse(request.query);
    }
  }

  it("refuse what is missing, and what their schema does not accept", async () => {
    const { issues } = await refusalOf(await once(appOf(new Search()), "GET", "/search?page=0&type=x"));
    expect(issues).toEqual([
      { in: "headers", path: ["x-key"], message: "Required" },
      { in: "query", path: ["q"], message: "Required" },
      { in: "query", path: ["page"], message: expect.any(String) as string },
    ]);
  });

  it("have the handler given what the schema makes of a parameter", async () => {
    const headers = { "X-Key": "abc" };
    const answer = await once(appOf(new Search()), "GET", "/search?q=&page=5&tag=a&tag=b", { headers });
    expect(JSON.parse(answer.body)).toEqual({ q: "", page: 5, tag: ["a", "b"] });
  });

  it("give a default for what was not sent, and want nothing that is not required", async () => {
    class Paged extends Resource {
      @get("/x")
      @param("page", { schema: z.coerce.number().default(1) })
      @param("size", { schema: z.string() })
      answer(request: Request<"/x">) {
        return new JsonResponse(request.query);
      }
    }
    expect((await once(appOf(new Paged()), "GET", "/x")).body).toBe('{"page":1}');
  });

  it("only check beside a schema of the whole query", async () => {
    class Both extends Resource {
      @get("/x", { query: z.object({ page: z.string() }) })
      @param("page", { schema: z.coerce.number() })
      answer(request: Request<"/x", { query: Schema<unknown, { page: string }> }>) {
        return new JsonResponse(request.query);
      }
    }
    expect((await once(appOf(new Both()), "GET", "/x?page=5")).body).toBe('{"page":"5"}');
  });

  it("say which option is no schema", () => {
    expect(() => param("page", { schema: {} as Schema })).toThrow(
      'schema of @param("page") is a Standard Schema, as of zod, not an object of class Object',
    );
  });
});

describe("a declaration", () => {
  it.each([
    [{ body: {} }, 'body of @post("/x") is a Standard Schema, as of zod, not an object of class Object'],
    [{ responses: { 99: null } }, 'responses of @post("/x") are by status codes from 200 to 999, not "99"'],
    [{ responses: { ok: null } }, 'responses of @post("/x") are by status codes from 200 to 999, not "ok"'],
    [
      { responses: { 200: 5 } },
      'responses[200] of @post("/x") is a Standard Schema, or null, as of zod, not 5',
    ],
    [{ responses: z.string() }, 'responses of @post("/x") are schemas by status code, not'],
    [{ summary: 5 }, 'summary of @post("/x") is text, not 5'],
    [{ deprecated: "yes" }, 'deprecated of @post("/x") is true or false, not "yes"'],
    [{ tags: "a" }, 'tags of @post("/x") is a list of texts, not "a"'],
    [{ receives: z.string() }, '@post("/x") has no option "receives"'],
  ])("refuses %j", (options, message) => {
    expect(() => post("/x", options as object)).toThrow(message);
  });

  it.each([
    [{ schemas: { qurey: z.string() } }, 'GET /x has no option "qurey"'],
    [{ schemas: { query: 5 } }, "query of GET /x is a Standard Schema, as of zod, not 5"],
    [{ schemas: { receives: z.string() } }, 'GET /x has no option "receives"'],
  ])("of a route by itself is held to the same: %j", (options, message) => {
    const route = ["GET", "/x", () => new Response(), options as object] as const;
    expect(() => new Router().registerRoutes([route])).toThrow(message);
  });

  it("keeps its options as they were given", () => {
    const body = z.string();
    const { options } = post("/x", { body, summary: "A" });
    expect(options).toEqual({ body, summary: "A", maxContentLength: 5_242_880 });
  });
});

describe("errors", () => {
  it('reach error middleware with "next", with their issues', async () => {
    const failures: unknown[] = [];
    const app = express()
      .use(echo({ query: z.object({ a: z.string() }) }, { errors: "next" }))
      .use(((error, _req, res, _next) => {
        failures.push(error);
        res.status(422).end();
      }) as express.ErrorRequestHandler);
    expect((await once(app, "POST", "/x")).status).toBe(422);
    expect(failures[0]).toBeInstanceOf(ValidationError);
    expect(failures[0]).toMatchObject({ status: 400, issues: [{ in: "query", path: ["a"] }] });
  });

  it("are the same in dispatch, and the outputs too", async () => {
    const router = new Router().registerRoutes(new Users());
    const headers = { "x-trace": "abc" };
    const address = ["127.0.0.1", 5] as const;
    const refused = await router.dispatch(
      new Request(address, "POST", "/orgs/a/users/b?notify=yes", undefined, undefined, headers),
    );
    expect([refused.statusCode, refused.payload]).toMatchObject([400, { code: "ERR_VALIDATION" }]);
  });
});
