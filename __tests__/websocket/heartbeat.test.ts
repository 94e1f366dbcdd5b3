import { setTimeout as wait } from "node:timers/promises";
import express from "express";
import { WebSocketOpCode } from "colonnade";
import type { RouteOptions } from "colonnade";
import { frame, handshake } from "./frames";
import { Calls, deferred, serve, socketRouter, until } from "./live-socket";
import type { Handler } from "./live-socket";

const beat = 60;

async function start(handler: Handler, options: RouteOptions = { heartbeat: beat }) {
  const calls = new Calls();
  const noting: Handler = (socket, opcode, payload) => {
    calls.add(opcode, payload);
    return handler(socket, opcode, payload);
  };
  return { sockets: await serve(express().use(socketRouter("/ws", noting, options))), calls };
}

it("cuts a frozen peer, and delivers Close once, with 1006", async () => {
  const code = deferred<unknown>();
  const { sockets, calls } = await start((socket, opcode) => {
    if (opcode === WebSocketOpCode.Close) code.resolve(socket.closeCode);
  });
  const wire = sockets.wire().write(handshake("/ws"));
  await wire.until("\r\n\r\n"); // it answers no ping
  await calls.ended();
  expect(await code.promise).toBe(1006);
  expect(calls.all.map(([opcode]) => opcode)).toEqual([WebSocketOpCode.Open, WebSocketOpCode.Close]);
  await wire.closed;
  expect(await sockets.connections(0)).toBe(0);
});

it("cuts one that has stopped reading, behind what waits for it", async () => {
  const { sockets, calls } = await start(
    (socket, opcode) => {
      if (opcode === WebSocketOpCode.Open) void socket.send(Buffer.alloc(30_000_000));
    },
    { heartbeat: beat },
  );
  const wire = sockets.wire().write(handshake("/ws"));
  wire.socket.pause();
  expect(await calls.ended()).toHaveLength(2);
  wire.leave();
});

it("cuts a frozen peer whose handler never ends", async () => {
  const { sockets } = await start((_socket, opcode) =>
    opcode === WebSocketOpCode.Text ? new Promise(() => {}) : undefined,
  );
  const wire = sockets.wire().write(handshake("/ws"), frame(1, "a"), frame(1, "b"));
  await wire.until("\r\n\r\n");
  await wire.closed;
  expect(await sockets.connections(0)).toBe(0);
});

it("keeps a peer that takes a long message, behind which the ping waits", async () => {
  const size = 100_000_000;
  const { sockets, calls } = await start(
    (socket, opcode) => {
      if (opcode === WebSocketOpCode.Open) void socket.send(Buffer.alloc(size));
    },
    { heartbeat: 800 },
  );
  const wire = sockets.wire().write(handshake("/ws"));
  wire.socket.removeAllListeners("data").on("data", () => {
    wire.socket.pause();
    setTimeout(() => wire.socket.resume(), 4);
  });
  const opened = Date.now();
  // All the while, more of it waits than the kernels of both sides hold.
  await until(() => Date.now() - opened > 2_000 || wire.socket.destroyed);
  expect([wire.socket.destroyed, calls.all.length]).toEqual([false, 1]);
  wire.leave();
}, 30_000);

it("keeps a peer that answers", async () => {
  const { sockets, calls } = await start(() => {});
  const peer = await sockets.connect("/ws");
  let pings = 0;
  peer.socket.on("ping", () => pings++);
  await wait(beat * 6);
  expect(peer.socket.readyState).toBe(1);
  expect(pings).toBeGreaterThan(2);
  expect(calls.all).toHaveLength(1);
});

it("keeps the live peer of a handler that is slower than two heartbeats", async () => {
  const { sockets, calls } = await start(
    async (socket, opcode) => {
      if (opcode !== WebSocketOpCode.Text) return;
      await wait(beat * 10);
      await socket.send("at last");
    },
    { heartbeat: beat * 3 }, // which the peer, on the same processor, has to keep up with
  );
  const peer = await sockets.connect("/ws");
  // The second of them pauses the connection, and the third fills its buffer, so that no pong is seen.
  const long = "c".repeat(4_000_000);
  peer.send("a").send("b").send(long);
  expect(await peer.take(3)).toEqual(["at last", "at last", "at last"]);
  expect(calls.all.map(([, payload]) => payload)).toEqual(["", "a", "b", long]);
});

it("has close() end such a handler's socket at once", async () => {
  const blocked = deferred();
  const { sockets } = await start(async (socket, opcode) => {
    if (opcode !== WebSocketOpCode.Text) return;
    await wait(beat * 3);
    socket.close(4000);
    await blocked.promise;
  });
  const peer = await sockets.connect("/ws");
  peer.send("a").send("b");
  expect((await peer.closed).code).toBe(4000);
  blocked.resolve();
});

it("is turned off by 0", async () => {
  const { sockets, calls } = await start(() => {}, { heartbeat: 0 });
  const wire = sockets.wire().write(handshake("/ws"));
  await wire.until("\r\n\r\n");
  const { length } = wire.received;
  await wait(beat * 5);
  expect(wire.received).toHaveLength(length);
  expect(calls.all).toHaveLength(1);
  wire.leave();
});
