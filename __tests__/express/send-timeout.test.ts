import { once } from "node:events";
import { setTimeout as wait } from "node:timers/promises";
import express from "express";
import { handshake } from "../websocket/frames";
import { echo, live, serve, socketRouter } from "../websocket/live-socket";
import { createServer } from "colonnade";
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
  const sockets = await serve(app(), { sendTimeout: timeout });
  const wire = sockets.wire();
  let taken = 0;
  wire.socket.removeAllListeners("data").on("data", (data: string) => {
    taken += data.length;
    wire.socket.pause();
    if (taken < 5_000_000) setTimeout(() => wire.socket.resume(), 2);
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
