import { z } from "zod";
import { Resource, Response, del, get, header, openApi, param, post } from "colonnade";
import type { Schema } from "colonnade";
import { faultsOfOpenApi, operationOf } from "./validators";

const info = { title: "Paths", version: "1" };

class Answering extends Resource {
  answer() {
    return new Response();
  }
}

function pathsOf(mount: string, ...patterns: string[]): Record<string, object> {
  const routes = patterns.map((pattern) => ["GET", pattern, () => new Response()] as const);
  return openApi(info, { [mount]: { routes: () => routes.map((route) => [...route]) } }).paths;
}

describe("a path", () => {
  it.each([
    ["/", "/", ["/"]],
    ["", "/users", ["/users"]],
    ["/", "/users/", ["/users"]],
    ["/api", "/", ["/api"]],
    ["/api/", "/users", ["/api/users"]],
    ["/orgs/:org", "/users/:id", ["/orgs/{org}/users/{id}"]],
    ["/", "/a/:b?", ["/a", "/a/{b}"]],
    ["/", "/:b?/a", ["/a", "/{b}/a"]],
    ["/", "/:b?", ["/", "/{b}"]],
    ["/", "/a/:b+", ["/a/{b}"]],
    ["/", "/a/:b*/c", ["/a/c", "/a/{b}/c"]],
    ["/", "/café & bar", ["/caf%C3%A9%20&%20bar"]],
  ])("mounted at %j with the pattern %j is %j", async (mount, pattern, paths) => {
    expect(Object.keys(pathsOf(mount, pattern))).toEqual(paths);
  });

  it("says which pattern it is of, where a template can't", () => {
    expect(pathsOf("/api", "/a/:b+", "/c/:d")).toMatchObject({
      "/api/a/{b}": { get: { "x-colonnade-pattern": "/api/a/:b+" } },
      "/api/c/{d}": {
        get: expect.not.objectContaining({ "x-colonnade-pattern": expect.anything() }) as object,
      },
    });
  });

  it("has the first of two routes with one method, as requests do", () => {
    class Both extends Answering {
      @get("/users/:id", { summary: "first" })
      override answer() {
        return super.answer();
      }
      @get("/users/:name", { summary: "second" })
      other() {
        return super.answer();
      }
    }
    const { paths } = openApi(info, { "/": new Both() });
    expect(paths).toMatchObject({ "/users/{id}": { get: { summary: "first" } } });
    expect(Object.keys(paths)).toEqual(["/users/{id}"]);
  });

  it("says what it has no place for that may answer other requests", () => {
    expect(pathsOf("/", "/a/:id", "/a/:rest+", "/a/:more*")).toMatchObject({
      "/a/{id}": { get: { "x-colonnade-hidden": ["/a/:rest+", "/a/:more*"] } },
      "/a": { get: {} },
    });
  });

  it("calls a parameter as the first of its routes does", async () => {
    class Both extends Answering {
      @get("/users/:id")
      override answer() {
        return super.answer();
      }
      @del("/users/:name", { matches: z.object({ name: z.string().max(5) }) })
      remove() {
        return super.answer();
      }
    }
    const document = openApi(info, { "/": new Both() });
    expect(operationOf(document, "DELETE /users/{id}").parameters).toEqual([
      { name: "id", in: "path", required: true, schema: { type: "string", maxLength: 5 } },
    ]);
    expect(await faultsOfOpenApi(document)).toEqual([]);
  });
});

function parametersOf(schemas: { query?: Schema; headers?: Schema; matches?: Schema }, pattern = "/x/:id") {
  class Given extends Answering {
    @post(pattern, schemas)
    override answer() {
      return super.answer();
    }
  }
  const document = openApi(info, { "/": new Given() });
  const [path = ""] = Object.keys(document.paths).toReversed();
  return operationOf(document, `POST ${path}`).parameters ?? [];
}

describe("a parameter of the path", () => {
  it("is text unless a schema says more", () => {
    expect(parametersOf({})).toEqual([
      { name: "id", in: "path", required: true, schema: { type: "string" } },
    ]);
  });

  it("has the schema, the description and the deprecation of its property", () => {
    const matches = z.object({
      id: z.coerce.number().int().min(1).max(9).meta({ description: "Which", deprecated: true }),
    });
    expect(parametersOf({ matches })).toMatchObject([
      {
        name: "id",
        description: "Which",
        deprecated: true,
        schema: { type: "integer", minimum: 1, maximum: 9 },
      },
    ]);
  });

  it.each(["/x/:id+", "/x/:id*"])(
    "says of %s that it may be several components, and is always there",
    (pattern) => {
      const matches = z.object({ id: z.string().optional().describe("Which") });
      expect(parametersOf({ matches }, pattern)).toMatchObject([
        {
          required: true,
          description: expect.stringMatching(/^Which\n\nOne or more path components/) as string,
        },
      ]);
    },
  );

  it("is not said of a path without it", () => {
    class Given extends Answering {
      @get("/x/:id?", { matches: z.object({ id: z.string().optional() }) })
      override answer() {
        return super.answer();
      }
    }
    expect(operationOf(openApi(info, { "/": new Given() }), "GET /x").parameters).toBeUndefined();
  });
});

describe("a query", () => {
  const names = (query: Schema) =>
    parametersOf({ query }, "/x").map(({ name, required }) => `${name}${required ? "" : "?"}`);

  it("has a parameter for each property, with lists by several of a name", () => {
    const query = z.object({
      page: z.coerce.number().default(1),
      tag: z.array(z.string()).optional(),
      either: z.union([z.string(), z.array(z.string())]),
    });
    expect(parametersOf({ query }, "/x")).toEqual([
      { name: "page", in: "query", required: false, schema: { type: "number", default: 1 } },
      {
        name: "tag",
        in: "query",
        required: false,
        style: "form",
        explode: true,
        schema: { type: "array", items: { type: "string" } },
      },
      {
        name: "either",
        in: "query",
        required: true,
        style: "form",
        explode: true,
        schema: { anyOf: [{ type: "string" }, { type: "array", items: { type: "string" } }] },
      },
    ]);
  });

  it.each<[string, Schema, string[]]>([
    ["has a name", z.object({ a: z.string(), b: z.string().optional() }).meta({ id: "Q" }), ["a", "b?"]],
    ["is an intersection", z.object({ a: z.string() }).and(z.object({ b: z.string() })), ["a", "b"]],
    [
      "is a union",
      z.union([z.object({ a: z.string(), b: z.string() }), z.object({ a: z.number() })]),
      ["a", "b?"],
    ],
    ["is optional", z.object({ a: z.string() }).optional(), ["a"]],
    ["has any names", z.record(z.string(), z.string()), ["query?"]],
    ["is no object", z.string(), []],
    [
      "has a property of a prototype's name",
      z.object({ constructor: z.string(), toString: z.string() }),
      ["constructor", "toString"],
    ],
  ])("whose schema %s", (_what, query, expected) => {
    expect(names(query)).toEqual(expected);
  });

  it("has a schema for a property of several", () => {
    const query = z.union([z.object({ a: z.string() }), z.object({ a: z.number() })]);
    expect(parametersOf({ query }, "/x")).toMatchObject([
      { schema: { anyOf: [{ type: "string" }, { type: "number" }] } },
    ]);
  });

  it("makes no component of a name that nothing refers to", () => {
    class Given extends Answering {
      @get("/x", { query: z.object({ a: z.string().meta({ id: "A" }) }).meta({ id: "Q" }), responses: {} })
      override answer(): never {
        throw new Error();
      }
    }
    const { components } = openApi(info, { "/": new Given() }, { errors: "next" }) as {
      components?: unknown;
    };
    expect(components).toEqual({ schemas: { A: { type: "string" } } });
  });
});

describe("@header and @param", () => {
  class Search extends Answering {
    @get("/search", {
      headers: z.object({ "x-key": z.string().max(9), accept: z.string() }),
      query: z.object({ page: z.coerce.number().optional() }),
    })
    @header("X-Key", { description: "Yours" })
    @header("Authorization", { required: true })
    @header("Content-Type")
    @header("X-Count", { type: "integer", required: true })
    @param("page", { required: true, description: "From 1" })
    @param("since", { type: "ISO date", description: "A day" })
    @param("size", { schema: z.coerce.number().max(100) })
    override answer() {
      return super.answer();
    }
  }
  const document = openApi(info, { "/": new Search() });
  const { parameters, responses } = operationOf(document, "GET /search");

  it("are valid", async () => {
    expect(await faultsOfOpenApi(document)).toEqual([]);
  });

  it("add to what schemas say, but for what OpenAPI says elsewhere", () => {
    expect(parameters).toEqual([
      { name: "page", in: "query", required: true, description: "From 1", schema: { type: "number" } },
      {
        name: "since",
        in: "query",
        required: false,
        description: "A day\n\nType: ISO date",
        schema: { type: "string" },
      },
      { name: "size", in: "query", required: false, schema: { type: "number", maximum: 100 } },
      {
        name: "X-Key",
        in: "header",
        required: true,
        description: "Yours",
        schema: { type: "string", maxLength: 9 },
      },
      { name: "X-Count", in: "header", required: true, schema: { type: "integer" } },
    ]);
  });

  it("that are checked have a 400", () => {
    expect(Object.keys(responses)).toEqual(["400", "default"]);
  });
});
