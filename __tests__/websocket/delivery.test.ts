import { setTimeout as wait } from "node:timers/promises";
import express from "express";
import type { RouteOptions } from "colonnade";
import { WebSocketOpCode } from "colonnade";
import { Calls, deferred, echo, serve, socketRouter, until } from "./live-socket";
import type { Handler, LiveSockets } from "./live-socket";

const start = (handler: Handler, options?: RouteOptions): Promise<LiveSockets> =>
  serve(express().use(socketRouter("/ws", handler, options)));

it("delivers Open, each message as string or Buffer, and Close, in order", async () => {
  const calls = new Calls();
  const sockets = await start((_socket, opcode, payload) => calls.add(opcode, payload));
  const peer = await sockets.connect("/ws");
  peer
    .send("täxt")
    .send("")
    .send(Buffer.from([0, 255]))
    .send(new Uint8Array(0));
  await peer.close(4000, "enough");
  const all = await calls.ended();
  expect(all).toEqual([
    [WebSocketOpCode.Open, ""],
    [WebSocketOpCode.Text, "täxt"],
    [WebSocketOpCode.Text, ""],
    [WebSocketOpCode.Binary, Buffer.from([0, 255])],
    [WebSocketOpCode.Binary, Buffer.alloc(0)],
    [WebSocketOpCode.Close, ""],
  ]);
  expect(all.map(([, payload]) => Buffer.isBuffer(payload))).toEqual([
    false,
    false,
    false,
    true,
    true,
    false,
  ]);
});

it("delivers a message of several fragments whole", async () => {
  const sockets = await start(echo);
  const peer = await sockets.connect("/ws");
  peer.socket.send("frag", { fin: false });
  peer.socket.send("ment", { fin: false });
  peer.socket.send("ed", { fin: true });
  expect(await peer.next()).toBe("fragmented");
  peer.socket.send(Buffer.from([1]), { fin: false });
  peer.socket.send(Buffer.from([2]), { fin: true });
  expect(await peer.next()).toEqual(Buffer.from([1, 2]));
});

it("gives the handler one object for the whole life of a socket", async () => {
  const seen = new Set<unknown>();
  const uids: string[] = [];
  const sockets = await start((socket, opcode, payload) => {
    seen.add(socket);
    if (opcode === WebSocketOpCode.Open) uids.push(socket.uid);
    return echo(socket, opcode, payload);
  });
  for (let times = 0; times < 3; times++) await (await sockets.connect("/ws")).send("a").next();
  expect(seen.size).toBe(3);
  expect(new Set(uids).size).toBe(3);
  expect(uids.every((uid) => typeof uid === "string")).toBe(true);
});

it("keeps the order of 10,000 messages, with a handler that is sometimes slow", async () => {
  const received: number[] = [];
  const sockets = await start(async (socket, opcode, payload) => {
    if (opcode !== WebSocketOpCode.Text) return;
    if (Number(payload) % 1000 === 7) await wait(5);
    received.push(Number(payload));
    if (received.length === 10_000) await socket.send("done");
  });
  const peer = await sockets.connect("/ws");
  for (let at = 0; at < 10_000; at++) peer.send(String(at));
  expect(await peer.next()).toBe("done");
  expect(received).toEqual(Array.from({ length: 10_000 }, (_, at) => at));
});

it("never has two calls of one socket's handler under way, while other sockets go on", async () => {
  let most = 0;
  const running = new Map<unknown, number>();
  const blocked = deferred();
  const sockets = await start(async (socket, opcode, payload) => {
    const now = (running.get(socket) ?? 0) + 1;
    running.set(socket, now);
    most = Math.max(most, now);
    await wait(1);
    if (payload === "block") await blocked.promise;
    running.set(socket, now - 1);
    void echo(socket, opcode, payload);
  });
  const [first, second] = [await sockets.connect("/ws"), await sockets.connect("/ws")];
  first.send("block");
  for (let at = 0; at < 20; at++) first.send(String(at));
  expect(await second.send("meanwhile").next()).toBe("meanwhile");
  blocked.resolve();
  expect(await first.take(21)).toEqual(["block", ...Array.from({ length: 20 }, (_, at) => String(at))]);
  expect(most).toBe(1);
});

it("delivers what had come before a close, then Close, to a handler that was pending", async () => {
  const calls = new Calls();
  const blocked = deferred();
  const sockets = await start(async (_socket, opcode, payload) => {
    calls.add(opcode, payload);
    if (payload === "1") await blocked.promise;
  });
  const peer = await sockets.connect("/ws");
  peer.send("1").send("2").send("3");
  const closed = peer.close();
  await calls.until((all) => all.length === 2);
  await wait(20);
  blocked.resolve();
  await closed;
  expect((await calls.ended()).map(([, payload]) => payload)).toEqual(["", "1", "2", "3", ""]);
});

it("reads no more from a peer than it can deliver, once and again", async () => {
  const gates = [deferred(), deferred()];
  let received = 0;
  const sockets = await start(async (_socket, opcode) => {
    if (opcode === WebSocketOpCode.Binary) await gates[Math.floor(received++ / 500)]?.promise;
  });
  const peer = await sockets.connect("/ws");
  const message = Buffer.alloc(65_536);
  for (const [times, gate] of gates.entries()) {
    for (let at = 0; at < 500; at++) peer.send(message);
    await wait(300);
    // 32 MB were sent: what the kernel's buffers don't hold is still with the client.
    expect(peer.socket.bufferedAmount).toBeGreaterThan(10_000_000);
    expect(received).toBe(times * 500 + 1);
    gate.resolve();
    await until(() => received === (times + 1) * 500);
  }
  expect((await peer.close()).code).toBe(1005);
});

it("reads no more also of what is inflated", async () => {
  const gates = [deferred(), deferred()];
  let received = 0;
  const handler: Handler = async (_socket, opcode) => {
    if (opcode === WebSocketOpCode.Binary) await gates[Math.floor(received++ / 400)]?.promise;
  };
  const sockets = await start(handler, { perMessageDeflate: true });
  const peer = await sockets.connect("/ws", { perMessageDeflate: { zlibDeflateOptions: { level: 0 } } });
  const message = Buffer.alloc(65_536);
  for (const [times, gate] of gates.entries()) {
    for (let at = 0; at < 400; at++) peer.send(message);
    await wait(500);
    expect(peer.socket.bufferedAmount).toBeGreaterThan(5_000_000);
    gate.resolve();
    await until(() => received === (times + 1) * 400);
  }
  peer.socket.terminate();
});

it("keeps its calls synchronous where the handler is", async () => {
  const order: string[] = [];
  const sockets = await start((socket, opcode, payload) => {
    if (opcode !== WebSocketOpCode.Text) return;
    order.push(`${String(payload)} begins`);
    queueMicrotask(() => order.push("microtask"));
    if (payload === "b") void socket.send("done");
  });
  const peer = await sockets.connect("/ws");
  peer.socket.send("a");
  await peer.send("b").next();
  expect(order.filter((each) => each !== "microtask")).toEqual(["a begins", "b begins"]);
});

describe("control", () => {
  it("delivers pings and pongs with their payload", async () => {
    const calls = new Calls();
    const handler: Handler = (socket, opcode, payload) => {
      calls.add(opcode, payload);
      if (opcode === WebSocketOpCode.Ping) void socket.ping();
    };
    const sockets = await start(handler, { control: true });
    const peer = await sockets.connect("/ws");
    const ponged = deferred<string>();
    peer.socket.once("pong", (data) => ponged.resolve(data.toString()));
    peer.socket.ping("are you there");
    expect(await ponged.promise).toBe("are you there");
    const all = await calls.until((each) => each.some(([opcode]) => opcode === WebSocketOpCode.Pong));
    expect(all).toEqual([
      [WebSocketOpCode.Open, ""],
      [WebSocketOpCode.Ping, Buffer.from("are you there")],
      [WebSocketOpCode.Pong, Buffer.alloc(0)],
    ]);
  });

  it("is off by default: pings are answered, and the handler hears of none", async () => {
    const calls = new Calls();
    const sockets = await start((_socket, opcode, payload) => calls.add(opcode, payload));
    const peer = await sockets.connect("/ws");
    const ponged = deferred();
    peer.socket.once("pong", () => ponged.resolve());
    peer.socket.ping();
    await ponged.promise;
    peer.socket.pong();
    await peer.close();
    expect((await calls.ended()).map(([opcode]) => opcode)).toEqual([255, 8]);
  });
});
