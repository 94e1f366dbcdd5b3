import { EventEmitter, once } from "node:events";
import { setTimeout as wait } from "node:timers/promises";
import type { Express, NextFunction, RequestHandler } from "express";
import { Resource, Response, WebSocketOpCode, get, use, websocket } from "colonnade";
import type { WebSocketRequest } from "colonnade";
import { echo, socketRouter } from "./live-socket";
import type { Handler, LiveSockets } from "./live-socket";

/** A rule that sockets keep, however they come to a Resource. */
export interface Row {
  readonly name: string;
  readonly mount: (app: Express) => void;
  readonly check: (sockets: LiveSockets) => Promise<void>;
  /** What an app's own express-ws, which accepts before it asks, does instead; said so in docs/websockets.md. */
  readonly withoutGate?: {
    readonly instead: string;
    readonly check: (sockets: LiveSockets) => Promise<void>;
  };
}

export const tls = { rejectUnauthorized: false };

export const told =
  (tell: (socket: WebSocketRequest) => unknown): Handler =>
  (socket, opcode) => {
    if (opcode === WebSocketOpCode.Open) void socket.send(JSON.stringify(tell(socket)));
  };

export async function heard(sockets: LiveSockets, path: string, ...protocols: string[]): Promise<unknown> {
  return JSON.parse(String(await (await sockets.connect(path, tls, protocols)).next()));
}

@use((req, _res, next) => {
  (req as unknown as { title: string }).title = "Lady";
  next();
})
class Rooms extends Resource {
  @get("/rooms/:room")
  page() {
    return new Response("a page");
  }

  @websocket("/rooms/:room")
  @use((req, _res, next) => {
    (req as unknown as { user: string }).user = "Ada";
    next();
  })
  async talk(socket: WebSocketRequest<"/rooms/:room">, opcode: WebSocketOpCode, payload: string | Buffer) {
    const { title, user } = socket.raw as unknown as { title: string; user: string };
    if (opcode === WebSocketOpCode.Text)
      await socket.send(`${title} ${user} in ${socket.matches.room}: ${String(payload)}`);
  }
}

/** Tells the test of what reaches the app. */
const asked = new EventEmitter();

/** Those that hold everywhere. */
export const commonRows: Row[] = [
  {
    name: "tells no handler of a client that leaves while middleware runs",
    mount: (app) => {
      const gate: RequestHandler = (_req, _res, next) => asked.emit("request", next);
      const handler: Handler = (_socket, opcode) => void asked.emit("call", opcode);
      app.use(gate, socketRouter("/ws", handler));
    },
    async check(sockets) {
      const calls: unknown[] = [];
      asked.on("call", (opcode) => calls.push(opcode));
      const request = once(asked, "request");
      const peer = sockets.dial("/ws", tls);
      const [next] = (await request) as [NextFunction];
      peer.socket.terminate();
      expect(await sockets.connections(0)).toBe(0);
      next();
      await wait(10);
      expect(calls).toEqual([]);
    },
  },
  {
    name: "delivers text and binary both ways, in order",
    mount: (app) => void app.use(socketRouter("/ws", echo)),
    async check(sockets) {
      const peer = await sockets.connect("/ws", tls);
      peer
        .send("täxt")
        .send(Buffer.from([0, 255]))
        .send("");
      expect(await peer.take(3)).toEqual(["täxt", Buffer.from([0, 255]), ""]);
    },
  },
  {
    name: "runs @use of the class and of the method, and binds what the pattern does, beside an HTTP route of the same path",
    mount: (app) => void app.use("/api", new Rooms().router()),
    async check(sockets) {
      const peer = await sockets.connect("/api/rooms/a%20b", tls);
      expect(await peer.send("hello").next()).toBe("Lady Ada in a b: hello");
    },
  },
  {
    name: "gives the client's path and headers",
    mount: (app) =>
      void app.use(
        "/api",
        socketRouter(
          "/ws/:a*",
          told(({ path, params, headers }) => [path, params, headers["host"]?.length]),
        ),
      ),
    async check(sockets) {
      expect(await heard(sockets, "/api/ws/x?y=1&z")).toEqual(["/api/ws/x", { y: ["1"], z: [""] }, 1]);
      expect(await heard(sockets, "/api/ws")).toEqual(["/api/ws", {}, 1]);
    },
  },
  {
    name: "serves the root",
    mount: (app) => void app.use(socketRouter("/", echo)),
    async check(sockets) {
      expect(await (await sockets.connect("/", tls)).send("root").next()).toBe("root");
    },
  },
  {
    name: "follows middleware that rewrites req.url",
    mount: (app) => {
      const rewrite: RequestHandler = (req, _res, next) => {
        req.url = "/new";
        next();
      };
      app.use(rewrite, socketRouter("/new", echo));
    },
    async check(sockets) {
      expect(await (await sockets.connect("/old", tls)).send("new").next()).toBe("new");
    },
  },
  {
    name: "gives the first route of two",
    mount: (app) =>
      void app
        .use(
          socketRouter(
            "/ws/:a",
            told(() => "first"),
          ),
        )
        .use(
          socketRouter(
            "/ws/b",
            told(() => "second"),
          ),
        ),
    async check(sockets) {
      expect(await heard(sockets, "/ws/b")).toBe("first");
    },
  },
  {
    name: "ends a socket whose handler throws with 1011",
    mount: (app) => {
      const handler: Handler = (_socket, opcode) => {
        if (opcode === WebSocketOpCode.Text) throw new Error("broken");
      };
      jest.spyOn(console, "error").mockImplementation(() => {});
      app.use(socketRouter("/ws", handler));
    },
    async check(sockets) {
      const peer = await sockets.connect("/ws", tls);
      expect((await peer.send("a").closed).code).toBe(1011);
      jest.restoreAllMocks();
    },
  },
  {
    name: "closes with the code and reason of either side",
    mount: (app) =>
      void app.use(
        socketRouter("/ws", (socket, opcode, payload) => {
          if (opcode === WebSocketOpCode.Text) socket.close(4000, String(payload));
        }),
      ),
    async check(sockets) {
      const peer = await sockets.connect("/ws", tls);
      expect(await peer.send("enough").closed).toEqual({ code: 4000, reason: "enough" });
      const other = await sockets.connect("/ws", tls);
      expect((await other.close(4001, "bye")).code).toBe(4001);
    },
  },
  {
    name: "ends a message over maxContentLength with 1009",
    mount: (app) => void app.use(socketRouter("/ws", echo, { maxContentLength: 10 })),
    async check(sockets) {
      const peer = await sockets.connect("/ws", tls);
      expect(await peer.send("0123456789").next()).toBe("0123456789");
      expect(await peer.send("€€€").next()).toBe("€€€");
      expect((await peer.send("0123456789x").closed).code).toBe(1009);
      const other = await sockets.connect("/ws", tls);
      expect((await other.send("€€€€").closed).code).toBe(1009); // of twelve bytes
    },
  },
  {
    name: "never runs two calls of a socket's handler at once",
    mount: (app) => {
      let running = 0;
      const handler: Handler = async (socket, opcode, payload) => {
        const now = ++running;
        await wait(2);
        running--;
        if (opcode === WebSocketOpCode.Text) await socket.send(`${String(payload)} ${now}`);
      };
      app.use(socketRouter("/ws", handler));
    },
    async check(sockets) {
      const peer = await sockets.connect("/ws", tls);
      for (const each of "abc") peer.send(each);
      expect(await peer.take(3)).toEqual(["a 1", "b 1", "c 1"]);
    },
  },
];
