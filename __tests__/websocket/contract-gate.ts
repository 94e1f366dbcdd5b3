import type { Socket } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import type { RequestHandler } from "express";
import { WebSocket } from "ws8";
import { heard, tls, told } from "./contract";
import type { Row } from "./contract";
import { handshake } from "./frames";
import { echo, socketRouter } from "./live-socket";
import type { LiveSockets, Peer } from "./live-socket";

const refuse: RequestHandler = (_req, res) => void res.status(401).send("log in");
const slow: RequestHandler = (_req, _res, next) => void setTimeout(next, 50);

/** Closed once it is open, with a code and no answer of HTTP's. */
async function expectOpenThenClosed(
  sockets: LiveSockets,
  path: string,
  code: number,
  ...protocols: string[]
) {
  const peer = await sockets.connect(path, tls, protocols);
  expect((await peer.closed).code).toBe(code);
}

/** The head of a binary frame of eleven bytes, with a mask of zeros. */
const elevenToCome = Buffer.from([0x82, 0x80 | 11, 0, 0, 0, 0]);
const noFrame = Buffer.from([0x82, 1]); // it has no mask

/** The connection below a client. */
function rawOf(peer: Peer): Socket {
  return (peer.socket as unknown as { readonly _socket: Socket })._socket;
}

/** Those that an app's own express-ws can't give: each says what it does instead. */
export const gateRows: Row[] = [
  {
    name: "refuses with the answer of middleware",
    mount: (app) => void app.use(refuse, socketRouter("/ws", echo)),
    async check(sockets) {
      expect(await sockets.refusal("/ws", tls)).toMatchObject({ status: 401, body: "log in" });
    },
    withoutGate: {
      instead: "the socket opens, and is closed",
      async check(sockets) {
        const peer = await sockets.connect("/ws", tls);
        expect(await peer.closed).toMatchObject({ reason: "" });
      },
    },
  },
  {
    name: "lets the answer of middleware stand that calls next as well",
    mount: (app) => {
      const careless: RequestHandler = (_req, res, next) => {
        res.send("answered");
        next();
      };
      app.use(careless, socketRouter("/ws", echo));
    },
    async check(sockets) {
      expect(await sockets.refusal("/ws", tls)).toMatchObject({ status: 200, body: "answered" });
    },
    withoutGate: {
      instead: "the socket opens, and its handler hears of nothing",
      async check(sockets) {
        const peer = (await sockets.connect("/ws", tls)).send("a");
        expect(await Promise.race([peer.next(), wait(100, "nothing")])).toBe("nothing");
      },
    },
  },
  {
    name: "refuses an unknown path with 404",
    mount: (app) => void app.use(socketRouter("/ws", echo)),
    async check(sockets) {
      expect((await sockets.refusal("/nowhere", tls)).status).toBe(404);
    },
    withoutGate: {
      instead: "the socket opens, and is closed",
      async check(sockets) {
        const peer = await sockets.connect("/nowhere", tls);
        expect(await peer.closed).toMatchObject({ reason: "" });
      },
    },
  },
  {
    name: "keeps the whole query",
    mount: (app) =>
      void app.use(
        socketRouter(
          "/ws",
          told(({ params }) => params),
        ),
      ),
    async check(sockets) {
      expect(await heard(sockets, "/ws?next=/a?b=1&c=2")).toEqual({ next: ["/a?b=1"], c: ["2"] });
    },
    withoutGate: {
      instead: "it is cut at its second question mark",
      async check(sockets) {
        expect(await heard(sockets, "/ws?next=/a?b=1&c=2")).toEqual({ next: ["/a"] });
      },
    },
  },
  {
    name: "loses no message that is sent while middleware runs",
    mount: (app) => void app.use(slow, socketRouter("/ws", echo)),
    async check(sockets) {
      const peer = await sockets.connect("/ws", tls);
      expect(await peer.send("first").next()).toBe("first");
    },
    withoutGate: {
      instead: "what comes before the middleware is done is lost",
      async check(sockets) {
        const peer = (await sockets.connect("/ws", tls)).send("first");
        await wait(150);
        expect(await peer.send("second").next()).toBe("second");
      },
    },
  },
  {
    name: "refuses pages of other origins with 403",
    mount: (app) => void app.use(socketRouter("/ws", echo, { origins: ["https://example.org"] })),
    async check(sockets) {
      expect((await sockets.refusal("/ws", { ...tls, origin: "https://evil" })).status).toBe(403);
      const peer = await sockets.connect("/ws", { ...tls, origin: "https://example.org" });
      expect(await peer.send("a").next()).toBe("a");
    },
    withoutGate: {
      instead: "the socket opens, and is closed with 1008",
      async check(sockets) {
        const origin = `https://${"evil.".repeat(50)}`; // more than a reason may have
        const evil = await sockets.connect("/ws", { ...tls, origin });
        expect((await evil.closed).code).toBe(1008);
        const garbage = sockets.wire().write(handshake("/ws", "Origin: https://evil"), noFrame);
        await garbage.until("A page of");
        garbage.socket.end();
        await garbage.closed;
        const peer = await sockets.connect("/ws", { ...tls, origin: "https://example.org" });
        expect(await peer.send("a").next()).toBe("a");
      },
    },
  },
  {
    name: "chooses a subprotocol that the route declares",
    mount: (app) =>
      void app.use(
        socketRouter(
          "/ws",
          told(({ protocol }) => protocol),
          { protocols: ["chat"] },
        ),
      ),
    async check(sockets) {
      expect(await heard(sockets, "/ws", "evil", "chat")).toBe("chat");
      expect((await sockets.refusal("/ws", tls, ["evil"])).status).toBe(400);
    },
    withoutGate: {
      instead:
        "express-ws has chosen the first; the socket is closed with 1008 if the route does not speak it",
      async check(sockets) {
        expect(await heard(sockets, "/ws", "chat", "evil")).toBe("chat");
        await expectOpenThenClosed(sockets, "/ws", 1008, "evil", "chat");
      },
    },
  },
  {
    name: "ends a message over maxContentLength as soon as its length is known",
    mount: (app) => void app.use(socketRouter("/ws", echo, { maxContentLength: 10 })),
    async check(sockets) {
      const peer = await sockets.connect("/ws", tls);
      rawOf(peer).write(elevenToCome);
      expect((await peer.closed).code).toBe(1009);
    },
    withoutGate: {
      instead: "it comes whole first: express-ws has one limit for all",
      async check(sockets) {
        const peer = await sockets.connect("/ws", tls);
        rawOf(peer).write(elevenToCome);
        await wait(50);
        expect(peer.socket.readyState).toBe(WebSocket.OPEN);
        rawOf(peer).write("0123456789x");
        expect((await peer.closed).code).toBe(1009);
      },
    },
  },
  {
    name: "lives when what is no frame comes while middleware runs",
    mount: (app) => {
      const watch: RequestHandler = (req, _res, next) => {
        const { ws } = req as unknown as { ws?: WebSocket };
        // Without a listener, what is no frame would end the process.
        if (ws?.listenerCount("error") === 0) ws.once("error", () => ws.close(4000, "nobody listens"));
        setTimeout(next, 50);
      };
      app.use(watch, socketRouter("/ws", echo));
    },
    async check(sockets) {
      const peer = await sockets.connect("/ws", tls);
      rawOf(peer).write(noFrame);
      expect((await peer.closed).code).toBe(1002);
      expect(await (await sockets.connect("/ws", tls)).send("alive").next()).toBe("alive");
    },
    withoutGate: {
      instead: "nobody listens to the socket yet, and the process ends",
      async check(sockets) {
        const peer = await sockets.connect("/ws", tls);
        rawOf(peer).write(noFrame);
        expect((await peer.closed).code).toBe(1002); // by ws, as the listener above lets it
      },
    },
  },
  {
    name: "closes its sockets with 1001 when the server closes",
    mount: (app) => void app.use(socketRouter("/ws", echo)),
    async check(sockets) {
      const peer = await sockets.connect("/ws", tls);
      sockets.server.close();
      expect((await peer.closed).code).toBe(1001);
    },
    withoutGate: {
      instead: "they stay open, and the server with them",
      async check(sockets) {
        const peer = await sockets.connect("/ws", tls);
        const closed = new Promise((resolve) => sockets.server.close(resolve));
        expect(await peer.send("still open").next()).toBe("still open");
        await peer.close();
        expect(await closed).toBe(undefined);
      },
    },
  },
];
