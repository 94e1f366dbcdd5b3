import { once } from "node:events";
import { connect } from "node:net";
import type { Socket } from "node:net";
import express from "express";
import type { RequestHandler } from "express";
import { handshake } from "./frames";
import { echo, serve, socketRouter } from "./live-socket";
import type { LiveSockets } from "./live-socket";

/** In milliseconds: how long the server waits for a client to end its half of the connection. */
const patience = 1_000;

beforeEach(() => {
  jest.useFakeTimers({
    doNotFake: ["nextTick", "queueMicrotask", "setImmediate", "setInterval", "Date", "performance"],
  });
});
afterEach(() => void jest.useRealTimers());

const start = (...middleware: RequestHandler[]) =>
  serve(express().use(...middleware, socketRouter("/ws", echo)));

/** A client that leaves its own half of the connection open, with its answer. */
async function refused(sockets: LiveSockets): Promise<{ client: Socket; text: string }> {
  const client = connect({ port: sockets.port, host: "127.0.0.1", allowHalfOpen: true });
  let text = "";
  client.setEncoding("latin1").on("data", (chunk: string) => (text += chunk));
  client.write(handshake("/nowhere"));
  await once(client, "end");
  return { client, text };
}

describe("the connection behind a refusal", () => {
  it("is ended at once, and cut when its client leaves it half open", async () => {
    const sockets = await start();
    const { client, text } = await refused(sockets);
    expect(text).toMatch(/^HTTP\/1.1 404 [^]*Cannot GET \/nowhere/);
    expect(await sockets.connections(1)).toBe(1);
    jest.advanceTimersByTime(patience);
    jest.useRealTimers();
    expect(await sockets.connections(0)).toBe(0);
    client.destroy();
  });

  it("is read to its end: what the client still sends makes no reset of it", async () => {
    const sockets = await start();
    const { client } = await refused(sockets);
    client.end(Buffer.alloc(20_000_000));
    expect(await once(client, "close")).toEqual([false]);
  });

  it("tells middleware once that it is over", async () => {
    let closed = 0;
    const watch: RequestHandler = (_req, res, next) => {
      res.on("close", () => closed++);
      next();
    };
    const sockets = await start(watch);
    const { client } = await refused(sockets);
    client.end();
    await once(client, "close");
    jest.useRealTimers();
    expect(await sockets.connections(0)).toBe(0);
    expect(closed).toBe(1);
  });
});
