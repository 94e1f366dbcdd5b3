import { setTimeout as wait } from "node:timers/promises";
import express from "express";
import { WebSocketOpCode } from "colonnade";
import type { Wire } from "../express/wire";
import { frame, handshake } from "./frames";
import { Calls, deferred, echo, serve, socketRouter } from "./live-socket";
import type { Handler } from "./live-socket";

async function start(handler: Handler) {
  const calls = new Calls();
  const noting: Handler = (socket, opcode, payload) => {
    calls.add(opcode, payload);
    return handler(socket, opcode, payload);
  };
  const sockets = await serve(express().use(socketRouter("/ws", noting)));
  return { sockets, calls };
}

describe("close", () => {
  it.each([
    [1005, undefined],
    [1006, undefined],
    [1004, undefined],
    [1015, undefined],
    [999, undefined],
    [1016, undefined],
    [2999, undefined],
    [5000, undefined],
    [Number.NaN, undefined],
    [1000.5, undefined],
    ["1000", undefined],
    [1000, "x".repeat(124)],
    [1000, "é".repeat(62)],
    [1000, 7],
  ])("throws RangeError for %p and %p, and the socket stays usable", async (code, reason) => {
    const thrown = deferred<unknown>();
    const { sockets } = await start((socket, opcode, payload) => {
      if (opcode !== WebSocketOpCode.Open) {
        void echo(socket, opcode, payload);
        return;
      }
      try {
        socket.close(code as number, reason as string);
        thrown.resolve(undefined);
      } catch (error) {
        thrown.resolve(error);
      }
    });
    const peer = await sockets.connect("/ws");
    expect(await thrown.promise).toMatchObject({
      name: "RangeError",
      message: expect.stringContaining("close") as string,
    });
    expect(await peer.send("usable").next()).toBe("usable");
  });

  it.each([
    [undefined, undefined, 1000, ""],
    [1001, "", 1001, ""],
    [3000, "x".repeat(123), 3000, "x".repeat(123)],
    [4999, "ä", 4999, "ä"],
    [1003, undefined, 1003, ""],
    [1007, undefined, 1007, ""],
    [1014, undefined, 1014, ""],
  ])("with %p and %p tells the peer", async (code, reason, expectedCode, expectedReason) => {
    const after = deferred<unknown>();
    const { sockets, calls } = await start((socket, opcode) => {
      if (opcode === WebSocketOpCode.Open) socket.close(code, reason);
      if (opcode === WebSocketOpCode.Close)
        after.resolve([socket.closeCode, socket.closeReason, socket.closed]);
    });
    const peer = sockets.dial("/ws");
    expect(await peer.closed).toEqual({ code: expectedCode, reason: expectedReason });
    await calls.ended();
    expect(await after.promise).toEqual([expectedCode, expectedReason, true]);
  });

  it("throws away what still comes, and may be called again", async () => {
    const { sockets, calls } = await start((socket, opcode) => {
      if (opcode === WebSocketOpCode.Text) {
        socket.close(4000);
        socket.close(4001);
        socket.close();
      }
    });
    const wire = sockets.wire().write(handshake("/ws"), frame(1, "a"), frame(1, "b"), frame(1, "c"));
    await wire.until("\x88\x02");
    wire.write(frame(1, "d"), frame(8, Buffer.from([0x0f, 0xa0])));
    await wire.closed;
    expect(await calls.ended()).toEqual([
      [WebSocketOpCode.Open, ""],
      [WebSocketOpCode.Text, "a"],
      [WebSocketOpCode.Close, ""],
    ]);
  });

  it("ends at once in a handler that is pending, with messages waiting", async () => {
    const blocked = deferred();
    const { sockets, calls } = await start(async (socket, opcode) => {
      if (opcode !== WebSocketOpCode.Text) return;
      await wait(30);
      socket.close(4002, "enough");
      await blocked.promise;
    });
    const peer = await sockets.connect("/ws");
    for (let times = 0; times < 100; times++) peer.send(Buffer.alloc(10_000).toString());
    expect(await peer.closed).toEqual({ code: 4002, reason: "enough" });
    expect(calls.all).toHaveLength(2);
    blocked.resolve();
    await calls.ended();
    expect(calls.all).toHaveLength(3);
  });

  it("does not lose what was sent before it", async () => {
    const { sockets } = await start((socket, opcode) => {
      if (opcode !== WebSocketOpCode.Open) return;
      for (let at = 0; at < 100; at++) void socket.send(`${at} ${"x".repeat(10_000)}`);
      socket.close(4003);
    });
    const peer = sockets.dial("/ws");
    const all = await peer.take(100);
    expect(all.map((each) => Number.parseInt(String(each), 10))).toEqual([...all.keys()]);
    expect((await peer.closed).code).toBe(4003);
  });
});

describe("the code that Close tells of", () => {
  const told = async () => {
    const code = deferred<unknown[]>();
    const { sockets } = await start((socket, opcode) => {
      if (opcode === WebSocketOpCode.Close) code.resolve([socket.closeCode, socket.closeReason]);
    });
    return { sockets, code: code.promise };
  };

  it("is the peer's", async () => {
    const { sockets, code } = await told();
    await (await sockets.connect("/ws")).close(4100, "gone");
    expect(await code).toEqual([4100, "gone"]);
  });

  it("is the peer's also where it answers with another", async () => {
    const code = deferred<unknown[]>();
    const { sockets } = await start((socket, opcode) => {
      if (opcode === WebSocketOpCode.Open) socket.close(4000, "ours");
      if (opcode === WebSocketOpCode.Close) code.resolve([socket.closeCode, socket.closeReason]);
    });
    const wire = sockets.wire().write(handshake("/ws"));
    await wire.until("ours");
    wire.write(frame(8, Buffer.from("\x0f\xa1theirs", "latin1")));
    expect(await code.promise).toEqual([4001, "theirs"]);
    wire.leave();
  });

  it("is 1005 for a close frame without one", async () => {
    const { sockets, code } = await told();
    await (await sockets.connect("/ws")).close();
    expect(await code).toEqual([1005, ""]);
  });

  it("is 1006 where the connection broke or just ended", async () => {
    const { sockets, code } = await told();
    (await sockets.connect("/ws")).socket.terminate();
    expect(await code).toEqual([1006, ""]);
  });

  it.each([
    ["leaves", (wire: Wire) => wire.leave()],
    ["answers with what is no frame", (wire: Wire) => wire.write(Buffer.from([0x88, 0])).socket.end()],
  ])("is that of the first close() where the peer %s instead", async (_way, go) => {
    const code = deferred<unknown[]>();
    const { sockets } = await start((socket, opcode) => {
      if (opcode === WebSocketOpCode.Close) code.resolve([socket.closeCode, socket.closeReason]);
      if (opcode !== WebSocketOpCode.Open) return;
      socket.close(4000, "the first");
      socket.close(4001, "another");
    });
    const wire = sockets.wire().write(handshake("/ws"));
    await wire.until("the first");
    go(wire);
    expect(await code.promise).toEqual([4000, "the first"]);
    wire.leave();
  });
});
