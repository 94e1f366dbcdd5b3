import { execFile } from "node:child_process";
import { once } from "node:events";
import { createServer as createPlainServer } from "node:http";
import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";
import { promisify } from "node:util";
import express from "express";
import type { RequestHandler } from "express";
import { Server as SocketIo } from "socket.io";
import WebSocketOfTheServer from "ws";
import { attachWebSockets, createServer } from "colonnade";
import { handshake } from "./frames";
import { echo, live, socketRouter } from "./live-socket";

/** engine.io ends an upgrade that nobody has taken after a second. */
const slow: RequestHandler = (_req, _res, next) => void setTimeout(next, 1_500);

const appOf = (...middleware: RequestHandler[]) =>
  express().use(...middleware, socketRouter("/chat/:room", echo));

/** Attaches our gate and somebody else to one server, in either order. */
function attach(order: string, app: express.Express, other: (server: Server) => void): Server {
  if (order === "ours first") {
    const server = createServer(app);
    other(server);
    return server;
  }
  const server = createPlainServer(app);
  other(server);
  return attachWebSockets(server, app);
}

/** What comes back of a text; in a process of its own, for the client of socket.io works with its own ws only. */
async function say(url: string, text: string, ...transports: string[]): Promise<string> {
  const script = `
    const client = require("socket.io-client").io(process.argv[1], { transports: process.argv.slice(3) });
    const websocket = new Promise((done) => {
      const { engine } = client.io;
      if (engine.transport.name === "websocket") done();
      engine.on("upgrade", done);
    });
    client.on("said", (said) => websocket.then(() => (console.log(said), client.close())));
    client.emit("say", process.argv[2]);`;
  const { stdout } = await promisify(execFile)(process.execPath, ["-e", script, url, text, ...transports]);
  return stdout.trim();
}

const orders = ["ours first", "theirs first"];
const pass: RequestHandler = (_req, _res, next) => next();

describe.each(orders)("on one server with somebody else, %s", (order) => {
  it.each([
    ["at once", pass],
    ["after 1.5 s of middleware", slow],
  ])("engine.io with its defaults and ours both work, %s", async (_when, middleware) => {
    let engine: SocketIo | undefined;
    const server = attach(order, appOf(middleware), (given) => {
      engine = new SocketIo(given);
      engine.on("connection", (socket) => {
        socket.on("say", (text: string) => socket.emit("said", text));
      });
    });
    const sockets = await live(server);
    const url = `http://127.0.0.1:${sockets.port}`;
    const said = say(url, "over WebSocket", "websocket");
    const peer = await sockets.connect("/chat/one");
    expect(await peer.send("ours").next()).toBe("ours");
    expect(await said).toBe("over WebSocket");
    expect(await say(url, "polled, then upgraded", "polling", "websocket")).toBe("polled, then upgraded");
    const closed = once(server, "close");
    void engine?.close();
    await closed;
  });

  it("a WebSocket.Server with a path of ws keeps it, and answers what is nobody's", async () => {
    let theirs: WebSocketOfTheServer.Server | undefined;
    const server = attach(order, appOf(slow), (given) => {
      theirs = new WebSocketOfTheServer.Server({ server: given, path: "/theirs" });
      theirs.on("connection", (socket) => socket.send("theirs"));
    });
    const sockets = await live(server);
    const peers = await Promise.all([sockets.connect("/theirs"), sockets.connect("/chat/one")]);
    expect(await peers[0].next()).toBe("theirs");
    expect(await peers[1].send("ours").next()).toBe("ours");
    expect((await sockets.refusal("/nobody")).status).toBe(400);
    await peers[0].close();
    theirs?.close();
  });

  it("a listener that answers all upgrades by itself sees none of ours", async () => {
    const seen: unknown[] = [];
    const server = attach(order, appOf(slow), (given) => {
      given.on("upgrade", (req, socket) => {
        seen.push(req.url);
        socket.end("HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
      });
    });
    const sockets = await live(server);
    expect((await sockets.refusal("/theirs")).status).toBe(403);
    expect(await (await sockets.connect("/chat/one")).send("ours").next()).toBe("ours");
    expect(seen).toEqual(["/theirs"]);
  });
});

it("has a claimed upgrade that is refused answered by the app, and by nobody else", async () => {
  const seen: unknown[] = [];
  const guard: RequestHandler = (_req, res) => void res.status(401).send("log in");
  const server = createServer(express().use(guard, socketRouter("/ws", echo)));
  server.on("upgrade", (req) => seen.push(req.url));
  const sockets = await live(server);
  expect(await sockets.refusal("/ws")).toMatchObject({ status: 401, body: "log in" });
  expect(seen).toEqual([]);
});

it("takes back what a listener that has gone would have had", async () => {
  const server = createServer(appOf());
  const other = (_req: unknown, socket: Duplex) => void setTimeout(() => socket.destroy(), 50);
  server.on("upgrade", other);
  const sockets = await live(server);
  const wire = sockets.wire().write(handshake("/nobody"));
  expect(await wire.closed).toBe(""); // it was theirs
  server.off("upgrade", other);
  expect((await sockets.refusal("/nobody")).status).toBe(404);
});

describe("claims", () => {
  const withOther = async (claims: (req: IncomingMessage) => boolean, onError = (_error: unknown) => {}) => {
    const rewriting: RequestHandler = (req, _res, next) => {
      req.url = req.url.replace("/hidden", "/chat");
      next();
    };
    const server = createServer(appOf(rewriting), { claims, onError });
    server.on("upgrade", (_req, socket) => {
      socket.end("HTTP/1.1 410 Theirs\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
    });
    return live(server);
  };

  it("decides in place of the walk", async () => {
    const sockets = await withOther(({ url = "" }) => url.startsWith("/hidden"));
    expect(await (await sockets.connect("/hidden/one")).send("a").next()).toBe("a");
    expect((await sockets.refusal("/chat/one")).status).toBe(410);
  });

  it("that throws is reported, and claims nothing", async () => {
    const errors: unknown[] = [];
    const failure = new Error("broken");
    const sockets = await withOther(
      () => {
        throw failure;
      },
      (error) => errors.push(error),
    );
    expect((await sockets.refusal("/chat/one")).status).toBe(410);
    expect(errors).toEqual([failure]);
  });
});

describe("two apps", () => {
  it("on one server have each their own sockets", async () => {
    const first = express().use(socketRouter("/first", echo));
    const second = express().use(socketRouter("/second", echo));
    const server = attachWebSockets(createServer(first), second);
    const sockets = await live(server);
    for (const path of ["/first", "/second"]) {
      expect(await (await sockets.connect(path)).send(path).next()).toBe(path);
    }
    expect((await sockets.refusal("/third")).status).toBe(404);
    const peers = [await sockets.connect("/first"), await sockets.connect("/second")];
    server.close();
    for (const peer of peers) expect((await peer.closed).code).toBe(1001);
  });

  it("one app behind two servers serves both", async () => {
    const app = appOf();
    const servers = [await live(createServer(app)), await live(createServer(app))];
    const peers = await Promise.all(servers.map((sockets) => sockets.connect("/chat/one")));
    servers[0]?.server.close();
    expect((await peers[0]?.closed)?.code).toBe(1001);
    expect(await peers[1]?.send("still").next()).toBe("still");
  });

  it.each([true, false])("attached twice, has the options of the second time: %p", async (claimed) => {
    const app = appOf();
    const server = createServer(app, { claims: () => !claimed });
    attachWebSockets(server, app, { claims: () => claimed });
    server.on("upgrade", (_req, socket) => {
      socket.end("HTTP/1.1 410 Theirs\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
    });
    const wire = (await live(server)).wire().write(handshake("/chat/one"));
    await wire.until("\r\n\r\n");
    expect(wire.statuses).toEqual([claimed ? 101 : 410]);
    wire.leave();
  });

  it("attached twice, is asked once", async () => {
    let asked = 0;
    const count: RequestHandler = (_req, _res, next) => {
      asked++;
      next();
    };
    const app = appOf(count);
    const sockets = await live(attachWebSockets(createServer(app), app));
    expect(await (await sockets.connect("/chat/one")).send("a").next()).toBe("a");
    expect(asked).toBe(1);
  });
});
