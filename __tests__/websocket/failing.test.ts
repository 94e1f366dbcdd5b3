import { setTimeout as wait } from "node:timers/promises";
import express from "express";
import { ColonnadeError, Router, WebSocketOpCode } from "colonnade";
import type { RouterOptions, WebSocketRequest } from "colonnade";
import { Calls, deferred, serve, socketRouter, until } from "./live-socket";
import type { Handler } from "./live-socket";

const rejections: unknown[] = [];
const note = (reason: unknown) => void rejections.push(reason);
beforeAll(() => void process.on("unhandledRejection", note));
afterAll(() => void process.off("unhandledRejection", note));

/** What a handler does, and what the app is told of it. */
async function start(handler: Handler, options: RouterOptions = {}) {
  const calls = new Calls();
  const errors: unknown[] = [];
  const codes: unknown[] = [];
  const noting: Handler = (socket, opcode, payload) => {
    calls.add(opcode, payload);
    if (opcode === WebSocketOpCode.Close) codes.push(socket.closeCode);
    return handler(socket, opcode, payload);
  };
  const onError = (error: unknown) => void errors.push(error);
  const router = new Router().registerRoutes([["WEBSOCKET", "/ws", noting, { control: true }]]);
  const sockets = await serve(express().use(router.router({ onError, ...options })));
  return { sockets, calls, errors, codes };
}

describe("a handler that fails ends its socket with 1011, is reported once, and gets Close once", () => {
  const failure = new Error("broken");
  const ways: [string, () => unknown][] = [
    [
      "throws",
      () => {
        throw failure;
      },
    ],
    ["rejects", () => Promise.reject(failure)],
    [
      "rejects later",
      async () => {
        await wait(5);
        throw failure;
      },
    ],
  ];
  const opcodes = [WebSocketOpCode.Open, WebSocketOpCode.Text, WebSocketOpCode.Binary, WebSocketOpCode.Ping];

  it.each(
    ways.flatMap(([way, fail]) =>
      opcodes.map((opcode) => [way, WebSocketOpCode[opcode], opcode, fail] as const),
    ),
  )("%s in %s", async (_way, _name, failing, fail) => {
    const { sockets, calls, errors, codes } = await start((_socket, opcode) =>
      opcode === failing ? fail() : undefined,
    );
    const peer = sockets.dial("/ws");
    peer.socket.once("open", () => {
      peer.send("text").send(Buffer.from("binary")).socket.ping();
      peer.send("behind it");
    });
    expect(await peer.closed).toEqual({ code: 1011, reason: "" });
    const all = await calls.ended();
    await wait(20);
    expect(errors).toEqual([failure]);
    expect(codes).toEqual([1011]);
    const told = all.map(([opcode]) => opcode);
    expect(told.slice(-2)).toEqual([failing, WebSocketOpCode.Close]);
    expect(told.filter((opcode) => opcode === WebSocketOpCode.Close)).toHaveLength(1);
    const next = await sockets.connect("/ws"); // it lives
    next.socket.terminate();
  });

  it.each(ways)("%s in Close", async (_way, fail) => {
    const { sockets, calls, errors } = await start((_socket, opcode) =>
      opcode === WebSocketOpCode.Close ? fail() : undefined,
    );
    const peer = await sockets.connect("/ws");
    expect((await peer.close(1000)).code).toBe(1000);
    await calls.ended();
    await wait(20);
    expect(errors).toEqual([failure]);
    expect(calls.all.map(([opcode]) => opcode)).toEqual([WebSocketOpCode.Open, WebSocketOpCode.Close]);
  });

  it.each([[null], [undefined], ["a string"], [{ status: 404 }], [7]])("throws %p", async (thrown) => {
    const { sockets, errors } = await start((_socket, opcode) => {
      // oxlint-disable-next-line typescript/only-throw-error -- it is what is tested
      if (opcode === WebSocketOpCode.Text) throw thrown;
    });
    const peer = await sockets.connect("/ws");
    expect((await peer.send("a").closed).code).toBe(1011);
    expect(errors).toEqual([thrown]);
  });
});

it("reports to console.error by default", async () => {
  const logged = jest.spyOn(console, "error").mockImplementation(() => {});
  const handler: Handler = (_socket, opcode) => {
    if (opcode === WebSocketOpCode.Open) throw new Error("told to the console");
  };
  const sockets = await serve(express().use(socketRouter("/ws", handler)));
  await sockets.dial("/ws").closed;
  expect(logged).toHaveBeenCalledTimes(1);
  expect(JSON.stringify(logged.mock.calls.map((call) => call.map(String)))).toContain("told to the console");
  logged.mockRestore();
});

it("lives when what it is reported to throws", async () => {
  const logged = jest.spyOn(console, "error").mockImplementation(() => {});
  const onError = () => {
    throw new Error("the log is broken as well");
  };
  const { sockets } = await start(() => Promise.reject(new Error("broken")), { onError });
  expect((await sockets.dial("/ws").closed).code).toBe(1011);
  expect((await sockets.dial("/ws").closed).code).toBe(1011);
  await until(() => logged.mock.calls.length === 4); // both fail in Close as well
  logged.mockRestore();
});

it("reports no failure of a handler that awaits a send to a peer that has left", async () => {
  const went = deferred();
  const { sockets, calls, errors } = await start(async (socket, opcode) => {
    if (opcode !== WebSocketOpCode.Text) return;
    await went.promise;
    while (!socket.closed) await wait(5);
    await socket.send("late");
  });
  const peer = await sockets.connect("/ws");
  peer.send("a");
  await calls.until((all) => all.length === 2);
  peer.socket.terminate();
  went.resolve();
  await calls.ended();
  expect(errors).toEqual([]);
});

it.each([
  ["another failure of Colonnade's", new ColonnadeError("ERR_SOCKET_BUFFER_FULL", "full")],
  ["a connection of its own", Object.assign(new Error("closed"), { code: "ERR_SOCKET_CLOSED" })],
])("does report %s after the peer has left", async (_name, failure) => {
  const { sockets, calls, errors } = await start(async (socket, opcode) => {
    if (opcode !== WebSocketOpCode.Text) return;
    while (!socket.closed) await wait(5);
    throw failure;
  });
  const peer = await sockets.connect("/ws");
  peer.send("a");
  await calls.until((all) => all.length === 2);
  peer.socket.terminate();
  await calls.ended();
  expect(errors).toEqual([failure]);
});

it("does report a send to another socket, which is closed, and ends its own with 1011", async () => {
  const all: WebSocketRequest[] = [];
  const { sockets, errors } = await start(async (socket, opcode) => {
    if (opcode === WebSocketOpCode.Open) all.push(socket);
    if (opcode === WebSocketOpCode.Text) await all[0]?.send("too late");
  });
  await (await sockets.connect("/ws")).close();
  const peer = await sockets.connect("/ws");
  expect((await peer.send("a").closed).code).toBe(1011);
  expect(errors).toMatchObject([{ code: "ERR_SOCKET_CLOSED" }]);
});

it("does reach Close when the handler that is pending fails after the peer has left", async () => {
  const { sockets, calls, errors } = await start(async (socket, opcode) => {
    if (opcode !== WebSocketOpCode.Text) return;
    while (!socket.closed) await wait(5);
    throw new Error("its own");
  });
  const peer = await sockets.connect("/ws");
  peer.send("a").send("b");
  await calls.until((all) => all.length === 2);
  await wait(20);
  peer.socket.terminate();
  const all = await calls.ended();
  expect(all.map(([, payload]) => payload)).toEqual(["", "a", ""]);
  expect(errors).toHaveLength(1);
});

it("has left no rejection unhandled", async () => {
  await wait(20);
  expect(rejections).toEqual([]);
});
