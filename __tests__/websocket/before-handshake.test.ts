import { setTimeout as wait } from "node:timers/promises";
import express from "express";
import type { ErrorRequestHandler, RequestHandler } from "express";
import session from "express-session";
import { WebSocket } from "ws8";
import { WebSocketOpCode } from "colonnade";
import type { WebSocketRequest } from "colonnade";
import { frame, handshake } from "./frames";
import { deferred, echo, serve, socketRouter } from "./live-socket";
import type { Handler } from "./live-socket";

const slow: RequestHandler = (_req, _res, next) => void setTimeout(next, 100);

/** Sends what `tell` makes of the request when it opens. */
const told =
  (tell: (socket: WebSocketRequest) => string): Handler =>
  (socket, opcode) => {
    if (opcode === WebSocketOpCode.Open) void socket.send(tell(socket));
  };

it("loses nothing that comes with the handshake behind slow middleware, and keeps its order", async () => {
  const sockets = await serve(express().use(slow, socketRouter("/ws", echo)));
  const frames = Array.from({ length: 50 }, (_, at) => frame(1, `message ${at}`));
  const wire = sockets.wire().write(Buffer.concat([Buffer.from(handshake("/ws")), ...frames]));
  await wire.until("message 49");
  expect([...wire.received.matchAll(/message (\d+)/g)].map(([, at]) => Number(at))).toEqual([
    ...frames.keys(),
  ]);
  wire.leave();
});

it("loses nothing that comes while slow middleware runs", async () => {
  const sockets = await serve(express().use(slow, socketRouter("/ws", echo)));
  const wire = sockets.wire().write(handshake("/ws"));
  await wait(30);
  wire.write(frame(1, "early"));
  expect(await wire.until("early")).toContain("101 Switching Protocols");
  wire.leave();
});

it("keeps the whole query, a second ? included, and the client's path", async () => {
  const tell = told(({ params, path, raw }) => JSON.stringify([path, params, raw.url, raw.query]));
  const sockets = await serve(express().use("/api", socketRouter("/ws", tell)));
  const peer = await sockets.connect("/api/ws?next=/a?b=1&c=2");
  expect(JSON.parse(String(await peer.next()))).toEqual([
    "/api/ws",
    { next: ["/a?b=1"], c: ["2"] },
    "/ws?next=/a?b=1&c=2",
    { next: "/a?b=1", c: "2" },
  ]);
});

it("binds each form of the grammar", async () => {
  const tell = told(({ matches }) => JSON.stringify(matches));
  const app = express();
  for (const path of ["/one/:a", "/maybe/:a?", "/some/:a+", "/any/:a*"]) app.use(socketRouter(path, tell));
  const sockets = await serve(app);
  const matched = async (path: string) =>
    JSON.parse(String(await (await sockets.connect(path)).next())) as unknown;
  expect(await matched("/one/x%2Fy")).toEqual({ a: "x/y" });
  expect(await matched("/maybe")).toEqual({});
  expect(await matched("/some/x/y")).toEqual({ a: "x/y" });
  expect(await matched("/any/x/y")).toEqual({ a: "x/y" });
});

describe("a session", () => {
  const sessions = () => session({ secret: "s", resave: false, saveUninitialized: false });
  interface Visits {
    visits?: number;
  }
  const visits = (socket: WebSocketRequest) =>
    (socket.raw as unknown as { session: session.Session & Visits }).session;

  async function start() {
    const app = express().use(sessions());
    app.get("/login", (req, res) => {
      (req.session as Visits).visits = 1;
      res.end();
    });
    app.get("/visits", (req, res) => void res.json((req.session as Visits).visits ?? 0));
    const saved = deferred();
    const handler: Handler = (socket, opcode) => {
      if (opcode !== WebSocketOpCode.Open) return;
      const mine = visits(socket);
      mine.visits = (mine.visits ?? 0) + 1;
      mine.save(() => saved.resolve());
    };
    const sockets = await serve(app.use(socketRouter("/ws", handler)));
    return { sockets, saved: saved.promise, base: `http://127.0.0.1:${sockets.port}` };
  }

  it("is the one that the cookie names, and save() keeps what changes", async () => {
    const { sockets, saved, base } = await start();
    const cookie = (await fetch(`${base}/login`)).headers.get("set-cookie")?.split(";")[0] ?? "";
    await sockets.connect("/ws", { headers: { cookie } });
    await saved;
    expect(await (await fetch(`${base}/visits`, { headers: { cookie } })).json()).toBe(2);
  });

  it("that begins here sends no cookie with the 101", async () => {
    const { sockets, saved } = await start();
    const wire = sockets.wire().write(handshake("/ws"));
    const head = await wire.until("\r\n\r\n");
    await saved;
    expect(head).toMatch(/^HTTP\/1.1 101 /);
    expect(head).not.toMatch(/cookie/i);
    wire.leave();
  });
});

it("leaves nothing of the walk on the request, nor of express-ws on Express's Router", async () => {
  const tell = told(({ raw }) =>
    JSON.stringify(["next" in raw && raw.next !== undefined, "ws" in express.Router]),
  );
  const sockets = await serve(express().use(socketRouter("/ws", tell)));
  expect(JSON.parse(String(await (await sockets.connect("/ws")).next()))).toEqual([false, false]);
});

it("writes nothing of middleware that answers late into an open socket", async () => {
  const late = deferred();
  const answersLate: RequestHandler = (_req, res, next) => {
    next();
    void late.promise.then(() => res.status(503).set("X-Late", "1").end("late answer"));
  };
  const sockets = await serve(express().use(answersLate, socketRouter("/ws", echo)));
  const peer = await sockets.connect("/ws");
  late.resolve();
  await wait(20);
  expect(await peer.send("first").next()).toBe("first");
  expect(peer.socket.readyState).toBe(WebSocket.OPEN);
});

it.each([{}, { origins: [] }])(
  "accepts once where middleware calls next twice, before %j",
  async (options) => {
    const twice: RequestHandler = (_req, _res, next) => {
      next();
      next();
    };
    let opened = 0;
    const handler: Handler = (socket, opcode, payload) => {
      if (opcode === WebSocketOpCode.Open) opened++;
      return echo(socket, opcode, payload);
    };
    const errors: unknown[] = [];
    const onError: ErrorRequestHandler = (error, _req, _res, _next) => void errors.push(error);
    const app = express().use(
      socketRouter("/ws", handler, { middleware: [twice] }),
      socketRouter("/ws", handler, options), // to which the second call leads
      onError,
    );
    const peer = await (await serve(app)).connect("/ws", { origin: "https://example.org" });
    expect(await peer.send("a").next()).toBe("a");
    expect(opened).toBe(1);
    expect(errors).toEqual([]);
  },
);

describe("what is no handshake is refused before the app is asked", () => {
  it.each([
    ["a Content-Length", handshake("/ws", "Content-Length: 5") + "hello", 400, "it has a body"],
    ["a chunked body", handshake("/ws", "Transfer-Encoding: chunked") + "0\r\n\r\n", 400, "it has a body"],
    ["another method", handshake("/ws").replace("GET", "POST"), 400, 'its method is "POST"'],
    ["no key", handshake("/ws").replace(/Sec-WebSocket-Key.*\r\n/, ""), 400, "Sec-WebSocket-Key"],
    ["a key of 15 bytes", handshake("/ws").replace("dGhl", ""), 400, "Sec-WebSocket-Key"],
    ["HTTP/1.0", handshake("/ws").replace("HTTP/1.1", "HTTP/1.0"), 400, "it is of HTTP/1.0, not 1.1"],
    ["no Host", handshake("/ws").replace("Host: localhost\r\n", ""), 400, "it has no Host"],
    ["a key with more in front", handshake("/ws").replace("dGhl", "=dGhl"), 400, "Sec-WebSocket-Key"],
    ["a key with more behind", handshake("/ws").replace("ZQ==", "ZQ==="), 400, "Sec-WebSocket-Key"],
    ["another version", handshake("/ws").replace("Version: 13", "Version: 12"), 426, "not 13"],
    ["a protocol twice", handshake("/ws", "Sec-WebSocket-Protocol: a, a"), 400, "distinct tokens"],
  ])("%s", async (_name, text, status, message) => {
    let asked = 0;
    const count: RequestHandler = (_req, _res, next) => {
      asked++;
      next();
    };
    // With the header, Express would throw for an answer that is out before it asks anybody.
    const app = express().disable("x-powered-by").use(count, socketRouter("/ws", echo));
    const sockets = await serve(app);
    const answer = await sockets.wire().write(text).closed;
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(JSON.parse(answer.slice(answer.indexOf("\r\n\r\n")))).toMatchObject({
      error: expect.stringContaining(message) as string,
    });
    expect(asked).toBe(0);
    expect(await (await sockets.connect("/ws")).send("alive").next()).toBe("alive");
  });
});

it("says with its 426 what it wants instead", async () => {
  const sockets = await serve(express().use(socketRouter("/ws", echo)));
  const answer = await sockets.wire().write(handshake("/ws").replace("Version: 13", "Version: 12")).closed;
  expect(answer).toMatch(/^Upgrade: websocket\r$/m);
  expect(answer).toMatch(/^Connection: Upgrade/m);
  expect(answer).toMatch(/^Sec-WebSocket-Version: 13\r$/m);
  expect(answer).toMatch(/^Content-Type: application\/json/m);
});

it.each([
  ["of version 8", handshake("/ws").replace("Version: 13", "Version: 8")],
  ["with an empty body", handshake("/ws", "Content-Length: 0")],
  ["whose Upgrade is in capitals", handshake("/ws").replace("websocket", "WebSocket")],
])("accepts a handshake %s", async (_name, text) => {
  const sockets = await serve(express().use(socketRouter("/ws", echo)));
  const wire = sockets.wire().write(text, frame(1, "a message"));
  expect(await wire.until("a message")).toMatch(/^HTTP\/1.1 101 /);
  wire.leave();
});
