import { toJsonSchema as fromValibot } from "@valibot/to-json-schema";
import * as v from "valibot";
import { z } from "zod";
import { Resource, Response, asyncApi, get, header, param, websocket } from "colonnade";
import type { AsyncApiDocument, DocumentInfo, DocumentOptions, Schema } from "colonnade";
import { given } from "../schema/given";
import { libraries } from "../schema/libraries";
import { faultsOfAsyncApi, schemasOf } from "./validators";

const info = { title: "Chat", version: "1.2.3", description: "Rooms" };

const Said = z.object({ from: z.string(), text: z.string() }).meta({ id: "Said" });

class ChatResource extends Resource {
  @websocket("/rooms/:room", {
    summary: "A room",
    description: "What is said reaches *all*.",
    deprecated: true,
    receives: z.object({ text: z.string(), to: z.tuple([z.string()]).optional() }),
    sends: Said,
    matches: z.object({ room: z.enum(["a", "b"]).describe("Which") }),
    query: z.object({ name: z.string().optional() }),
    security: [{ key: [] }, { login: ["read"] }],
  })
  @header("X-Trace", { required: true, description: "For logs" })
  @param("since", { type: "integer" })
  talk() {}

  @websocket("/raw/:path*", { tags: ["raw"] })
  raw() {}

  @websocket("/listen", { receives: z.string(), invalid: "close" })
  listen() {}

  @get("/rooms")
  list() {
    return new Response();
  }
}

const options = {
  servers: [
    { url: "https://example.com/v1", description: "The real one" },
    { url: "/v1" },
    { url: "http://localhost:3000" },
  ],
  securitySchemes: {
    key: { type: "apiKey", name: "X-Key", in: "header", description: "Yours" },
    login: {
      type: "oauth2",
      flows: { implicit: { authorizationUrl: "https://example.com/login", scopes: { read: "To read" } } },
    },
    token: { type: "http", scheme: "bearer" },
    open: { type: "openIdConnect", openIdConnectUrl: "https://example.com/.well-known/openid-configuration" },
    cert: { type: "mutualTLS" },
  },
  security: [{ token: [] }],
  tags: [{ name: "Chat", description: "Rooms" }],
  externalDocs: { url: "https://example.com/docs" },
} satisfies DocumentOptions;

describe("asyncApi(info, mounts)", () => {
  const document = asyncApi(info, { "/api": new ChatResource() }, options);
  const { channels, operations } = document;

  it("is valid", async () => {
    expect(await faultsOfAsyncApi(document)).toEqual([]);
  });

  it("is valid without any route", async () => {
    const none = asyncApi(info, {});
    expect(none).toEqual({
      asyncapi: "3.0.0",
      info,
      defaultContentType: "application/json",
      channels: {},
      operations: {},
    });
    expect(await faultsOfAsyncApi(none)).toEqual([]);
  });

  it("has a channel for each WebSocket route, two where a parameter may be absent, and no other routes", () => {
    expect(Object.entries(channels).map(([id, { address }]) => [id, address])).toEqual([
      ["ChatResource_talk", "/api/rooms/{room}"],
      ["ChatResource_raw_without_path", "/api/raw"],
      ["ChatResource_raw", "/api/raw/{path}"],
      ["ChatResource_listen", "/api/listen"],
    ]);
    expect(channels["ChatResource_raw"]).toMatchObject({
      tags: [{ name: "raw" }],
      "x-colonnade-pattern": "/api/raw/:path*",
      parameters: { path: { description: expect.stringContaining("One or more") as string } },
    });
  });

  it("has the messages of a channel", () => {
    expect(channels["ChatResource_talk"]).toMatchObject({
      title: "A room",
      description: "What is said reaches *all*.",
      "x-deprecated": true,
      tags: [{ name: "Chat" }],
      messages: {
        receives: {
          name: "ChatResource_talk_receives",
          payload: { properties: { text: { type: "string" } }, required: ["text"] },
        },
        sends: { payload: { $ref: "#/components/schemas/Said" } },
        refusal: { payload: { $ref: "#/components/schemas/ValidationError" } },
      },
    });
  });

  it("has JSON Schema in AsyncAPI's version", () => {
    const { messages } = channels["ChatResource_talk"] as unknown as { messages: Record<string, object> };
    expect(messages["receives"]).toMatchObject({
      payload: { properties: { to: { items: [{ type: "string" }], additionalItems: false } } },
    });
  });

  it("has what the handshake takes", () => {
    expect(channels["ChatResource_talk"]).toMatchObject({
      parameters: { room: { description: "Which", enum: ["a", "b"] } },
      bindings: {
        ws: {
          method: "GET",
          query: { type: "object", properties: { name: { type: "string" }, since: { type: "integer" } } },
          headers: {
            type: "object",
            properties: { "X-Trace": { type: "string", description: "For logs" } },
            required: ["X-Trace"],
          },
        },
      },
    });
  });

  it("has a description beside a parameter whose schema has a name", async () => {
    const Level = z.enum(["a", "b"]).meta({ id: "Level" });
    class Loud extends Resource {
      @websocket("/x", { query: z.object({ level: Level }) })
      @param("level", { description: "How loud" })
      talk() {}
    }
    const loud = asyncApi(info, { "/": new Loud() });
    expect(loud.channels["Loud_talk"]).toMatchObject({
      bindings: {
        ws: {
          query: {
            properties: {
              level: { allOf: [{ $ref: "#/components/schemas/Level" }], description: "How loud" },
            },
          },
        },
      },
    });
    expect(await faultsOfAsyncApi(loud)).toEqual([]);
  });

  it("needs no security where none is one of the alternatives", () => {
    const open = asyncApi(
      info,
      { "/api": new ChatResource() },
      { ...options, security: [{ token: [] }, {}] },
    );
    expect(open.operations["ChatResource_listen_receive"]).not.toHaveProperty("security");
  });

  it.each([
    ["https://example.com/", undefined],
    ["https://example.com/v1/", "/v1"],
    ["https://example.com/v1", "/v1"],
  ])("has no slash at the end of the path of a server: %s", (url, pathname) => {
    expect(asyncApi(info, {}, { servers: [{ url }] })["servers"]).toEqual({
      server: { host: "example.com", protocol: "wss", ...(pathname !== undefined && { pathname }) },
    });
  });

  it("has an operation for what is received and one for what is sent, as far as that is known", () => {
    const told = Object.entries(operations).map(([id, { action, messages }]) => [
      id,
      action,
      (messages as { $ref: string }[] | undefined)?.map(({ $ref }) => $ref.replace(/^.*\//, "")),
    ]);
    expect(told).toEqual([
      ["ChatResource_talk_receive", "receive", ["receives"]],
      ["ChatResource_talk_send", "send", ["sends", "refusal"]],
      ["ChatResource_raw_without_path_receive", "receive", undefined],
      ["ChatResource_raw_without_path_send", "send", undefined],
      ["ChatResource_raw_receive", "receive", undefined],
      ["ChatResource_raw_send", "send", undefined],
      ["ChatResource_listen_receive", "receive", ["receives"]],
    ]);
  });

  it("has servers and security in AsyncAPI's terms", () => {
    expect(document).toMatchObject({
      info: { ...info, tags: options.tags, externalDocs: options.externalDocs },
      servers: {
        server: { host: "example.com", protocol: "wss", pathname: "/v1", description: "The real one" },
        server2: { host: "localhost:3000", protocol: "ws" },
      },
      components: {
        securitySchemes: {
          key: { type: "httpApiKey", name: "X-Key", in: "header", description: "Yours" },
          login: { type: "oauth2", flows: { implicit: { availableScopes: { read: "To read" } } } },
          token: { type: "http", scheme: "bearer" },
          open: { type: "openIdConnect" },
          cert: { type: "X509" },
        },
      },
    });
    expect(operations["ChatResource_talk_receive"]).toMatchObject({
      security: [
        { $ref: "#/components/securitySchemes/key" },
        { $ref: "#/components/securitySchemes/login" },
      ],
    });
    expect(operations["ChatResource_listen_receive"]).toMatchObject({
      security: [{ $ref: "#/components/securitySchemes/token" }],
    });
  });

  it("gives the same bytes for the same classes", () => {
    const again = asyncApi(info, { "/api": new ChatResource() }, options);
    expect(JSON.stringify(again)).toBe(JSON.stringify(document));
  });
});

const toJsonSchema: DocumentOptions["toJsonSchema"] = (schema, typeMode, target) =>
  fromValibot(schema as v.GenericSchema, { typeMode, target, errorMode: "ignore" });

function documentOf(schemas: { receives?: Schema; sends?: Schema }, operationId?: string): AsyncApiDocument {
  const routes = [
    "WEBSOCKET",
    "/x",
    () => undefined,
    { schemas, ...(operationId && { operationId }) },
  ] as const;
  return asyncApi(info, { "/": { routes: () => [[...routes]] } }, { toJsonSchema });
}

describe("a message", () => {
  it.each(Object.entries(libraries))("may have a schema of %s", async (_library, { sync: schema }) => {
    expect(await faultsOfAsyncApi(documentOf({ receives: schema, sends: schema }))).toEqual([]);
  });

  it("may be recursive", async () => {
    const Tree = z.object({
      get kids() {
        return z.array(Tree);
      },
    });
    const vTree: v.GenericSchema = v.object({ kids: v.array(v.lazy(() => vTree)) });
    for (const schema of [Tree, vTree]) {
      const document = documentOf({ receives: schema });
      expect(Object.keys(schemasOf(document))).toEqual(["ValidationError", "websocket_x_receives"]);
      expect(await faultsOfAsyncApi(document)).toEqual([]);
    }
  });

  it("may be of a channel whose id is odd", async () => {
    const document = documentOf({ receives: z.string() }, "Ask / tell ~ é");
    expect(Object.keys(document.channels)).toEqual(["Ask / tell ~ é"]);
    expect(await faultsOfAsyncApi(document)).toEqual([]);
  });
});

describe("asyncApi(info, mounts) refuses", () => {
  it("what openApi does, and says that it was asked", () => {
    expect(() => asyncApi({} as DocumentInfo, {})).toThrow(
      "asyncApi(): the title of info is text, not undefined",
    );
    expect(() => asyncApi(info, { "/": new ChatResource() })).toThrow(
      'asyncApi(): security of WEBSOCKET /rooms/:room (ChatResource.talk) names "key"',
    );
  });

  it("a schema that there is no JSON Schema of", () => {
    class Silent extends Resource {
      @websocket("/x", { sends: given(() => ({ issues: [] })) })
      talk() {}
    }
    expect(() => asyncApi(info, { "/": new Silent() })).toThrow("sends of WEBSOCKET /x (Silent.talk)");
  });

  it("two channels with one id", () => {
    class Same extends Resource {
      @websocket("/one", { operationId: "same" })
      one() {}
      @websocket("/two", { operationId: "same" })
      two() {}
    }
    expect(() => asyncApi(info, { "/": new Same() })).toThrow(
      'WEBSOCKET /one (Same.one) and WEBSOCKET /two (Same.two) have one operation id, "same"',
    );
  });
});
