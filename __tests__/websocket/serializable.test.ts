import express from "express";
import { Resource, Serializable, WebSocketOpCode, serializable, websocket } from "colonnade";
import type { WebSocketRequest } from "colonnade";
import { serve } from "./live-socket";

@serializable()
class Position extends Serializable {
  x = 0;
  y = 0;
}

class Game extends Resource {
  @websocket("/game")
  async play(socket: WebSocketRequest<"/game">, opcode: WebSocketOpCode, payload: string | Buffer) {
    if (opcode !== WebSocketOpCode.Binary || typeof payload === "string") return;
    try {
      const { x, y } = Position.loadb(payload);
      await socket.send(Position.of({ x: x + 1, y }).dumpb());
    } catch {
      socket.close(1007, "no position");
    }
  }
}

const start = () => serve(express().use(new Game().router()));

it("reads a message from a Binary payload, and sends one", async () => {
  const peer = await (await start()).connect("/game");
  peer.send(Position.of({ x: 1, y: 300 }).dumpb());
  const answer = await peer.next();
  expect(Position.loadb(answer as Buffer)).toEqual(Position.of({ x: 2, y: 300 }));
});

it.each([[Buffer.alloc(0)], [Buffer.from("no position")], [Serializable.dumpb([1])]])(
  "refuses the payload %p, and serves the next socket",
  async (payload) => {
    const sockets = await start();
    const peer = await sockets.connect("/game");
    expect(await peer.send(payload).closed).toEqual({ code: 1007, reason: "no position" });
    const other = await sockets.connect("/game");
    expect(Buffer.isBuffer(await other.send(new Position().dumpb()).next())).toBe(true);
  },
);
