import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { connect } from "node:tls";
import express from "express";
import { handshake } from "../websocket/frames";
import { echo, live, serve, socketRouter, until } from "../websocket/live-socket";
import type { Handler, LiveSockets } from "../websocket/live-socket";
import { WebSocketOpCode, createServer } from "colonnade";
import { head } from "./wire";

const timeout = 200;

const large = Buffer.alloc(50_000_000);

const app = () =>
  express()
    .get("/large", (_req, res) => void res.end(large))
    .get("/small", (_req, res) => void res.end("small"))
    .get("/slow", (_req, res) => void setTimeout(() => res.end("thought about it"), timeout * 3))
    .use(socketRouter("/ws", echo, { heartbeat: 0 }));

it("cuts a client that takes no byte of its answer for so long", async () => {
  const sockets = await serve(app(), { sendTimeout: timeout });
  const wire = sockets.wire();
  wire.socket.pause();
  wire.write(head("GET", "/large"));
  await once(sockets.server, "connection");
  expect(await sockets.connections(0)).toBe(0);
  expect(wire.received).toBe("");
  wire.leave();
});

it("keeps one that takes some now and then", async () => {
  const long = 1_000; // a crowded machine may take its time, too
  const sockets = await serve(app(), { sendTimeout: long });
  const wire = sockets.wire();
  const begun = Date.now();
  let taken = 0;
  wire.socket.removeAllListeners("data").on("data", (data: string) => {
    taken += data.length;
    wire.socket.pause();
    if (Date.now() - begun < 2 * long) setTimeout(() => wire.socket.resume(), 10);
    else wire.socket.resume();
  });
  wire.write(head("GET", "/large", "Connection: close"));
  await once(wire.socket, "close");
  expect(taken).toBeGreaterThan(50_000_000);
});

it("cuts nobody for the time that a handler takes, nor an idle connection", async () => {
  const sockets = await serve(app(), { sendTimeout: timeout });
  const wire = sockets.wire().write(head("GET", "/slow"));
  await wire.until("thought about it");
  await wait(timeout * 2);
  await wire.write(head("GET", "/small")).until("small");
  wire.leave();
  expect(wire.statuses).toEqual([200, 200]);
});

it("leaves WebSockets to their heartbeat", async () => {
  const sockets = await serve(app(), { sendTimeout: timeout });
  const wire = sockets.wire().write(handshake("/ws"));
  await wire.until("\r\n\r\n");
  await wait(timeout * 2);
  expect(wire.socket.destroyed).toBe(false);
  wire.leave();
});

it("leaves them also what waits for them", async () => {
  const handler: Handler = (socket, opcode) => {
    if (opcode === WebSocketOpCode.Open) void socket.send(large);
  };
  const routed = express().use(socketRouter("/ws", handler, { heartbeat: 0 }));
  const sockets = await serve(routed, { sendTimeout: timeout });
  const wire = sockets.wire().write(handshake("/ws"));
  await wire.until("\r\n\r\n");
  wire.socket.pause();
  await wait(timeout * 3);
  expect(await sockets.connections(1)).toBe(1);
  wire.leave();
});

it("cuts a client of an https.Server as well", async () => {
  const [key, cert] = ["key.pem", "cert.pem"].map((name) =>
    readFileSync(join(__dirname, "../fixtures/tls", name)),
  ) as [Buffer, Buffer];
  const sockets = await live(createServer(app(), { sendTimeout: timeout, key, cert }));
  const client = connect({ port: sockets.port, host: "127.0.0.1", rejectUnauthorized: false });
  client.on("error", () => {}).write(head("GET", "/large"));
  await once(sockets.server, "request");
  expect(await sockets.connections(0)).toBe(0);
  client.destroy();
});

describe("the timer that looks at the connections", () => {
  /** Those of the intervals that are four to a timeout. */
  function watchTimers(sendTimeout: number) {
    const set = jest.spyOn(globalThis, "setInterval");
    const clear = jest.spyOn(globalThis, "clearInterval");
    return {
      started: () =>
        set.mock.results
          .filter((_, at) => set.mock.calls[at]?.[1] === sendTimeout / 4)
          .map(({ value }) => value as NodeJS.Timeout),
      cleared: () => clear.mock.calls.map(([timer]) => timer),
      restore: () => [set, clear].forEach((spy) => spy.mockRestore()),
    };
  }

  const visit = async (sockets: LiveSockets) => {
    const wire = sockets.wire().write(head("GET", "/small"));
    await wire.until("small");
    return wire;
  };

  it("is one for all, which keeps no process alive, ends behind the last, and begins with the next", async () => {
    const timers = watchTimers(4_444);
    const sockets = await serve(app(), { sendTimeout: 4_444 });
    const wires = [await visit(sockets), await visit(sockets)];
    expect(timers.started().map((timer) => timer.hasRef())).toEqual([false]);
    wires[0]?.leave();
    await sockets.connections(1);
    expect(timers.cleared()).not.toContain(timers.started()[0]);
    wires[1]?.leave();
    await until(() => timers.cleared().includes(timers.started()[0]));
    (await visit(sockets)).leave();
    expect(timers.started()).toHaveLength(2);
    timers.restore();
  });

  it("is there by default, for 60 seconds", async () => {
    const timers = watchTimers(60_000);
    (await visit(await serve(app()))).leave();
    expect(timers.started()).toHaveLength(1);
    timers.restore();
  });
});

it("is turned off by 0", async () => {
  const sockets = await serve(app(), { sendTimeout: 0 });
  const wire = sockets.wire();
  wire.socket.pause();
  wire.write(head("GET", "/large"));
  await wait(timeout * 3);
  expect(await sockets.connections(1)).toBe(1);
  wire.leave();
});

it("lets others be served beside 1,000 slow readers, 1,000 slow heads and 1,000 slow bodies", async () => {
  const server = createServer(app(), {
    sendTimeout: 1_000,
    headersTimeout: 1_000,
    requestTimeout: 1_000,
    connectionsCheckingInterval: 200,
  });
  const sockets = await live(server);
  const texts = [
    head("GET", "/large"),
    "GET /small HTTP/1.1\r\nHost:",
    head("POST", "/small", "Content-Length: 9"),
  ];
  const wires = texts.flatMap((text) =>
    Array.from({ length: 1_000 }, () => {
      const wire = sockets.wire();
      if (text.startsWith("GET /large")) wire.socket.pause();
      return wire.write(text);
    }),
  );
  for (let times = 0; times < 10; times++) {
    const answer = await fetch(`http://127.0.0.1:${sockets.port}/small`, {
      headers: { connection: "close" },
    });
    expect(await answer.text()).toBe("small");
  }
  expect(await sockets.connections(0)).toBe(0);
  for (const wire of wires) wire.leave();
}, 30_000);
