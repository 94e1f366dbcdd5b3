import { once } from "node:events";
import { connect } from "node:net";
import type { Socket } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import express from "express";
import type { RequestHandler } from "express";
import { WebSocketOpCode } from "colonnade";
import { frame, handshake } from "./frames";
import { Calls, deferred, echo, serve, socketRouter } from "./live-socket";
import type { Handler, LiveSockets } from "./live-socket";

const rejections: unknown[] = [];
const note = (reason: unknown) => void rejections.push(reason);
beforeAll(() => void process.on("unhandledRejection", note));
afterAll(() => void process.off("unhandledRejection", note));

/** Serves somebody else still, holds no connection, and has lost no rejection. */
async function expectAlive(sockets: LiveSockets): Promise<void> {
  expect(await sockets.connections(0)).toBe(0);
  const peer = await sockets.connect("/ws");
  expect(await peer.send("alive").next()).toBe("alive");
  await peer.close();
  expect(rejections).toEqual([]);
}

function dial(sockets: LiveSockets): Socket {
  return connect(sockets.port, "127.0.0.1").on("error", () => {});
}

describe("a connection that is reset", () => {
  it.each([10, 60])("while middleware runs, which answers %d ms later", async (delay) => {
    const asked = deferred();
    let times = 0;
    const slow: RequestHandler = (req, res, next) => {
      if (times++ > 0) {
        next();
        return;
      }
      asked.resolve();
      const go = () => (delay === 10 ? next() : res.status(503).send("too late"));
      setTimeout(go, delay);
    };
    const sockets = await serve(express().use(slow, socketRouter("/ws", echo)));
    const socket = dial(sockets);
    socket.write(handshake("/ws"));
    await asked.promise;
    socket.resetAndDestroy();
    await wait(delay + 20);
    await expectAlive(sockets);
  });

  it("in mid-handshake", async () => {
    const sockets = await serve(express().use(socketRouter("/ws", echo)));
    const socket = dial(sockets);
    socket.write(handshake("/ws").slice(0, 80));
    await once(sockets.server, "connection");
    socket.resetAndDestroy();
    await expectAlive(sockets);
  });

  it("as soon as the handshake was sent", async () => {
    const sockets = await serve(express().use(socketRouter("/ws", echo)));
    for (let at = 0; at < 20; at++) {
      const socket = dial(sockets);
      await once(socket, "connect");
      socket.write(handshake("/ws"), () => socket.resetAndDestroy());
    }
    await wait(50);
    await expectAlive(sockets);
  });

  it("in mid-frame: Close is delivered once, with 1006", async () => {
    const calls = new Calls();
    const codes: unknown[] = [];
    const handler: Handler = (socket, opcode, payload) => {
      calls.add(opcode, payload);
      if (opcode === WebSocketOpCode.Close)
        codes.push(socket.closeCode, socket.closed, socket.signal.aborted);
      return echo(socket, opcode, payload);
    };
    const sockets = await serve(express().use(socketRouter("/ws", handler)));
    const wire = sockets.wire().write(handshake("/ws"), frame(1, "whole"));
    await wire.until("whole");
    wire.write(frame(1, "only a half of it").subarray(0, 12));
    await wait(20);
    wire.socket.resetAndDestroy();
    expect(await calls.ended()).toEqual([
      [255, ""],
      [1, "whole"],
      [8, ""],
    ]);
    expect(codes).toEqual([1006, true, true]);
    await expectAlive(sockets);
  });
});

it("tells middleware that listens for it of a client that leaves before its answer", async () => {
  const closed = deferred();
  const asked = deferred();
  const never: RequestHandler = (req, res, next) => {
    if (req.query["hang"] === undefined) {
      next();
      return;
    }
    res.once("close", () => closed.resolve());
    asked.resolve();
  };
  const sockets = await serve(express().use(never, socketRouter("/ws", echo)));
  const socket = dial(sockets);
  socket.write(handshake("/ws?hang"));
  await asked.promise;
  socket.end();
  await closed.promise;
  await expectAlive(sockets);
});

it("tells middleware that listens for it once when an accepted socket has closed", async () => {
  let closed = 0;
  const watch: RequestHandler = (_req, res, next) => {
    res.on("close", () => closed++);
    next();
  };
  const sockets = await serve(express().use(watch, socketRouter("/ws", echo)));
  const peer = await sockets.connect("/ws");
  expect(await peer.send("open").next()).toBe("open");
  expect(closed).toBe(0);
  await peer.close();
  expect(await sockets.connections(0)).toBe(0);
  expect(closed).toBe(1);
});

it("sends a client that ends its half of the connection what it was to have", async () => {
  const answer = Buffer.alloc(20_000_000);
  const handler: Handler = (socket, opcode) => {
    if (opcode === WebSocketOpCode.Text) void socket.send(answer);
  };
  const sockets = await serve(express().use(socketRouter("/ws", handler)));
  const wire = sockets.wire().write(handshake("/ws"), frame(1, "all of it"));
  wire.socket.end();
  expect((await wire.closed).length).toBeGreaterThan(answer.length);
});
