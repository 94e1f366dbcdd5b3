import { toJsonSchema as fromValibot } from "@valibot/to-json-schema";
import type { scope as arktypeScope, type as arktype } from "arktype" with { "resolution-mode": "import" };
import * as v from "valibot";
import { z } from "zod";
import { ColonnadeError, Resource, Router, openApi } from "colonnade";
import type { DocumentOptions, OpenApiDocument, RouteSource, Schema, Schemas } from "colonnade";
import { loadEsModule } from "../es-module";
import { given } from "../schema/given";
import { libraries } from "../schema/libraries";
import { faultsOfOpenApi, operationOf, schemasOf } from "./validators";

const ark = loadEsModule("arktype") as { type: typeof arktype; scope: typeof arktypeScope };
const info = { title: "Schemas", version: "1" };
const valibot: DocumentOptions = {
  errors: "next",
  toJsonSchema: (schema, side, target) =>
    fromValibot(schema as v.GenericSchema, { typeMode: side, target, errorMode: "ignore" }),
};

/** Routes `POST /0`, `POST /1` …, with those schemas. */
function routesOf(...schemas: Schemas[]): RouteSource {
  const routes = schemas.map((each, at) => ["POST", `/${at}`, () => undefined, { schemas: each }] as const);
  return { routes: () => routes.map((route) => [...route]) };
}

/** A document of those routes, and nothing of ours in it. */
function documentOf(...schemas: Schemas[]): OpenApiDocument {
  return openApi(info, { "/": routesOf(...schemas) }, valibot);
}

const bodyOf = (document: OpenApiDocument, path = "/0") =>
  operationOf(document, `POST ${path}`).requestBody?.content["application/json"]?.schema;
const answerOf = (document: OpenApiDocument, path = "/0") =>
  operationOf(document, `POST ${path}`).responses["200"]?.content?.["application/json"]?.schema;

describe.each(Object.entries(libraries))("a schema of %s", (library, { sync: schema }) => {
  const document = documentOf({ body: schema, responses: { 200: schema } });

  it("is valid", async () => {
    expect(await faultsOfOpenApi(document)).toEqual([]);
  });

  it("is what it takes in a request", () => {
    expect(bodyOf(document)).toMatchObject({
      type: "object",
      properties: { name: { type: "string", minLength: 1 } },
      required: expect.not.arrayContaining(["role"]) as string[],
    });
  });

  it("is what it makes of that in an answer", () => {
    // Of valibot's `transform` nobody knows what it makes, and zod's `default` is there by then.
    const always = library === "valibot" ? ["name", "age"] : ["name", "age", "role"];
    const { required } = answerOf(document) as { required: string[] };
    expect(new Set(required)).toEqual(new Set(library === "valibot" ? required : always));
  });

  it("has no $schema, of which the document has one for all", () => {
    expect(JSON.stringify(document)).not.toContain("$schema");
  });
});

describe("a schema with a name", () => {
  const Address = z.object({ city: z.string() }).meta({ id: "Address" });
  const User = z.object({ name: z.string(), home: Address }).meta({ id: "User" });

  it("is a component wherever it stands", async () => {
    const document = documentOf({ body: User }, { body: z.array(User) }, { body: z.object({ at: Address }) });
    expect(schemasOf(document)).toEqual({
      Address: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
      User: {
        type: "object",
        properties: { name: { type: "string" }, home: { $ref: "#/components/schemas/Address" } },
        required: ["name", "home"],
      },
    });
    expect(bodyOf(document)).toEqual({ $ref: "#/components/schemas/User" });
    expect(bodyOf(document, "/1")).toEqual({ type: "array", items: { $ref: "#/components/schemas/User" } });
    expect(await faultsOfOpenApi(document)).toEqual([]);
  });

  it("is called …Output where answers have another than requests, whichever is first", () => {
    for (const schemas of [
      [{ body: User }, { responses: { 200: User } }],
      [{ responses: { 200: User } }, { body: User }],
    ]) {
      const document = documentOf(...schemas);
      expect(Object.keys(schemasOf(document))).toEqual(["Address", "AddressOutput", "User", "UserOutput"]);
      expect(schemasOf(document)["UserOutput"]).toMatchObject({
        properties: { home: { $ref: "#/components/schemas/AddressOutput" } },
        additionalProperties: false,
      });
    }
  });

  it("keeps its name where only answers have it", () => {
    expect(Object.keys(schemasOf(documentOf({ responses: { 200: User } })))).toEqual(["Address", "User"]);
  });

  it("is one component where requests and answers have the same", () => {
    const Same = z.enum(["a", "b"]).meta({ id: "Same" });
    const document = documentOf({ body: Same, responses: { 200: Same } });
    expect(schemasOf(document)).toEqual({ Same: { type: "string", enum: ["a", "b"] } });
  });

  it("has a number where another has its name, and so do ours", async () => {
    const named = (id: string, schema: object): Schema =>
      ofJson({ $ref: `#/$defs/${id}`, $defs: { [id]: schema } });
    const document = openApi(
      info,
      {
        "/": routesOf(
          { body: named("Error", { type: "string" }) },
          { body: named("Error", { type: "number" }) },
          { body: named("Error2", { type: "boolean" }) },
          { body: named("Error", { type: "string" }) },
        ),
      },
      { toJsonSchema: () => ({}) },
    );
    const schemas = schemasOf(document);
    expect(schemas).toMatchObject({
      Error: { type: "string" },
      Error2: { type: "boolean" },
      Error3: { type: "number" },
      Error4: { required: ["error", "code"] },
    });
    expect(Object.keys(schemas)).toHaveLength(5);
    expect(["/0", "/1", "/2", "/3"].map((path) => bodyOf(document, path))).toEqual([
      { $ref: "#/components/schemas/Error" },
      { $ref: "#/components/schemas/Error3" },
      { $ref: "#/components/schemas/Error2" },
      { $ref: "#/components/schemas/Error" },
    ]);
    expect(await faultsOfOpenApi(document)).toEqual([]);
  });

  it("is called by characters that a component may have", async () => {
    const odd = z.object({ a: z.string() }).meta({ id: "my/User é~" });
    const document = documentOf({ body: odd }, { body: z.string().meta({ id: "constructor" }) });
    expect(Object.keys(schemasOf(document))).toEqual(["constructor", "my_User_"]);
    expect(bodyOf(document)).toEqual({ $ref: "#/components/schemas/my_User_" });
    expect(await faultsOfOpenApi(document)).toEqual([]);
  });

  it.each([
    ["50%25", "50_25"],
    ["100%", "100_"],
    ["a~b", "a_b"],
    ["a~1b", "a_1b"],
    ["shop/User", "shop_User"],
  ])("may have the name %s", async (id, name) => {
    const document = documentOf({ body: z.array(z.object({ a: z.string() }).meta({ id })) });
    expect(Object.keys(schemasOf(document))).toEqual([name]);
    expect(await faultsOfOpenApi(document)).toEqual([]);
  });

  it("is called by its place where its name has nothing that a component may have", () => {
    const document = documentOf({ body: z.object({ a: z.string() }).meta({ id: "ユーザー" }) });
    expect(Object.keys(schemasOf(document))).toEqual(["post_0_body"]);
  });

  it("has a definition only once, however its properties are ordered", () => {
    const one = { type: "object", properties: { a: {}, b: {} } };
    const other = { properties: { b: {}, a: {} }, type: "object" };
    const named = (schema: object): Schema => ofJson({ $ref: "#/definitions/A", definitions: { A: schema } });
    expect(Object.keys(schemasOf(documentOf({ body: named(one) }, { body: named(other) })))).toEqual(["A"]);
  });
});

describe("a schema without a name", () => {
  it("stands wherever it is used", () => {
    const Plain = z.object({ a: z.string() });
    const document = documentOf({ body: Plain }, { body: Plain });
    expect(bodyOf(document)).toEqual(bodyOf(document, "/1"));
    expect(document["components"]).toBeUndefined();
  });
});

describe("a recursive schema", () => {
  const Tree = z.object({
    name: z.string(),
    get kids() {
      return z.array(Tree);
    },
  });
  const vTree: v.GenericSchema = v.object({ name: v.string(), kids: v.array(v.lazy(() => vTree)) });
  const { tree } = ark.scope({ tree: { name: "string", "kids?": "tree[]" } }).export();

  it.each<[string, Schema]>([
    ["zod", Tree],
    ["valibot", vTree],
    ["arktype", tree],
  ])("of %s is a component, by the place where it stands first", async (_library, schema) => {
    const document = documentOf({ body: schema }, { body: schema });
    const [name = ""] = Object.keys(schemasOf(document));
    expect(name).toBe("post_0_body");
    expect(JSON.stringify(schemasOf(document)[name])).toContain('"$ref":"#/components/schemas/post_0_body');
    expect(JSON.stringify(bodyOf(document, "/1"))).toContain('"$ref":"#/components/schemas/post_0_body');
    expect(await faultsOfOpenApi(document)).toEqual([]);
  });

  it("is the same component as a whole and as a part", () => {
    const document = documentOf({ body: Tree }, { body: z.object({ one: Tree, other: Tree }) });
    expect(Object.keys(schemasOf(document))).toEqual(["post_0_body"]);
    expect(bodyOf(document, "/1")).toMatchObject({
      properties: { one: { $ref: "#/components/schemas/post_0_body" } },
    });
  });

  it("has its own name where it has one", async () => {
    const Named = z
      .object({
        get kids() {
          return z.array(Named);
        },
      })
      .meta({ id: "Named" });
    const document = documentOf({ body: Named });
    expect(schemasOf(document)).toMatchObject({
      Named: { properties: { kids: { items: { $ref: "#/components/schemas/Named" } } } },
    });
    expect(await faultsOfOpenApi(document)).toEqual([]);
  });

  it("is the same bytes each time, whatever numbers its library counts", () => {
    const made = () => {
      const { one, two } = ark.scope({ one: { "two?": "two" }, two: { "one?": "one[]" } }).export();
      return JSON.stringify(documentOf({ body: one }, { body: two, responses: { 200: one } }));
    };
    expect(made()).toBe(made());
  });
});

/** One that is given as JSON Schema. */
function ofJson(json: object): Schema {
  const { "~standard": standard } = given(() => ({ issues: [] }));
  const jsonSchema = {
    input: () => json as Record<string, unknown>,
    output: () => json as Record<string, unknown>,
  };
  return { "~standard": { ...standard, jsonSchema } };
}

describe("JSON Schema", () => {
  it("is asked for in OpenAPI's version", () => {
    const input = jest.fn(() => ({}));
    documentOf({
      body: {
        "~standard": { ...given(() => ({ issues: [] }))["~standard"], jsonSchema: { input, output: input } },
      },
    });
    expect(input.mock.calls).toEqual([[{ target: "draft-2020-12" }]]);
  });

  it("is taken as it is, where $ref and definitions are data or names", () => {
    const json = {
      properties: {
        $ref: { const: { $ref: "#/x" } },
        $schema: { type: "string" },
        default: { type: "string" },
      },
      default: { $ref: "#", $schema: "x" },
      examples: [{ $ref: "#/y" }],
      anyOf: [{ $ref: "https://example.com/other.json" }],
    };
    expect(bodyOf(documentOf({ body: ofJson(json) }))).toEqual(json);
  });

  it("may refer to any part of itself", async () => {
    const json = {
      type: "object",
      properties: {
        a: { type: "string" },
        b: { $ref: "#/properties/a" },
        "c/d": {},
        e: { $ref: "#/properties/c~1d" },
      },
    };
    const document = documentOf({ body: ofJson(json) });
    expect(schemasOf(document)).toEqual({ post_0_body: { type: "string" }, post_0_body2: {} });
    expect(await faultsOfOpenApi(document)).toEqual([]);
  });

  it.each([["#/$defs/Missing"], ["#/$defs/toString"], ["#/a/b/c"]])(
    "that refers to %s is refused without that",
    ($ref) => {
      expect(() => documentOf({ body: ofJson({ $ref, $defs: {} }) })).toThrow(
        `The JSON Schema of body of POST /0 has nothing at "${$ref}", to which it refers`,
      );
    },
  );

  it("may say the same parameters by many ways", () => {
    const all = (at: number) => ({ allOf: [{ $ref: `#/$defs/A${at}` }, { $ref: `#/$defs/A${at}` }] });
    const $defs = Object.fromEntries(Array.from({ length: 40 }, (_, at) => [`A${at}`, all(at + 1)]));
    const last = { type: "object", properties: { x: { type: "string" } }, required: ["x"] };
    const query = ofJson({ $ref: "#/$defs/A0", $defs: { ...$defs, A40: last } });
    const { parameters } = operationOf(documentOf({ query }), "POST /0");
    expect(parameters).toEqual([{ name: "x", in: "query", required: true, schema: { type: "string" } }]);
  });

  it.each(["body", "query"] as const)("that is nested too deeply is refused by its name: %s", (part) => {
    let json: object = { type: "string" };
    for (let depth = 0; depth < 20_000; depth++) json = { allOf: [json] };
    const call = () => documentOf({ [part]: ofJson(json) });
    expect(call).toThrow(ColonnadeError);
    expect(call).toThrow(`The JSON Schema of ${part} of POST /0 is nested too deeply`);
  });

  it("may have dependencies on properties that are called as keywords are", () => {
    const json = {
      dependencies: { const: { $ref: "#/$defs/X" }, enum: ["y"] },
      $defs: { X: { required: ["y"] } },
    };
    expect(bodyOf(documentOf({ body: ofJson(json) }))).toEqual({
      dependencies: { const: { $ref: "#/components/schemas/X" }, enum: ["y"] },
    });
  });

  it("may say by a discriminator which of its definitions it is", () => {
    const mapping = { cat: "#/$defs/Cat", dog: "Dog", cow: "#/components/schemas/Cow" };
    const json = {
      oneOf: [{ $ref: "#/$defs/Cat" }],
      discriminator: { propertyName: "kind", mapping },
      $defs: { Cat: { type: "object" } },
    };
    expect(bodyOf(documentOf({ body: ofJson(json) }))).toEqual({
      oneOf: [{ $ref: "#/components/schemas/Cat" }],
      discriminator: {
        propertyName: "kind",
        mapping: { ...mapping, cat: "#/components/schemas/Cat" },
      },
    });
  });

  it("is copied, data and all, so that the document may be changed", () => {
    const json = { default: { a: [1] }, enum: [{ a: [1] }], const: { a: [1] }, examples: [null, "x"] };
    const body = bodyOf(documentOf({ body: ofJson(json) })) as typeof json;
    expect(body).toEqual(json);
    body.default.a.push(2);
    body.enum.push({ a: [2] });
    body.const.a.push(2);
    expect(json).toMatchObject({ default: { a: [1] }, enum: [{ a: [1] }], const: { a: [1] } });
    expect(json.enum).toHaveLength(1);
  });

  it("may have 300 definitions that refer to each other", () => {
    const $defs = Object.fromEntries(
      Array.from({ length: 300 }, (_, at) => [`D${at}`, { items: { $ref: `#/$defs/D${(at + 1) % 300}` } }]),
    );
    const document = documentOf({ body: ofJson({ $ref: "#/$defs/D0", $defs }) });
    expect(Object.keys(schemasOf(document))).toHaveLength(300);
  });
});

describe("a schema that misbehaves", () => {
  const json = JSON.parse(
    '{ "type": "object", "properties": { "__proto__": { "type": "string" }, "a": {} } }',
  ) as {
    [name: string]: unknown;
  };

  it.each<[string, () => unknown]>([
    ["never settles", async () => new Promise(() => {})],
    ["rejects", async () => Promise.reject(new Error("No"))],
    ["throws", () => JSON.parse("{")],
    ["gives nothing", () => null],
  ])("and %s is documented all the same, its names as they are", (_what, validate) => {
    const jsonSchema = { input: () => json, output: () => json };
    const schema = { "~standard": { version: 1, vendor: "tests", validate, jsonSchema } } as Schema;
    const document = documentOf({ body: schema, query: schema });
    const { requestBody, parameters } = operationOf(document, "POST /0");
    expect(requestBody?.required).toBe(true);
    expect(JSON.stringify(bodyOf(document))).toBe(JSON.stringify(json));
    expect(parameters?.map(({ name }) => name)).toEqual(["__proto__", "a"]);
  });
});

describe("toJsonSchema", () => {
  const silent: Schema = given(() => ({ issues: [] }));

  it("is asked where a library has no Standard JSON Schema, or says that it can't", () => {
    const toJsonSchema = jest.fn(() => ({ type: "string" }));
    const routes = routesOf({ body: silent, responses: { 200: z.date(), 201: z.string() } });
    const document = openApi(info, { "/": routes }, { toJsonSchema });
    expect(bodyOf(document)).toEqual({ type: "string" });
    expect(toJsonSchema.mock.calls).toEqual([
      [silent, "input", "draft-2020-12"],
      [expect.anything(), "output", "draft-2020-12"],
    ]);
  });

  it.each<[string, Schemas, DocumentOptions, string]>([
    [
      "is missing",
      { body: silent },
      {},
      "There is no JSON Schema of body of POST /0: tests does not have Standard JSON Schema: give the option toJsonSchema",
    ],
    [
      "is missing for a library that can't",
      { responses: { 200: z.date() } },
      {},
      "responses[200] of POST /0: Date cannot",
    ],
    [
      "gives nothing",
      { query: silent },
      { toJsonSchema: () => undefined as never },
      "query of POST /0: toJsonSchema gives undefined",
    ],
    [
      "throws",
      { headers: silent },
      {
        toJsonSchema: () => {
          throw new Error("No idea");
        },
      },
      "headers of POST /0: No idea",
    ],
    ["throws, where the library has too", { body: z.bigint() }, valibot, "body of POST /0: BigInt cannot"],
  ])("is an error that names schema and route where it %s", (_what, schemas, options, message) => {
    const call = () => openApi(info, { "/": routesOf(schemas) }, options);
    expect(call).toThrow(ColonnadeError);
    expect(call).toThrow(message);
  });

  it("names the method behind a route", () => {
    class Users extends Resource {
      override routes() {
        return new Router().registerRoutes(routesOf({ body: silent })).routes();
      }
    }
    expect(() => openApi(info, { "/api": new Users() })).toThrow("body of POST /api/0");
  });
});
