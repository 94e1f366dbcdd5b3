import { setTimeout as wait } from "node:timers/promises";
import express from "express";
import { Channel, WebSocketOpCode } from "colonnade";
import type { WebSocketRequest } from "colonnade";
import { handshake } from "./frames";
import { deferred, serve, socketRouter } from "./live-socket";

const maxBuffered = 1_048_576;

/** A socket whose peer never reads, and whose connection takes no more. */
async function start() {
  const opened = deferred<WebSocketRequest>();
  const handler = (socket: WebSocketRequest, opcode: WebSocketOpCode) => {
    if (opcode === WebSocketOpCode.Open) opened.resolve(socket);
  };
  const sockets = await serve(express().use(socketRouter("/ws", handler)));
  const wire = sockets.wire().write(handshake("/ws"));
  wire.socket.pause();
  const socket = await opened.promise;
  while (socket.bufferedAmount === 0) {
    void socket.send(Buffer.alloc(100_000));
    await wait(0); // what the connection takes, it takes at once
  }
  return { wire, socket };
}

/** How often something can be done until the socket is closed. */
function count(socket: WebSocketRequest, act: () => void): number {
  let times = 0;
  for (; !socket.closed && times < maxBuffered; times++) act();
  return times;
}

describe("frames of one byte to a peer that never reads", () => {
  it.each([
    ["send", (socket: WebSocketRequest) => void socket.send("x")],
    ["ping", (socket: WebSocketRequest) => void socket.ping()],
    ["publish", (socket: WebSocketRequest) => void new Channel().join(socket).publish("x")],
  ])("count for what it takes to keep them, by %s", async (_way, act) => {
    const { wire, socket } = await start();
    expect(count(socket, () => act(socket))).toBeLessThan(maxBuffered / 64 + 2);
    wire.leave();
  });

  it("have each of their promises settled once the peer leaves, and once it reads", async () => {
    for (const end of ["leave", "read"] as const) {
      const { wire, socket } = await start();
      const settled = Array.from({ length: 5_000 }, () =>
        socket.send("x").then(
          () => "sent",
          (error: { code: string }) => error.code,
        ),
      );
      if (end === "leave") wire.leave();
      else wire.socket.resume();
      const outcomes = new Set(await Promise.all(settled));
      expect([...outcomes]).toEqual([end === "leave" ? "ERR_SOCKET_CLOSED" : "sent"]);
      wire.leave();
    }
  });
});

it("sends as many frames as there are to a connection that takes them", async () => {
  const opened = deferred<WebSocketRequest>();
  const handler = (socket: WebSocketRequest, opcode: WebSocketOpCode) => {
    if (opcode === WebSocketOpCode.Open) opened.resolve(socket);
  };
  const sockets = await serve(express().use(socketRouter("/ws", handler, { maxBuffered: 10_000 })));
  const peer = await sockets.connect("/ws");
  const socket = await opened.promise;
  for (let sent = 0; sent < 5_000; sent++) void socket.send("x");
  expect(await peer.take(5_000)).toHaveLength(5_000);
});
