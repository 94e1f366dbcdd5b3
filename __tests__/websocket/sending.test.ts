import { setTimeout as wait } from "node:timers/promises";
import express from "express";
import { Channel, WebSocketOpCode } from "colonnade";
import type { RouteOptions, WebSocketRequest } from "colonnade";
import { frame, handshake } from "./frames";
import { Calls, deferred, serve, socketRouter, until } from "./live-socket";
import type { Handler, LiveSockets } from "./live-socket";

const rejections: unknown[] = [];
const note = (reason: unknown) => void rejections.push(reason);
beforeAll(() => void process.on("unhandledRejection", note));
afterAll(() => void process.off("unhandledRejection", note));

/** A route whose sockets the test has. */
async function start(options?: RouteOptions) {
  const calls = new Calls();
  let opened = (_socket: WebSocketRequest) => {};
  const handler: Handler = (socket, opcode, payload) => {
    calls.add(opcode, payload);
    if (opcode === WebSocketOpCode.Open) opened(socket);
  };
  const sockets: LiveSockets = await serve(express().use(socketRouter("/ws", handler, options)));
  const accept = async () => {
    const { promise, resolve } = deferred<WebSocketRequest>();
    opened = resolve;
    const peer = await sockets.connect("/ws");
    return { peer, socket: await promise };
  };
  /** A peer that never reads. */
  const acceptDeaf = async () => {
    const { promise, resolve } = deferred<WebSocketRequest>();
    opened = resolve;
    const wire = sockets.wire().write(handshake("/ws"));
    await wire.until("\r\n\r\n");
    wire.socket.pause();
    return { wire, socket: await promise };
  };
  return { sockets, calls, accept, acceptDeaf };
}

it("sends strings as text, and bytes of any kind as binary", async () => {
  const { accept } = await start();
  const { peer, socket } = await accept();
  const bytes = new Uint8Array([0, 1, 2, 3, 4]);
  await socket.send("täxt");
  await socket.send(Buffer.from("bytes"));
  await socket.send(bytes.subarray(1, 3));
  await socket.send("");
  expect(await peer.take(4)).toEqual(["täxt", Buffer.from("bytes"), Buffer.from([1, 2]), ""]);
});

it.each([[undefined], [null], [1], [{}], [["a"]], [new Uint16Array(1)], [new ArrayBuffer(1)], [true]])(
  "throws for %p at once, and stays usable",
  async (payload) => {
    const { accept } = await start();
    const { peer, socket } = await accept();
    expect(() => socket.send(payload as unknown as string)).toThrow(
      expect.objectContaining({ code: "ERR_MESSAGE_INVALID" }) as Error,
    );
    await socket.send("usable");
    expect(await peer.next()).toBe("usable");
  },
);

it("tells of itself", async () => {
  const { accept } = await start({ protocols: ["chat"] });
  const { peer, socket } = await accept();
  expect(socket).toMatchObject({
    closed: false,
    closeCode: undefined,
    closeReason: "",
    bufferedAmount: 0,
    protocol: "",
  });
  expect(socket.socket.readyState).toBe(1);
  await peer.close(4001, "bye");
  await wait(10);
  expect(socket).toMatchObject({ closed: true, closeCode: 4001, closeReason: "bye", bufferedAmount: 0 });
});

it("rejects once closed; nobody need await it", async () => {
  const { accept, calls } = await start();
  const { peer, socket } = await accept();
  const channel = new Channel().join(socket);
  await peer.close();
  await calls.ended();
  await expect(socket.send("late")).rejects.toMatchObject({ code: "ERR_SOCKET_CLOSED" });
  await expect(socket.ping()).rejects.toMatchObject({ code: "ERR_SOCKET_CLOSED" });
  void socket.send("late");
  void socket.ping();
  void channel.publish("late");
  socket.close();
  await wait(20);
});

it("rejects when the connection was destroyed in the same turn", async () => {
  const { accept } = await start();
  const { socket } = await accept();
  socket.raw.socket.destroy();
  await expect(socket.send("late")).rejects.toMatchObject({ code: "ERR_SOCKET_CLOSED" });
});

it("sends with a maxBuffered of 0 while nothing waits", async () => {
  const { accept } = await start({ maxBuffered: 0 });
  const { peer, socket } = await accept();
  await socket.send("one");
  await socket.send("by one");
  expect(await peer.take(2)).toEqual(["one", "by one"]);
});

it("rejects what still waits when the connection breaks", async () => {
  const { acceptDeaf, calls } = await start({ maxBuffered: Infinity });
  const { wire, socket } = await acceptDeaf();
  const first = socket.send(Buffer.alloc(30_000_000));
  void socket.send(Buffer.alloc(10));
  const second = socket.send("behind it");
  wire.socket.resetAndDestroy();
  await expect(first).rejects.toMatchObject({ code: "ERR_SOCKET_CLOSED" });
  await expect(second).rejects.toMatchObject({ code: "ERR_SOCKET_CLOSED" });
  await calls.ended();
});

it.each([
  ["a send", (socket: WebSocketRequest) => void socket.send("first")],
  ["a ping", (socket: WebSocketRequest) => void socket.ping()],
  ["a publish", (socket: WebSocketRequest) => void new Channel().join(socket).publish("first")],
])("resolves each send when its own message has been handed over, behind %s", async (_name, before) => {
  const { acceptDeaf } = await start({ maxBuffered: Infinity });
  const { wire, socket } = await acceptDeaf();
  before(socket);
  let done = 0;
  const sent = [1, 2].map(() => socket.send(Buffer.alloc(30_000_000)).then(() => done++));
  wire.socket.resume();
  await sent[0];
  await wait(0);
  expect(done).toBe(1);
  await sent[1];
  expect(socket.bufferedAmount).toBe(0);
  wire.leave();
});

describe("a peer that never reads", () => {
  it("may be sent one message of any size, and is closed with 1013 by the next", async () => {
    const { acceptDeaf, calls } = await start();
    const { wire, socket } = await acceptDeaf();
    const first = socket.send(Buffer.alloc(64_000_000));
    expect(socket.bufferedAmount).toBeGreaterThan(1_048_576);
    expect(socket.closed).toBe(false);
    await expect(socket.send("one more")).rejects.toMatchObject({ code: "ERR_SOCKET_BUFFER_FULL" });
    expect(socket.closed).toBe(true);
    wire.leave();
    await expect(first).rejects.toMatchObject({ code: "ERR_SOCKET_CLOSED" });
    await calls.ended();
    expect(socket.closeCode).toBe(1013);
  });

  it("holds back a sender that awaits: 500 times 1 MiB leave one of them in memory", async () => {
    const { acceptDeaf } = await start();
    const { wire, socket } = await acceptDeaf();
    const message = Buffer.alloc(1_048_576);
    let sent = 0;
    const sending = (async () => {
      for (; sent < 500; sent++) await socket.send(message);
    })();
    sending.catch(() => {});
    await wait(300);
    expect(sent).toBeLessThan(50);
    expect(socket.bufferedAmount).toBeLessThanOrEqual(message.length + 14);
    expect(socket.closed).toBe(false);
    wire.socket.resume();
    await until(() => sent >= 100);
    wire.leave();
    await expect(sending).rejects.toMatchObject({ code: "ERR_SOCKET_CLOSED" });
  });

  it("is closed by 500 times 1 MiB that nobody awaits, of which few are kept", async () => {
    const { acceptDeaf, calls } = await start();
    const { wire, socket } = await acceptDeaf();
    for (let times = 0; times < 500; times++) void socket.send(Buffer.alloc(1_048_576));
    expect(socket.closed).toBe(true);
    expect(socket.bufferedAmount).toBeLessThan(10 * 1_048_576);
    wire.leave();
    await calls.ended();
  });

  it("is cut when it is sent a million pings' answers", async () => {
    const { acceptDeaf, calls, sockets } = await start();
    const { wire } = await acceptDeaf();
    const pings = Buffer.concat(Array.from({ length: 1_000 }, () => frame(9, "x".repeat(125))));
    for (let times = 0; times < 1_000 && !wire.socket.destroyed; times++) {
      if (!wire.socket.write(pings)) await Promise.race([wait(20), wire.closed]);
    }
    await calls.ended();
    expect(calls.all.map(([opcode]) => opcode)).toEqual([255, 8]);
    wire.leave();
    expect(await sockets.connections(0)).toBe(0);
  });
});

it("keeps a peer that pings while it takes a long message", async () => {
  const size = 30_000_000;
  const sockets = await serve(
    express().use(
      socketRouter("/ws", (socket, opcode) => {
        if (opcode === WebSocketOpCode.Open) void socket.send(Buffer.alloc(size));
      }),
    ),
  );
  const peer = await sockets.connect("/ws");
  for (let times = 0; times < 10; times++) peer.socket.ping();
  expect(await peer.next()).toHaveLength(size);
});

it("pings", async () => {
  const { accept } = await start();
  const { peer, socket } = await accept();
  const pinged = deferred<Buffer>();
  peer.socket.once("ping", pinged.resolve);
  await socket.ping();
  expect(await pinged.promise).toEqual(Buffer.alloc(0));
});

it("has left no rejection unhandled", async () => {
  await wait(20);
  expect(rejections).toEqual([]);
});
