import { z } from "zod";
import {
  ColonnadeError,
  JsonResponse,
  Resource,
  Response,
  Router,
  get,
  head,
  openApi,
  options,
  patch,
  post,
  put,
  websocket,
} from "colonnade";
import type { DocumentInfo, DocumentOptions, Mounts } from "colonnade";
import { faultsOfOpenApi, operationOf, operationsOf, schemasOf } from "./validators";

const info = { title: "Users", version: "1.2.3" };

const User = z.object({ id: z.string(), name: z.string() }).meta({ id: "User" });

class UserResource extends Resource {
  @get("/users/:id", {
    summary: "Show a user",
    description: "One of *them*.",
    deprecated: true,
    responses: { 200: User, 404: null },
  })
  show(): JsonResponse<{ id: string; name: string }, 200> {
    return new JsonResponse({ id: "1", name: "Ada" }, 200);
  }

  @post("/users", { body: z.object({ name: z.string() }), security: [{ key: [] }] })
  create() {
    return new JsonResponse({}, 201);
  }

  @patch("/users/:id", { body: z.object({ name: z.string() }).optional(), tags: ["people", "Admin"] })
  change() {
    return new Response(null, 204);
  }

  @websocket("/talk")
  talk() {}
}

class FileResource extends Resource {
  @get("/files/:path*")
  read() {
    return new Response("");
  }
}

const security = { securitySchemes: { key: { type: "apiKey", name: "X-Key", in: "header" } } } as const;

describe("openApi(info, mounts)", () => {
  const mounts = { "/api": [new UserResource(), new FileResource()] };
  const document = openApi(info, mounts, security);

  it("is valid", async () => {
    expect(await faultsOfOpenApi(document)).toEqual([]);
  });

  it("says what version it is in, and what was given", () => {
    expect(document).toMatchObject({ openapi: "3.1.0", info });
  });

  it("has the paths with what they are mounted at, in order, and no WebSockets", () => {
    expect(Object.keys(document.paths)).toEqual([
      "/api/users/{id}",
      "/api/users",
      "/api/files",
      "/api/files/{path}",
    ]);
  });

  it("has what a declaration says for people", () => {
    expect(operationOf(document, "GET /api/users/{id}")).toMatchObject({
      summary: "Show a user",
      description: "One of *them*.",
      deprecated: true,
    });
  });

  it("names an operation by class and method", () => {
    expect(operationOf(document, "POST /api/users").operationId).toBe("UserResource_create");
  });

  it("has a tag for each class, and those that were given", () => {
    expect(operationsOf(document).map(({ tags }) => tags)).toEqual([
      ["User"],
      ["people", "Admin"],
      ["User"],
      ["File"],
      ["File"],
    ]);
    expect(document["tags"]).toEqual([
      { name: "User" },
      { name: "people" },
      { name: "Admin" },
      { name: "File" },
    ]);
  });

  it("says whether there must be a body", () => {
    expect(operationOf(document, "POST /api/users").requestBody).toMatchObject({ required: true });
    expect(operationOf(document, "PATCH /api/users/{id}").requestBody).toMatchObject({ required: false });
    expect(operationOf(document, "GET /api/users/{id}").requestBody).toBeUndefined();
  });

  it("takes it that there must be one where only an asynchronous schema knows", () => {
    class Later extends Resource {
      @post("/x", {
        body: z
          .string()
          .optional()
          .refine(async () => Promise.resolve(true)),
      })
      answer() {
        return new Response();
      }
    }
    const later = openApi(info, { "": new Later() });
    expect(operationOf(later, "POST /x").requestBody).toMatchObject({ required: true });
  });

  it("has the declared responses", () => {
    const error = { $ref: "#/components/schemas/Error" };
    expect(operationOf(document, "GET /api/users/{id}").responses).toEqual({
      200: {
        description: "OK",
        content: { "application/json": { schema: { $ref: "#/components/schemas/User" } } },
      },
      400: { description: "Bad Request", content: { "application/json": { schema: error } } },
      404: { description: "Not Found" },
    });
  });

  it("says that there are some where none are declared", () => {
    expect(operationOf(document, "GET /api/files").responses).toEqual({
      default: { description: "What the handler answers." },
    });
  });

  it("has what Colonnade itself answers: 400 where something is checked, 413 where a body may be", () => {
    const error = { $ref: "#/components/schemas/Error" };
    const invalid = { $ref: "#/components/schemas/ValidationError" };
    expect(operationOf(document, "POST /api/users").responses).toMatchObject({
      400: { content: { "application/json": { schema: { anyOf: [invalid, error] } } } },
      413: { description: "Payload Too Large", content: { "application/json": { schema: error } } },
    });
    expect(schemasOf(document)).toMatchObject({
      Error: { required: ["error", "code"] },
      ValidationError: { required: ["error", "code", "issues"] },
    });
  });

  it("has 415 where a body may be, and 400 where a path has a parameter, which may be malformed", () => {
    const error = { $ref: "#/components/schemas/Error" };
    const content = { "application/json": { schema: error } };
    expect(operationOf(document, "POST /api/users").responses["415"]).toEqual({
      description: "Unsupported Media Type",
      content,
    });
    const { responses } = operationOf(document, "GET /api/files/{path}");
    expect(responses["400"]).toEqual({ description: "Bad Request", content });
    expect(Object.keys(operationOf(document, "GET /api/files").responses)).toEqual(["default"]);
  });

  it("adds those to what a declaration says of the same status", async () => {
    const Mine = z.object({ why: z.string() });
    class Both extends Resource {
      @post("/x", { body: z.string(), responses: { 400: Mine, 413: null } })
      answer(): JsonResponse<{ why: string }, 400> {
        return new JsonResponse({ why: "" }, 400);
      }
    }
    for (const errors of ["json", "problem"] as const) {
      const both = openApi(info, { "/": new Both() }, { errors });
      const { responses } = operationOf(both, "POST /x");
      const given = Object.values(responses["400"]?.content ?? {}).map(({ schema }) => schema);
      const [mine, ...ours] = given.flatMap((each) => ("anyOf" in each ? (each.anyOf as object[]) : [each]));
      expect(ours).toHaveLength(2);
      expect(mine).toMatchObject({ properties: { why: {} } });
      expect(JSON.stringify(ours)).toContain("#/components/schemas/ValidationError");
      expect(responses["413"]?.content).toBeDefined();
      expect(await faultsOfOpenApi(both)).toEqual([]);
    }
  });

  it('has errors as problem details with "problem"', () => {
    const problems = openApi(info, mounts, { ...security, errors: "problem" });
    const { responses } = operationOf(problems, "POST /api/users");
    expect(Object.keys(responses["413"]?.content ?? {})).toEqual(["application/problem+json"]);
    expect(schemasOf(problems)["Error"]).toMatchObject({
      required: ["type", "title", "status", "detail"],
    });
  });

  it('says with "problem" that an ErrorResponse is sent as problem details, of which not all have a code', async () => {
    const problems = openApi(info, mounts, { ...security, errors: "problem" });
    const { responses } = operationOf(problems, "GET /api/users/{id}");
    expect(responses["404"]).toEqual({
      description: "Not Found",
      content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Error" } } },
    });
    expect(Object.keys(responses["200"]?.content ?? {})).toEqual(["application/json"]);
    expect(await faultsOfOpenApi(problems)).toEqual([]);
  });

  it('leaves them to the app with "next"', () => {
    const others = openApi(info, mounts, { ...security, errors: "next" });
    expect(operationOf(others, "POST /api/users").responses).toMatchObject({
      413: { description: "Payload Too Large" },
    });
    expect(Object.keys(schemasOf(others))).toEqual(["User"]);
  });

  it("gives the same bytes for the same classes", () => {
    const again = openApi(info, { "/api": [new UserResource(), new FileResource()] }, security);
    expect(JSON.stringify(again)).toBe(JSON.stringify(document));
  });

  it("gives a document that may be changed, and no other changes with it", () => {
    const given = { servers: [{ url: "/v1" }], ...security };
    const mine = openApi(info, mounts, given);
    mine.info["title"] = "Mine";
    operationOf(mine, "POST /api/users").responses["413"] = { description: "Big" };
    expect(openApi(info, mounts, security)).toEqual(document);
    expect(info.title).toBe("Users");
  });

  it("has servers, security, tags and external documentation as they were given", async () => {
    const given = {
      ...security,
      servers: [{ url: "https://example.com/v1", description: "The real one" }],
      security: [{ key: [] }, {}],
      tags: [{ name: "File", description: "Files" }, { name: "Unused" }],
      externalDocs: { url: "https://example.com/docs" },
    } satisfies DocumentOptions;
    const mine = openApi({ ...info, license: { name: "MIT", identifier: "MIT" } }, mounts, given);
    expect(mine).toMatchObject({
      servers: given.servers,
      security: given.security,
      components: { securitySchemes: given.securitySchemes },
      externalDocs: given.externalDocs,
    });
    expect(mine["tags"]).toEqual([...given.tags, { name: "User" }, { name: "people" }, { name: "Admin" }]);
    expect(operationOf(mine, "POST /api/users")["security"]).toEqual([{ key: [] }]);
    expect(await faultsOfOpenApi(mine)).toEqual([]);
  });

  it("describes a Router, and routes that were written out", async () => {
    const router = new Router().registerRoutes(new UserResource());
    router.registerRoutes([["GET", "/plain/:id", () => new Response()]]);
    const mine = openApi(info, { "/": router }, security);
    expect(operationOf(mine, "GET /users/{id}").operationId).toBe("UserResource_show");
    const plain = operationOf(mine, "GET /plain/{id}");
    expect([plain.operationId, plain.tags]).toEqual(["get_plain_id", undefined]);
    expect(await faultsOfOpenApi(mine)).toEqual([]);
  });

  it("has HEAD and OPTIONS where they are declared, and no methods that OpenAPI has no place for", () => {
    class Verbs extends Resource {
      @get("/x")
      @head("/x")
      @options("/x")
      @put("/x")
      answer() {
        return new Response();
      }
    }
    const routes: Mounts = {
      "/": [new Verbs(), new Router().registerRoutes([["PROPFIND", "/x", () => new Response()]])],
    };
    expect(Object.keys(openApi(info, routes).paths["/x"] ?? {})).toEqual(["get", "head", "options", "put"]);
  });

  it("is valid without any route", async () => {
    const none = openApi(info, {});
    expect(none).toEqual({ openapi: "3.1.0", info, paths: {} });
    expect(await faultsOfOpenApi(none)).toEqual([]);
  });
});

describe("openApi(info, mounts) refuses", () => {
  const user = new UserResource();

  it.each<[string, unknown, unknown, unknown, string]>([
    ["no title", { version: "1" }, {}, {}, "openApi(): the title of info is text, not undefined"],
    ["no info", undefined, {}, {}, "openApi(): the title of info is text, not undefined"],
    ["no version", { title: "x", version: 1 }, {}, {}, "openApi(): the version of info is text, not 1"],
    ["a Resource in place of mounts", info, user, {}, "not an object of class UserResource"],
    [
      "no mounts",
      info,
      undefined,
      {},
      "openApi() takes Resources by the paths they are mounted at, not undefined",
    ],
    ["what has no routes", info, { "/api": 5 }, {}, 'or a list of them, at "/api", not 5'],
    ["a list with such", info, { "/api": [user, null] }, {}, 'at "/api", not null'],
    ["an unknown option", info, {}, { server: [] }, 'openApi() has no option "server"'],
    ["another format", info, {}, { errors: "xml" }, 'errors is "json", "problem" or "next", not "xml"'],
    ["one server", info, {}, { servers: { url: "/" } }, "openApi(): servers is a list, not an object"],
    ["a security requirement", info, {}, { security: {} }, "openApi(): security is a list, not an object"],
    ["tags as text", info, {}, { tags: "User" }, 'openApi(): tags is a list, not "User"'],
    ["a converter that is none", info, {}, { toJsonSchema: {} }, "toJsonSchema is a function, not an object"],
    [
      "a security scheme that there is not",
      info,
      { "/api": user },
      {},
      'openApi(): security of POST /api/users (UserResource.create) names "key", which securitySchemes does not have',
    ],
    [
      "one of all operations",
      info,
      {},
      { security: [{ toString: [] }] },
      'security of the document names "toString"',
    ],
  ])("%s", (_what, given, mounts, others, message) => {
    const call = () => openApi(given as DocumentInfo, mounts as Mounts, others as DocumentOptions);
    expect(call).toThrow(ColonnadeError);
    expect(call).toThrow(message);
  });

  it.each([
    ["a path that does not start with a slash", "api", 'Path "api/users/:id", index 0'],
    ["one in Express's syntax", "/{api}", "groups are not part of the grammar"],
    ["one that takes a name of a pattern", "/:id", 'the name "id" is taken'],
  ])("%s", (_what, path, message) => {
    expect(() => openApi(info, { [path]: user }, security)).toThrow(message);
  });
});
