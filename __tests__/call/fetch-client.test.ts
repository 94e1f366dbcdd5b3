import express from "express";
import { z } from "zod";
import {
  ErrorResponse,
  EventStreamResponse,
  HTTPClient,
  JsonResponse,
  Resource,
  Response,
  createServer,
  del,
  get,
  post,
} from "colonnade";
import type { Request, RequestOf } from "colonnade";
import { createClient } from "colonnade/client";
import type { AddressInfo } from "node:net";
import type { Server } from "node:http";

const NewUser = z.object({ name: z.string(), born: z.coerce.date().optional() });
const User = z.object({ id: z.number(), name: z.string() });
const Conflict = z.object({ error: z.string() });

const createUser = post("/orgs/:org/users", {
  body: NewUser,
  query: z.object({ notify: z.stringbool().default(false), tag: z.array(z.string()).optional() }),
  headers: z.object({ "x-trace": z.string() }),
  responses: { 201: User, 409: Conflict },
});
const findFile = get("/files/:path+");
const removeUser = del("/users/:id?", { responses: { 204: null } });
const echo = post("/echo");
const wait = get("/wait");
const events = get("/events");
const seen: unknown[] = [];

class Api extends Resource {
  @createUser
  async create(request: RequestOf<typeof createUser>) {
    const { name } = await request.json();
    seen.push([request.matches, request.query, request.headers["x-trace"]]);
    return name === "root" ? new ErrorResponse("taken", 409) : new JsonResponse({ id: 1, name }, 201);
  }

  @findFile
  find({ matches }: RequestOf<typeof findFile>) {
    return new Response(matches.path, 200, { "Content-Type": "text/plain" });
  }

  @removeUser
  remove() {
    return new Response(null, 204);
  }

  @echo
  async echo(request: Request<"/echo">) {
    const type = request.headers["content-type"]?.[0] ?? "none";
    return new Response(await request.bytes(), 200, {
      "Content-Type": type,
      "X-Key": request.headers["x-key"] ?? [],
    });
  }

  @events
  events() {
    const late = async function* () {
      await new Promise((resolve) => setTimeout(resolve, 300));
      yield "late";
    };
    return new EventStreamResponse(late());
  }

  @wait
  async wait({ signal }: Request<"/wait">) {
    await new Promise((resolve) => signal.addEventListener("abort", resolve));
    return new Response();
  }
}

let server: Server;
let base: string;
beforeAll(async () => {
  server = createServer(express().use("/api", new Api().router()));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api`;
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

describe("createClient(baseUrl).call(declaration, input)", () => {
  it("sends every part, and types the answer by its status", async () => {
    seen.length = 0;
    const answer = await createClient(`${base}/`).call(createUser, {
      matches: { org: "a/b ü" },
      query: { notify: "true", tag: ["x", "y"] },
      headers: { "x-trace": "abc" },
      body: { name: "Ada" },
    });
    expect(seen).toEqual([[{ org: "a/b ü" }, { notify: true, tag: ["x", "y"] }, "abc"]]);
    if (answer.statusCode !== 201) throw new Error(`It is ${answer.statusCode}`);
    expect([answer.payload.id, answer.payload.name]).toEqual([1, "Ada"]);
    expect(answer.headers.get("content-type")).toBe("application/json");
    expect(answer.response.url).toBe(`${base}/orgs/a%2Fb%20%C3%BC/users?notify=true&tag=x&tag=y`);
  });

  it("resolves to an answer that is an error, declared or not", async () => {
    const client = createClient(base);
    const headers = { "x-trace": "abc" };
    const taken = await client.call(createUser, { matches: { org: "a" }, headers, body: { name: "root" } });
    if (taken.statusCode !== 409) throw new Error(`It is ${taken.statusCode}`);
    expect(taken.payload.error).toBe("taken");
    const invalid = await client.call(createUser, {
      matches: { org: "a" },
      headers,
      body: { name: 5 as unknown as string },
    });
    expect([invalid.statusCode, invalid.payload]).toMatchObject([400, { code: "ERR_VALIDATION" }]);
  });

  it("gives text as text, and nothing as undefined", async () => {
    const client = createClient(new URL(base));
    const file = await client.call(findFile, { matches: { path: "a/b" } });
    const none = await client.call(removeUser);
    expect([file.statusCode, file.payload, none.statusCode, none.payload]).toEqual([
      200,
      "a/b",
      204,
      undefined,
    ]);
  });

  it.each([
    ["JSON", { a: 1 }, "application/json", '{"a":1}'],
    ["text", "text", "application/json", '"text"'],
    ["a form", new URLSearchParams({ a: "b" }), "application/x-www-form-urlencoded;charset=UTF-8", "a=b"],
    ["bytes", new Uint8Array([65]), "none", "A"],
    ["a Blob", new Blob(["A"], { type: "text/x-a" }), "text/x-a", "A"],
  ])("sends %s", async (_kind, body, type, text) => {
    const { response, payload } = await createClient(base).call(echo, { body: body as never });
    const received = payload instanceof Blob ? await payload.text() : payload;
    expect([response.headers.get("content-type"), received]).toEqual([
      type,
      type === "application/json" ? JSON.parse(text) : text,
    ]);
  });

  it("sends the headers of the client, of the call and of the input, the last of them first", async () => {
    const keys: (string | null)[] = [];
    const call = async (headers: object, details: object, input: object) => {
      const client = createClient(base, { headers: headers as Record<string, string> });
      const { response } = await client.call(echo, input, details);
      keys.push(response.headers.get("x-key"));
    };
    await call({ "X-Key": "1" }, {}, {});
    await call({ "X-Key": "1" }, { headers: { "x-key": "2" } }, {});
    await call({ "X-Key": "1" }, { headers: { "x-key": "2" } }, { headers: { "X-KEY": "3" } });
    await call(async () => Promise.resolve({ "X-Key": "4" }), {}, {});
    expect(keys).toEqual(["1", "2", "3", "4"]);
  });

  it("rejects when it is aborted, and when its time is up", async () => {
    const client = createClient(base, { timeout: 60 });
    await expect(client.call(wait)).rejects.toMatchObject({ name: "TimeoutError" });
    const controller = new AbortController();
    const call = client.call(wait, {}, { signal: controller.signal, timeout: 0 });
    controller.abort(new Error("enough"));
    await expect(call).rejects.toThrow("enough");
    await expect(
      client.call(wait, {}, { signal: new AbortController().signal, timeout: 50 }),
    ).rejects.toMatchObject({ name: "TimeoutError" });
  });

  it("rejects, and sends nothing, for what can't be sent", async () => {
    let sent = 0;
    const client = createClient(base, { fetch: async () => Promise.reject(new Error(`sent ${++sent}`)) });
    await expect(client.call(findFile, {} as { matches: never })).rejects.toThrow(
      new TypeError("matches.path of GET /files/:path+ is missing"),
    );
    await expect(client.call(createUser, { matches: { org: ".." } } as never)).rejects.toThrow(TypeError);
    await expect(client.call(echo, { body: (() => {}) as never })).rejects.toThrow("The body has no JSON");
    expect(sent).toBe(0);
  });

  it("gives the text of an error that is no JSON, though it says so", async () => {
    const headers = { "Content-Type": "application/json" };
    const answers = [
      new globalThis.Response("<html>", { status: 502, headers }),
      new globalThis.Response("<", { headers }),
    ];
    const client = createClient(base, {
      fetch: async () => Promise.resolve(answers.shift() as globalThis.Response),
    });
    expect((await client.call(wait)).payload).toBe("<html>");
    await expect(client.call(wait)).rejects.toThrow("JSON");
  });

  it("has no timeout end a stream of events", async () => {
    const { payload } = await createClient(base, { timeout: 100 }).call(events);
    const text = await new globalThis.Response(payload as ReadableStream).text();
    expect(text).toContain("data: late");
  });

  it("refuses a WebSocket's declaration, and a base URL with a query", async () => {
    const chat = { method: "WEBSOCKET", pattern: "/chat", options: {} } as const;
    await expect(createClient(base).call(chat)).rejects.toThrow(
      "WEBSOCKET /chat is no route to call: connect() to it",
    );
    expect(() => createClient("http://localhost/?x=1")).toThrow("A base URL has neither query nor fragment");
  });

  it("sends a form with files to a route without a schema", async () => {
    const body = new FormData();
    body.set("file", new Blob(["A"]), "a.txt");
    const { response, payload } = await createClient(base).call(echo, { body });
    expect(response.headers.get("content-type")).toContain("multipart/form-data");
    expect(await (payload as Blob).text()).toContain('filename="a.txt"');
  });

  it("rejects as fetch does where there is no server", async () => {
    await expect(createClient("http://127.0.0.1:1").call(wait)).rejects.toThrow("fetch failed");
  });
});

describe("HTTPClient.call(declaration, input)", () => {
  const clients: HTTPClient[] = [];
  const clientOf = () => {
    const client = new HTTPClient(["127.0.0.1", (server.address() as AddressInfo).port]);
    clients.push(client);
    return client;
  };
  afterEach(async () => {
    for (const client of clients.splice(0)) await client.stop();
  });
  const mounted = { base: "/api/" };

  it("does the same over undici", async () => {
    seen.length = 0;
    const answer = await clientOf().call(
      createUser,
      {
        matches: { org: "a/b" },
        query: { notify: "true", tag: ["x", "y"] },
        headers: { "x-trace": "abc" },
        body: { name: "Ada" },
      },
      mounted,
    );
    expect(seen).toEqual([[{ org: "a/b" }, { notify: true, tag: ["x", "y"] }, "abc"]]);
    if (answer.statusCode !== 201) throw new Error(`It is ${answer.statusCode}`);
    expect(answer.payload.id).toBe(1);
  });

  it("sends text that has a schema as JSON, and without a schema as it is", async () => {
    const client = clientOf();
    const typed = { method: "POST", pattern: "/echo", options: { body: z.string() } };
    const body = "a" as never; // of a declaration without a schema
    const types = [
      await client.call(typed, { body: "a" }, mounted),
      await client.call(echo, { body }, mounted),
    ];
    expect(types.map(({ headers }) => headers["content-type"])).toEqual([
      "application/json",
      "text/plain; charset=utf-8",
    ]);
  });

  it("throws at once for what is missing, and for a WebSocket", () => {
    expect(() => clientOf().call(findFile, {} as { matches: never })).toThrow(
      new TypeError("matches.path of GET /files/:path+ is missing"),
    );
    const chat = { method: "WEBSOCKET", pattern: "/chat", options: {} } as const;
    expect(() => clientOf().call(chat)).toThrow(new TypeError("WEBSOCKET /chat is no route to call"));
  });

  it("ends with an answer where there is no server", async () => {
    const client = new HTTPClient(["127.0.0.1", 1]);
    clients.push(client);
    expect((await client.call(wait)).statusCode).toBe(502);
  });
});
