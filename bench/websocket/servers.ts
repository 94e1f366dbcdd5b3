import { createServer as createPlainServer } from "node:http";
import type { Server } from "node:http";
import express from "express";
import WebSocket from "ws";
import { Resource, WebSocketOpCode, createServer, websocket } from "colonnade";
import type { WebSocketRequest } from "colonnade";

class Echo extends Resource {
  @websocket("/echo")
  echo(socket: WebSocketRequest<"/echo">, opcode: WebSocketOpCode, payload: string | Buffer) {
    if (opcode === WebSocketOpCode.Text) void socket.send(payload);
  }
}

class AwaitedEcho extends Resource {
  @websocket("/echo")
  async echo(socket: WebSocketRequest<"/echo">, opcode: WebSocketOpCode, payload: string | Buffer) {
    if (opcode === WebSocketOpCode.Text) await socket.send(payload);
  }
}

/** express-ws as its own users call it: it has the one that came with it. */
// oxlint-disable-next-line typescript/no-require-imports -- it has no types that leave Express's alone
const expressWs = require("express-ws") as (app: object, server: Server) => void;

/** What is compared: each echoes text on `/echo`, with the same ws. */
export const servers = {
  ws() {
    const server = createPlainServer();
    new WebSocket.Server({ server }).on("connection", (socket) => {
      socket.on("message", (data) => socket.send(asText(data)));
    });
    return server;
  },
  "express-ws"() {
    const app = express();
    const server = createPlainServer(app);
    expressWs(app, server);
    const { ws } = app as unknown as { ws: (path: string, handler: (socket: WebSocket) => void) => void };
    ws.call(app, "/echo", (socket) => {
      socket.on("message", (data) => socket.send(asText(data)));
    });
    return server;
  },
  colonnade: () => createServer(express().use(new Echo().router())),
  "colonnade, awaited": () => createServer(express().use(new AwaitedEcho().router())),
} as const satisfies Readonly<Record<string, () => Server>>;

export type EchoName = keyof typeof servers;

/** A message of ws 8 is a Buffer, whatever was sent; text has to go back as text. */
function asText(data: unknown): string {
  if (typeof data === "string") return data;
  if (Buffer.isBuffer(data)) return data.toString();
  throw new TypeError("ws gave neither");
}
