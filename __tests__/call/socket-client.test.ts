import { once } from "node:events";
import { createServer as createPlainServer } from "node:http";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import express from "express";
import { WebSocket } from "ws8";
import { z } from "zod";
import { Resource, WebSocketOpCode, createServer, websocket } from "colonnade";
import type { MessageOf, RequestOf, WebSocketRequest } from "colonnade";
import { createClient } from "colonnade/client";
import type { Refusal, WebSocketClass } from "colonnade/client";

const Said = z.object({ text: z.string() });
const chat = websocket("/rooms/:room", {
  receives: Said,
  sends: z.object({ room: z.string(), text: z.string(), lines: z.number() }),
  query: z.object({ token: z.string() }),
});
const raw = websocket("/raw");
const brief = websocket("/brief");
const broken = websocket("/broken", { sends: z.string() });

class Rooms extends Resource {
  readonly sockets: WebSocketRequest[] = [];
  connected = 0;

  @chat
  async talk(socket: RequestOf<typeof chat>, ...[opcode, payload]: MessageOf<typeof chat>) {
    if (opcode === WebSocketOpCode.Open) this.sockets.push(socket as unknown as WebSocketRequest);
    if (opcode !== WebSocketOpCode.Text) return;
    if (payload.text === "bye") socket.close(1000, "as you wish");
    else await socket.send({ room: socket.matches.room, text: payload.text, lines: 1 });
  }

  @raw
  async raw(socket: RequestOf<typeof raw>, opcode: WebSocketOpCode, payload: string | Buffer) {
    if (opcode === WebSocketOpCode.Text) await socket.send(payload);
  }

  @brief
  brief(socket: RequestOf<typeof brief>, opcode: WebSocketOpCode) {
    if (opcode !== WebSocketOpCode.Open) return;
    this.connected++;
    setTimeout(() => socket.socket.terminate(), 60);
  }

  @broken
  async broken(socket: RequestOf<typeof broken>, opcode: WebSocketOpCode) {
    if (opcode === WebSocketOpCode.Open) socket.socket.send("{");
    return Promise.resolve();
  }
}

const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    if (server.listening) await new Promise((resolve) => server.close(resolve));
  }
});

async function serve(port = 0, rooms = new Rooms()) {
  const server = createServer(express().use("/api", rooms.router()));
  servers.push(server);
  await once(server.listen(port, "127.0.0.1"), "listening");
  const used = (server.address() as AddressInfo).port;
  return { server, rooms, port: used, client: createClient(`http://127.0.0.1:${used}/api`) };
}

/** Node 20 has no WebSocket of its own. */
const given = { WebSocket: WebSocket as unknown as WebSocketClass };
const room = { matches: { room: "a b" }, query: { token: "x" }, ...given };
const quick = { least: 10, most: 20 };

async function next<T>(messages: AsyncIterator<T>): Promise<T> {
  const { value, done } = await messages.next();
  if (done) throw new Error("It has ended");
  return value;
}

describe("createClient(baseUrl).connect(declaration, options)", () => {
  it("sends and receives what the declaration says", async () => {
    const { client } = await serve();
    const socket = client.connect(chat, room);
    const messages = socket[Symbol.asyncIterator]();
    await socket.send({ text: "hello" });
    const { room: name, text, lines } = await next(messages);
    expect([name, text, lines, socket.isOpen]).toEqual(["a b", "hello", 1, true]);
    socket.close();
    expect((await messages.next()).done).toBe(true);
    expect(await socket.closed).toEqual({ code: 1000, reason: "" });
    await expect(socket.send({ text: "late" })).rejects.toThrow("The socket is closed");
  });

  it("ends where the server has closed it for good", async () => {
    const { client } = await serve();
    const socket = client.connect(chat, room);
    await socket.send({ text: "bye" });
    const received = [];
    for await (const message of socket) received.push(message);
    expect([received, await socket.closed]).toEqual([[], { code: 1000, reason: "as you wish" }]);
  });

  it("tells of a message that the server does not accept apart from those that it sends", async () => {
    const { client } = await serve();
    const refusals: Refusal[] = [];
    const socket = client.connect(chat, { ...room, onRefused: (refusal) => refusals.push(refusal) });
    const messages = socket[Symbol.asyncIterator]();
    await socket.send({ text: 5 as unknown as string });
    await socket.send({ text: "after" });
    expect((await next(messages)).text).toBe("after");
    expect(refusals).toMatchObject([{ code: "ERR_VALIDATION", issues: [{ in: "message", path: ["text"] }] }]);
    socket.close();
  });

  it("sends text as it is where the route has no schemas", async () => {
    const { client } = await serve();
    const socket = client.connect(raw, given);
    await socket.send('{"code":"ERR_VALIDATION"}');
    expect(await next(socket[Symbol.asyncIterator]())).toBe('{"code":"ERR_VALIDATION"}');
    socket.close();
  });

  it("closes where the server sends what is no JSON", async () => {
    const { client } = await serve();
    const socket = client.connect(broken, given);
    expect(await socket.closed).toEqual({ code: 4000, reason: "A message is not JSON" });
  });

  it("connects again when the connection breaks, and sends then what waits", async () => {
    const { client, server, port } = await serve();
    const socket = client.connect(chat, { ...room, reconnect: quick });
    const messages = socket[Symbol.asyncIterator]();
    await socket.send({ text: "1" });
    await next(messages);
    server.close();
    await once(server, "close");
    const waiting = socket.send({ text: "2" });
    await serve(port);
    await waiting;
    expect((await next(messages)).text).toBe("2");
    socket.close();
  });

  it("waits for a server that is not there yet", async () => {
    const { client, server, port } = await serve();
    server.close();
    await once(server, "close");
    const socket = client.connect(chat, { ...room, reconnect: quick });
    const waiting = socket.send({ text: "1" });
    await serve(port);
    await waiting;
    expect((await next(socket[Symbol.asyncIterator]())).text).toBe("1");
    socket.close();
  });

  it("does not connect again where it is told so", async () => {
    const { client, server } = await serve();
    const socket = client.connect(chat, { ...room, reconnect: false });
    await socket.send({ text: "1" });
    server.close();
    expect((await socket.closed).code).toBe(1001);
  });

  it("keeps trying less and less often", async () => {
    const attempts: number[] = [];
    const server = createPlainServer();
    servers.push(server);
    server.on("upgrade", (_request, connection) => {
      attempts.push(Date.now());
      connection.destroy();
    });
    await once(server.listen(0, "127.0.0.1"), "listening");
    const client = createClient(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    const socket = client.connect(raw, { ...given, reconnect: { least: 20, most: 1_000 } });
    while (attempts.length < 5) await once(server, "upgrade");
    socket.close();
    const gaps = attempts.slice(1).map((time, at) => time - (attempts[at] ?? 0));
    expect(gaps[3]).toBeGreaterThan((gaps[0] ?? 0) * 1.5); // eight times as long, less what is random
  });

  it("waits no longer than at first where the connection was well for long", async () => {
    const { client, rooms } = await serve();
    const delays: unknown[] = [];
    const timer = jest.spyOn(globalThis, "setTimeout");
    const random = jest.spyOn(Math, "random").mockReturnValue(1);
    const socket = client.connect(brief, { ...given, reconnect: { least: 7, most: 40 } });
    while (rooms.connected < 4) await wait(5);
    for (const [, delay] of timer.mock.calls) if ([7, 14, 28, 40].includes(Number(delay))) delays.push(delay);
    socket.close();
    timer.mockRestore();
    random.mockRestore();
    expect(delays).toEqual([7, 7, 7]);
  });

  it("ends with its signal, at once where that has aborted already", async () => {
    const { client } = await serve();
    const controller = new AbortController();
    const socket = client.connect(chat, { ...room, signal: controller.signal });
    await socket.send({ text: "1" });
    controller.abort();
    expect((await socket.closed).code).toBe(1000);
    const late = client.connect(chat, { ...room, signal: controller.signal });
    expect([(await late.closed).code, late.isOpen]).toEqual([1000, false]);
  });

  it("is closed no more than the browser lets it", async () => {
    const { client } = await serve();
    const socket = client.connect(chat, room);
    await socket.send({ text: "1" });
    expect(() => socket.close(5001)).toThrow("valid error code");
    expect(socket.isOpen).toBe(true);
    socket.close(3000, "enough");
    expect(await socket.closed).toEqual({ code: 3000, reason: "enough" });
  });

  it("ends every iteration", async () => {
    const { client } = await serve();
    const socket = client.connect(chat, room);
    const drain = async () => {
      for await (const _message of socket);
    };
    const both = Promise.all([drain(), drain()]);
    await socket.send({ text: "1" });
    socket.close();
    expect(await both).toEqual([undefined, undefined]);
  });

  it("keeps no listener on its signal", async () => {
    const { client } = await serve();
    const controller = new AbortController();
    const added = jest.spyOn(controller.signal, "addEventListener");
    const removed = jest.spyOn(controller.signal, "removeEventListener");
    const socket = client.connect(chat, { ...room, signal: controller.signal });
    socket.close();
    expect(removed.mock.calls.map(([type, listener]) => [type, listener])).toEqual(
      added.mock.calls.map(([type, listener]) => [type, listener]),
    );
  });

  it("closes where more waits than it may", async () => {
    const { client } = await serve();
    const socket = client.connect(chat, { ...room, maxQueued: 2 });
    for (let sent = 0; sent < 3; sent++) await socket.send({ text: "1" });
    expect(await socket.closed).toEqual({ code: 4000, reason: "Too many messages wait" });
  });

  it("refuses what JSON has no value for", async () => {
    const { client } = await serve();
    const socket = client.connect(chat, room);
    await expect(socket.send(undefined as never)).rejects.toThrow(TypeError);
    socket.close();
  });

  it("throws at once for what is missing", async () => {
    const { client } = await serve();
    expect(() => client.connect(chat, { ...given, query: { token: "" } } as never)).toThrow(
      "matches.room of WEBSOCKET /rooms/:room is missing",
    );
  });
});
