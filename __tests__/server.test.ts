import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { once } from "node:events";
import type { ErrorRequestHandler, RequestHandler } from "express";
import request from "supertest";
import { HTTPServer, JsonResponse, Response, Router } from "colonnade";
import type { Route } from "colonnade";
import { WebSocket } from "ws8";
import { head } from "./express/wire";
import { Wire } from "./express/wire";
import { Things, create, run } from "./server/running";

const mark =
  (text: string): RequestHandler =>
  (_req, res, next) => {
    res.append("X-Order", text);
    next();
  };

describe("new HTTPServer(addr, privkey, cert, options)", () => {
  it.each([
    [undefined, "undefined"],
    ["127.0.0.1", '"127.0.0.1"'],
    [["127.0.0.1"], '"127.0.0.1"'],
    [["", 80], '"", 80'],
    [["127.0.0.1", "80"], '"127.0.0.1", "80"'],
    [["127.0.0.1", 65_536], '"127.0.0.1", 65536'],
    [["127.0.0.1", -1], '"127.0.0.1", -1'],
    [["127.0.0.1", 1.5], '"127.0.0.1", 1.5'],
  ])("refuses the address %j", (addr, shown) => {
    const make = () => new HTTPServer(addr as [string, number]);
    const message = `The address of an HTTPServer is a host and a port, 0 to 65535, not ${shown}`;
    expect(make).toThrow(expect.objectContaining({ code: "ERR_OPTION", message }));
  });

  it.each([
    ["key.pem", undefined],
    [undefined, "cert.pem"],
    [1, 2],
  ])("refuses %p as privkey with %p as cert", (privkey, cert) => {
    const make = () => new HTTPServer(["127.0.0.1", 0], privkey as string, cert as string);
    expect(make).toThrow(expect.objectContaining({ code: "ERR_OPTION" }));
  });

  it.each([
    [null, "The options of an HTTPServer are an object, not null"],
    [{ errors: "html" }, 'errors is "json", "problem" or "next"'],
    [{ strict: 1 }, "strict is true or false"],
    [{ onError: "log" }, "onError is a function"],
    [{ sendTimeout: -1 }, "sendTimeout is a whole number of milliseconds"],
  ])("refuses the options %j", (options, message) => {
    expect(() => create(options as never)).toThrow(message);
  });
});

describe("an HTTPServer answers", () => {
  const errors: unknown[] = [];
  const server = create({ onError: (error) => errors.push(error) }).registerRoutes(new Things());

  it.each([
    ["get", "/things/7", 200, { id: "7" }],
    ["get", "/things/%ZZ", 400, { code: "ERR_MALFORMED_PATH" }],
    ["get", "/nowhere", 404, { error: "Nothing answers GET /nowhere", code: "ERR_NOT_FOUND" }],
    ["put", "/things/7", 405, { error: "PUT /things/7 is not allowed", code: "ERR_METHOD_NOT_ALLOWED" }],
    ["get", "/socket", 426, { code: "ERR_UPGRADE_REQUIRED" }],
    ["get", "/broken", 500, { error: "Internal Server Error" }],
  ] as const)("%s %s with %i, as JSON", async (method, path, status, body) => {
    const response = await request(server.app)[method](path).expect("Content-Type", "application/json");
    expect([response.status, response.body]).toEqual([status, expect.objectContaining(body)]);
  });

  it("says which methods there are", async () => {
    await request(server.app).put("/things/7").expect("Allow", "GET, HEAD");
    await request(server.app)
      .options("/things/7")
      .expect("Allow", /^GET, ?HEAD$/);
    await request(server.app).get("/socket").expect("Upgrade", "websocket");
  });

  it("tells onError, and not the client, of what a handler throws", async () => {
    errors.length = 0;
    const { text } = await request(server.app).get("/broken");
    expect(text).not.toContain("secret");
    expect(errors).toEqual([new Error("a secret")]);
  });

  it("does not say what it is made of", async () => {
    const { headers } = await request(server.app).get("/things/7");
    expect(headers).not.toHaveProperty("x-powered-by");
  });

  it("answers what middleware refuses with its status and message", async () => {
    const refusing = create().use(() => {
      throw Object.assign(new Error("too many"), { status: 429 });
    });
    await request(refusing.app).get("/").expect(429, { error: "too many" });
  });

  it.each([undefined, "text", { status: 200 }, { status: "404" }, { status: 99 }])(
    "answers 500 where middleware passes %p on",
    async (failure) => {
      const failures: unknown[] = [];
      const failing = create({ onError: (error) => failures.push(error) });
      failing.use((_req, _res, next) => next(failure ?? Object.create(null)));
      await request(failing.app).get("/").expect(500, { error: "Internal Server Error" });
      expect(failures).toHaveLength(1);
    },
  );

  it("answers 500 where even the status of a failure throws", async () => {
    const hostile = Object.defineProperty({}, "status", {
      get() {
        throw new Error("no status");
      },
    });
    const failing = create({ onError: () => {} }).use((_req, _res, next) => next(hostile));
    await request(failing.app).get("/").expect(500, { error: "Internal Server Error" });
  });

  it("cuts the connection where a failure comes behind the head", async () => {
    const failing = create({ onError: () => {} });
    failing.app.get("/", (_req, res, next) => {
      res.write("half");
      next(new Error("broken"));
    });
    await expect(request(failing.app).get("/")).rejects.toThrow("aborted");
  });

  it("passes what it refuses to error middleware with errors: next", async () => {
    const seen: unknown[] = [];
    const answer: ErrorRequestHandler = (error, _req, res, _next) => {
      seen.push(error);
      res.status(418).end();
    };
    const refusing = create({ errors: "next" }).registerRoutes(new Things()).use(answer);
    for (const path of ["/nowhere", "/things/%ZZ"]) await request(refusing.app).get(path).expect(418);
    await request(refusing.app).put("/things/7").expect(418);
    expect(seen).toEqual([
      expect.objectContaining({ code: "ERR_NOT_FOUND" }),
      expect.objectContaining({ code: "ERR_MALFORMED_PATH" }),
      expect.objectContaining({ code: "ERR_METHOD_NOT_ALLOWED" }),
    ]);
  });

  it("keeps caseSensitive and strict for what it refuses too", async () => {
    const loose = create({ caseSensitive: false, strict: true }).registerRoutes(new Things());
    await request(loose.app).get("/THINGS/7").expect(200);
    await request(loose.app).put("/THINGS/7").expect(405);
    await request(loose.app).put("/things/7/").expect(404);
  });

  it("leaves what it does not know to the app that its app is mounted in", async () => {
    const outer = create();
    outer.use("/inner", create().registerRoutes(new Things()).app);
    outer.app.get("/inner/nowhere", (_req, res) => void res.send("the outer one's"));
    await request(outer.app).get("/inner/things/1").expect(200);
    await request(outer.app).get("/inner/nowhere").expect(200, "the outer one's");
  });
});

describe("HTTPServer.use(...middleware)", () => {
  it("runs before the routes and in order, whenever it was added", async () => {
    const server = create()
      .use(mark("a"))
      .registerRoutes(new Things())
      .use("/things", mark("b"), [mark("c")]);
    server.use(mark("d"));
    await request(server.app).get("/things/1").expect("X-Order", "a, b, c, d");
    await request(server.app).get("/nowhere").expect("X-Order", "a, d");
  });

  it("runs error middleware behind the routes and the app's own, and stops where one answers", async () => {
    const first: ErrorRequestHandler = (error, _req, res, next) => {
      res.append("X-Order", "first");
      next(error);
    };
    const second: ErrorRequestHandler = (error: Error, _req, res, _next) => {
      res.status(503).send(error.message);
    };
    const server = create().use(first).registerRoutes(new Things()).use(second);
    server.app.get("/hand", (_req, _res, next) => next(new Error("by hand")));
    await request(server.app).get("/broken").expect(503, "a secret").expect("X-Order", "first");
    await request(server.app).get("/hand").expect(503, "by hand").expect("X-Order", "first");
    await request(server.app).get("/nowhere").expect(404);
  });

  it.each([undefined, null, "helmet", {}, [[1]]])("refuses %p", (middleware) => {
    const use = () => create().use("/", middleware as never);
    expect(use).toThrow(expect.objectContaining({ code: "ERR_OPTION" }));
  });
});

describe("HTTPServer.registerRoutes(routes)", () => {
  const route = (path: string, body: string): Route => ["GET", path, () => new Response(body)];

  it("adds to what is there, and the first that matches answers", async () => {
    const server = create().registerRoutes([route("/a", "first")]);
    await request(server.app).get("/b").expect(404);
    server.registerRoutes([route("/:x", "second")]).registerRoutes(new Things());
    await request(server.app).get("/a").expect(200, "first");
    await request(server.app).get("/b").expect(200, "second");
    expect(server.routes().map(([method, pattern]) => `${method} ${pattern}`)).toEqual([
      "GET /a",
      "GET /:x",
      ...new Router()
        .registerRoutes(new Things())
        .routes()
        .map(([method, pattern]) => `${method} ${pattern}`),
    ]);
  });

  it("keeps what is there when it refuses", async () => {
    const server = create().registerRoutes([route("/a", "first")]);
    expect(() => server.registerRoutes([route("/b", "b"), route("/(c)", "c")])).toThrow("index 1");
    expect(server.routes()).toHaveLength(1);
    await request(server.app).get("/b").expect(404);
  });

  it("stands in front of the routes of its app", async () => {
    const server = create();
    server.app.get("/a", (_req, res) => void res.send("by hand"));
    server.app.get("/b", (_req, res) => void res.send("by hand"));
    server.registerRoutes([["GET", "/a", () => new JsonResponse("ours")]]);
    await request(server.app).get("/a").expect(200, '"ours"');
    await request(server.app).get("/b").expect(200, "by hand");
  });
});

describe("HTTPServer.run()", () => {
  it("resolves once it listens, on a port that address tells", async () => {
    const server = create().registerRoutes(new Things());
    expect(server.address).toEqual(["127.0.0.1", 0]);
    const url = await run(server);
    expect(server.address[1]).toBeGreaterThan(0);
    expect(await (await fetch(`${url}/things/1`)).json()).toEqual({ id: "1" });
  });

  it("rejects for a port in use, which it names", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    const { port } = other.address() as AddressInfo;
    const server = new HTTPServer(["127.0.0.1", port]);
    const error = await server.run().catch((failure: unknown) => failure);
    const message = `127.0.0.1, port ${port}, can't be listened on: listen EADDRINUSE: address already in use 127.0.0.1:${port}`;
    expect(error).toMatchObject({ code: "ERR_LISTEN", message });
    expect((error as Error).cause).toMatchObject({ code: "EADDRINUSE" });
    await new Promise((resolve) => other.close(resolve));
    await run(server); // once it is free
  });

  it("rejects while it runs, and runs again once closed", async () => {
    const server = create().registerRoutes(new Things());
    await run(server);
    await expect(server.run()).rejects.toMatchObject({ code: "ERR_LISTEN" });
    await server.close();
    expect(server.address).toEqual(["127.0.0.1", 0]);
    expect((await fetch(`${await run(server)}/things/1`)).status).toBe(200);
  });

  it("serves WebSockets, and refuses those it does not know with 404", async () => {
    const server = create().registerRoutes(new Things());
    const url = (await run(server)).replace("http", "ws");
    const socket = new WebSocket(`${url}/socket`);
    await once(socket, "open");
    socket.send("hello");
    expect(String((await once(socket, "message"))[0])).toBe("hello");
    const wire = new Wire(server.address[1]).write(head("GET", "/things/1", ...upgrade));
    expect(await wire.closed).toMatch(/^HTTP\/1.1 404 [^]*No WebSocket answers \/things\/1/);
  });

  const upgrade = [
    "Connection: Upgrade",
    "Upgrade: websocket",
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
  ];
});
