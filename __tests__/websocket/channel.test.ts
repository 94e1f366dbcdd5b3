import { setTimeout as wait } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import express from "express";
import { Channel, WebSocketOpCode } from "colonnade";
import type { WebSocketRequest } from "colonnade";
import { handshake } from "./frames";
import { Calls, serve, socketRouter, until } from "./live-socket";
import type { Handler } from "./live-socket";

/** A route whose sockets all join one channel. */
async function start() {
  const channel = new Channel();
  const members: WebSocketRequest[] = [];
  const calls = new Calls();
  const handler: Handler = (socket, opcode, payload) => {
    calls.add(opcode, payload);
    if (opcode === WebSocketOpCode.Open) {
      members.push(socket);
      channel.join(socket);
    }
    if (payload === "break") throw new Error("broken");
  };
  const sockets = await serve(express().use(socketRouter("/ws", handler)));
  const connect = async (count: number) => {
    const peers = [];
    for (let times = 0; times < count; times++) peers.push(await sockets.connect("/ws"));
    await until(() => members.length >= count);
    return peers;
  };
  return { sockets, channel, members, calls, connect };
}

it("publishes strings as text and bytes as binary to every member, in order", async () => {
  const { channel, connect } = await start();
  const peers = await connect(3);
  void channel.publish("täxt");
  void channel.publish(Buffer.from([1, 2]));
  await channel.publish(new Uint8Array([3, 4, 5]).subarray(1));
  for (const peer of peers) {
    expect(await peer.take(3)).toEqual(["täxt", Buffer.from([1, 2]), Buffer.from([4, 5])]);
  }
});

it("leaves out the one that is excepted", async () => {
  const { channel, members, connect } = await start();
  const [first, second] = await connect(2);
  await channel.publish("for the second", { except: members[0] });
  await channel.publish("for both", { except: undefined });
  expect(await first?.next()).toBe("for both");
  expect(await second?.take(2)).toEqual(["for the second", "for both"]);
});

it("knows its members, each of them once", async () => {
  const { channel, members, connect } = await start();
  await connect(2);
  const [first] = members as [WebSocketRequest, WebSocketRequest];
  expect([channel.size, channel.has(first)]).toEqual([2, true]);
  channel.join(first).join(first);
  expect(channel.size).toBe(2);
  expect([channel.leave(first), channel.leave(first), channel.has(first), channel.size]).toEqual([
    true,
    false,
    false,
    1,
  ]);
  channel.join(first);
  expect(channel.size).toBe(2);
});

describe("a member leaves by itself", () => {
  it.each(["close", "terminate"] as const)("when its peer does %s", async (way) => {
    const { channel, connect, members } = await start();
    const [first] = await connect(2);
    first?.socket[way]();
    await until(() => channel.size === 1);
    expect(channel.has(members[0] as WebSocketRequest)).toBe(false);
  });

  it("when its handler fails, and when it is closed", async () => {
    jest.spyOn(console, "error").mockImplementation(() => {});
    const { channel, connect, members } = await start();
    const [first] = await connect(2);
    first?.send("break");
    members[1]?.close();
    await until(() => channel.size === 0);
    expect(members.map((member) => member.closed)).toEqual([true, true]);
    jest.restoreAllMocks();
  });

  it("as soon as it is told to close, whatever its peer does", async () => {
    const { channel, members, connect } = await start();
    await connect(2);
    members[0]?.close();
    expect(channel.size).toBe(1);
  });

  it("before Close is delivered, and does not join again", async () => {
    const channel = new Channel();
    const seen: unknown[] = [];
    const handler: Handler = (socket, opcode) => {
      if (opcode === WebSocketOpCode.Open) channel.join(socket);
      if (opcode === WebSocketOpCode.Close)
        seen.push(channel.size, channel.join(socket).has(socket), channel.leave(socket));
    };
    const sockets = await serve(express().use(socketRouter("/ws", handler)));
    await (await sockets.connect("/ws")).close();
    await until(() => seen.length > 0);
    expect(seen).toEqual([0, false, false]);
  });
});

it("lets nobody wait for a member that does not read, which is closed with 1013", async () => {
  const { sockets, channel, members, connect, calls } = await start();
  const wire = sockets.wire().write(handshake("/ws"));
  await wire.until("\r\n\r\n");
  wire.socket.pause();
  await until(() => members.length === 1);
  const [quick] = await connect(1);
  const message = Buffer.alloc(1_000_000);
  for (let times = 0; times < 30; times++) {
    await channel.publish(message);
    expect(await quick?.next()).toHaveLength(message.length);
  }
  expect(members[0]?.closed).toBe(true);
  wire.leave();
  await calls.ended();
  expect(members[0]?.closeCode).toBe(1013);
  expect(channel.size).toBe(1);
});

it("takes and refuses what send does", async () => {
  const channel = new Channel();
  await channel.publish("to nobody");
  const publish = channel.publish.bind(channel) as (payload: unknown) => unknown;
  for (const payload of [undefined, null, 1, {}, [1]]) {
    expect(() => publish(payload)).toThrow(expect.objectContaining({ code: "ERR_MESSAGE_INVALID" }));
  }
});

it("may be published to, joined and left by what a member does on the way", async () => {
  const channel = new Channel();
  const handler: Handler = (socket, opcode, payload) => {
    if (opcode === WebSocketOpCode.Open) channel.join(socket);
    if (opcode !== WebSocketOpCode.Text) return;
    void channel.publish(payload, { except: socket });
    channel.leave(socket);
    void channel.join(socket).publish("again");
  };
  const sockets = await serve(express().use(socketRouter("/ws", handler)));
  const [first, second] = [await sockets.connect("/ws"), await sockets.connect("/ws")];
  await until(() => channel.size === 2);
  first.send("hello");
  expect(await first.next()).toBe("again");
  expect(await second.take(2)).toEqual(["hello", "again"]);
});

it("keeps none of 1,000 members that have gone", async () => {
  const { channel, connect } = await start();
  for (let times = 1; times <= 5; times++) {
    const peers = await connect(200);
    await channel.publish(`round ${times}`);
    for (const peer of peers) {
      expect(await peer.next()).toBe(`round ${times}`);
      peer.socket.terminate();
    }
    await until(() => channel.size === 0);
  }
  await wait(0);
  expect(channel.size).toBe(0);
});

it("is not kept by a socket that has left it", async () => {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  const { members, connect } = await start();
  await connect(1);
  const socket = members[0] as WebSocketRequest;
  const left = (() => {
    const channel = new Channel().join(socket).join(socket);
    channel.leave(socket);
    return new WeakRef(channel);
  })();
  await wait(0); // a WeakRef holds until the end of the turn
  collect();
  expect(left.deref()).toBe(undefined);
});
