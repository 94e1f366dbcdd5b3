import { createServer as createPlainServer } from "node:http";
import express from "express";
import type { RequestHandler } from "express";
import type { WebSocket } from "ws8";
import { WebSocketOpCode } from "colonnade";
import type { WebSocketRequest } from "colonnade";
import { handshake } from "./frames";
import { live, serve, socketRouter } from "./live-socket";
import type { LiveSockets } from "./live-socket";

// The rows on WebSockets of the table "What this adds to plain Express" of README.md.

/** express-ws as its own users call it. */
// oxlint-disable-next-line typescript/no-require-imports -- it has no types that leave Express's alone
const expressWs = require("express-ws") as (app: object, server: object) => void;

const signedIn: RequestHandler = (_req, res) => void res.status(401).end("sign in first");
const message = Buffer.alloc(1_000_000);
const count = 50;

async function plain(opened: (socket: WebSocket) => void): Promise<LiveSockets> {
  const app = express().use("/members", signedIn);
  const server = createPlainServer(app);
  expressWs(app, server);
  const { ws } = app as unknown as { ws: (path: string, handler: (socket: WebSocket) => void) => void };
  ws.call(app, "/ws", opened);
  return live(server);
}

/** A peer that shakes hands, and reads no more. */
async function deafen(sockets: LiveSockets) {
  const wire = sockets.wire().write(handshake("/ws"));
  await wire.until("\r\n\r\n");
  wire.socket.pause();
  return wire;
}

describe("a handshake that is refused", () => {
  it.each(["/members", "/nowhere"])("is accepted by express-ws first, for %s", async (path) => {
    const sockets = await plain(() => {});
    const peer = await sockets.connect(path);
    expect((await peer.closed).code).toBe(1005);
  });

  it.each([
    ["/members", 401],
    ["/nowhere", 404],
  ])("is answered with Colonnade, for %s", async (path, status) => {
    const sockets = await serve(express().use("/members", signedIn));
    expect((await sockets.refusal(path)).status).toBe(status);
  });
});

describe("what a peer that never reads is sent", () => {
  it("waits in memory with express-ws", async () => {
    let socket: WebSocket | undefined;
    const sockets = await plain((opened) => {
      for (let sent = 0; sent < count; sent++) opened.send(message);
      socket = opened;
    });
    const wire = await deafen(sockets);
    expect(socket?.bufferedAmount).toBeGreaterThan((count * message.length) / 2);
    wire.leave();
  });

  it("ends the socket with Colonnade", async () => {
    let socket: WebSocketRequest | undefined;
    const handler = (opened: WebSocketRequest, opcode: WebSocketOpCode) => {
      if (opcode !== WebSocketOpCode.Open) return;
      for (let sent = 0; sent < count; sent++) void opened.send(message);
      socket = opened;
    };
    const sockets = await serve(express().use(socketRouter("/ws", handler)));
    const wire = await deafen(sockets);
    expect([socket?.closed, (socket?.bufferedAmount ?? 0) < 10 * message.length]).toEqual([true, true]);
    wire.leave();
  });
});
