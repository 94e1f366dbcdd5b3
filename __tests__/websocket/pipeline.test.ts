import { once } from "node:events";
import express from "express";
import type { RequestHandler } from "express";
import { Response, Router } from "colonnade";
import type { RouteCallback } from "colonnade";
import { head } from "../express/wire";
import { frame, handshake } from "./frames";
import { closeAndPass, deferred, echo, live, serve, socketRouter, until } from "./live-socket";

const get = (path: string, callback: RouteCallback): RequestHandler =>
  new Router().registerRoutes([["GET", path, callback]]).router();

const big = get("/big", () => new Response("x".repeat(300_000)));
const h2c = head("GET", "/big", "Connection: Upgrade", "Upgrade: h2c");

describe("behind answers that the client takes no faster than it can", () => {
  const many = head("GET", "/big").repeat(6);

  it("a WebSocket is read", async () => {
    const sockets = await serve(express().use(big, socketRouter("/ws", echo)));
    const wire = sockets.wire().write(many + handshake("/ws"));
    await wire.until("HTTP/1.1 101");
    wire.write(frame(1, "hello"));
    await wire.until("\x81\x05hello");
    expect(wire.statuses.at(-1)).toBe(101);
    wire.leave();
    expect(await sockets.connections(0)).toBe(0);
  });

  it("a plain upgrade leaves a connection that is read", async () => {
    const sockets = await serve(express().use(big));
    const wire = sockets.wire().write(many + h2c);
    await wire.until("HTTP/1.1 200", 7);
    wire.write(head("GET", "/nowhere", "Connection: close"));
    await wire.closed;
    expect(wire.statuses.at(-1)).toBe(404);
  });
});

describe("an upgrade that is not answered yet", () => {
  it("ends with its client, also behind an answer that never comes", async () => {
    const aborted = deferred();
    const never = get("/never", ({ signal }) => {
      signal.addEventListener("abort", () => aborted.resolve());
      return new Promise(() => {});
    });
    const sockets = await serve(express().use(never, socketRouter("/ws", echo)));
    const wire = sockets.wire().write(head("GET", "/never") + handshake("/ws"));
    await once(sockets.server, "connection");
    wire.socket.end();
    await aborted.promise;
    expect(await sockets.connections(0)).toBe(0);
  });

  it("keeps no server from closing", async () => {
    let asked = 0;
    const silent: RequestHandler = () => void asked++;
    const sockets = await serve(express().use(silent, socketRouter("/ws", echo)));
    const wire = sockets.wire().write(handshake("/ws"), frame(1, "unread"));
    await until(() => asked === 1);
    const closed = once(sockets.server, "close");
    closeAndPass(sockets.server, 5_000);
    await closed;
    expect(await wire.closed).toBe("");
  });
});

it("leaves the sockets alone that come once the server listens again", async () => {
  const sockets = await serve(express().use(socketRouter("/ws", echo)));
  const old = sockets.wire().write(handshake("/ws"));
  await old.until("\r\n\r\n"); // and answers no close frame
  jest.useFakeTimers({ doNotFake: ["nextTick", "queueMicrotask", "setImmediate"] });
  try {
    sockets.server.close();
    const again = await live(sockets.server);
    const peer = await again.connect("/ws");
    jest.advanceTimersByTime(5_000);
    await old.closed;
    expect(await peer.send("still here").next()).toBe("still here");
  } finally {
    jest.useRealTimers();
  }
});

it("tells the server's own listeners of a connection once, whatever it asks for", async () => {
  const sockets = await serve(express().use(big));
  let connections = 0;
  sockets.server.on("connection", () => connections++);
  const wire = sockets.wire();
  for (let times = 1; times <= 3; times++) {
    wire.write(h2c);
    await wire.until("HTTP/1.1 200", times);
  }
  expect(connections).toBe(1);
  wire.leave();
});
