import { randomBytes } from "node:crypto";
import express from "express";
import { WebSocketOpCode } from "colonnade";
import type { RouteOptions } from "colonnade";
import { frame, handshake } from "./frames";
import { Calls, serve, socketRouter } from "./live-socket";
import type { Handler } from "./live-socket";

async function start(options: RouteOptions) {
  const calls = new Calls();
  const codes: unknown[] = [];
  const handler: Handler = (socket, opcode, payload) => {
    calls.add(opcode, payload);
    if (opcode === WebSocketOpCode.Close) codes.push(socket.closeCode);
    else if (opcode !== WebSocketOpCode.Open) void socket.send(payload);
  };
  const sockets = await serve(express().use(socketRouter("/ws", handler, options)));
  return { sockets, calls, codes };
}

describe("a message over maxContentLength ends the socket with 1009", () => {
  it.each([
    ["text", "x".repeat(11)],
    ["text that is longer in UTF-8", "é".repeat(6)],
    ["binary", Buffer.alloc(11)],
  ])("%s", async (_name, message) => {
    const { sockets, calls, codes } = await start({ maxContentLength: 10 });
    const peer = await sockets.connect("/ws");
    expect(await peer.send("x".repeat(10)).next()).toBe("x".repeat(10));
    expect(await peer.send("é".repeat(5)).next()).toBe("é".repeat(5));
    peer.send(message);
    expect((await peer.closed).code).toBe(1009);
    await calls.ended();
    expect(codes).toEqual([1009]);
    expect(calls.all.map(([opcode]) => opcode)).toEqual([255, 1, 1, 8]);
  });

  it.each([10, 0])("of %d as soon as its length is known, and in fragments as well", async (limit) => {
    const { sockets, calls, codes } = await start({ maxContentLength: limit });
    const announced = sockets.wire().write(handshake("/ws"), Buffer.from([0x82, 0x80 | 11, 0, 0, 0, 0]));
    await calls.ended();
    announced.leave();
    calls.all.length = 0;
    const inFragments = sockets.wire().write(handshake("/ws"), frame(2, "123456", 0), frame(0, "78901"));
    await calls.ended();
    inFragments.leave();
    expect(codes).toEqual([1009, 1009]);
  });
});

it("takes messages of up to 5 MiB by default", async () => {
  const { sockets } = await start({});
  const peer = await sockets.connect("/ws");
  const longest = Buffer.alloc(5 * 1_048_576, 1);
  expect(longest.equals((await peer.send(longest).next()) as Buffer)).toBe(true);
  peer.send(Buffer.alloc(longest.length + 1));
  expect((await peer.closed).code).toBe(1009);
});

it("takes none but empty messages with 0, and any with Infinity", async () => {
  const none = await start({ maxContentLength: 0 });
  const peer = await none.sockets.connect("/ws");
  expect(await peer.send("").next()).toBe("");
  peer.send("a");
  expect((await peer.closed).code).toBe(1009);
  // Of a number, ws keeps 32 bits.
  for (const maxContentLength of [Infinity, 2 ** 32 + 10]) {
    const any = await start({ maxContentLength });
    const other = await any.sockets.connect("/ws");
    expect(((await other.send(Buffer.alloc(7_000_000)).next()) as Buffer).length).toBe(7_000_000);
  }
});

it("keeps the limits of two routes apart", async () => {
  const handler: Handler = (socket, opcode, payload) =>
    opcode === WebSocketOpCode.Text && socket.send(payload);
  const app = express()
    .use(socketRouter("/small", handler, { maxContentLength: 10 }))
    .use(socketRouter("/large", handler, { maxContentLength: 100 }));
  const sockets = await serve(app);
  const [small, large] = [await sockets.connect("/small"), await sockets.connect("/large")];
  expect(await large.send("x".repeat(100)).next()).toHaveLength(100);
  small.send("x".repeat(11));
  expect((await small.closed).code).toBe(1009);
  large.send("x".repeat(101));
  expect((await large.closed).code).toBe(1009);
});

describe("perMessageDeflate", () => {
  it("is off by default", async () => {
    const { sockets } = await start({});
    const peer = await sockets.connect("/ws", { perMessageDeflate: true });
    expect(peer.socket.extensions).toBe("");
  });

  it("compresses where the client can", async () => {
    const { sockets } = await start({ perMessageDeflate: true });
    const peer = await sockets.connect("/ws", { perMessageDeflate: true });
    expect(peer.socket.extensions).toBe("permessage-deflate");
    const text = "again and again ".repeat(1_000);
    expect(await peer.send(text).next()).toBe(text);
    const noise = randomBytes(100_000);
    expect(noise.equals((await peer.send(noise).next()) as Buffer)).toBe(true);
    const plain = await sockets.connect("/ws", { perMessageDeflate: false });
    expect(await plain.send(text).next()).toBe(text);
  });

  it("ends what can't be inflated with 1007", async () => {
    const { sockets, calls, codes } = await start({ perMessageDeflate: true });
    const head = handshake("/ws", "Sec-WebSocket-Extensions: permessage-deflate");
    const wire = sockets.wire().write(head, frame(1, "not deflated", 0xc0));
    await calls.ended();
    expect(codes).toEqual([1007]);
    wire.leave();
  });

  it("counts what has been inflated", async () => {
    const { sockets } = await start({ perMessageDeflate: true, maxContentLength: 100_000 });
    const peer = await sockets.connect("/ws", { perMessageDeflate: true });
    peer.send("x".repeat(10_000_000));
    // What ws 7 was still to inflate it takes for broken, and says so instead.
    expect(WS_MAJOR === 7 ? [1007, 1009] : [1009]).toContain((await peer.closed).code);
  });
});
