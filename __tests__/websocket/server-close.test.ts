import { once } from "node:events";
import express from "express";
import type { RequestHandler } from "express";
import { upgradeOf } from "../../src/websocket/upgrade-of";
import { frame, handshake } from "./frames";
import { closeAndPass, Calls, deferred, echo, live, serve, socketRouter, until } from "./live-socket";
import type { Handler } from "./live-socket";

it("closes every WebSocket with 1001, and takes no more", async () => {
  const calls = Array.from({ length: 100 }, () => new Calls());
  const handler: Handler = (socket, opcode, payload) =>
    calls[Number(socket.matches["id"])]?.add(opcode, payload);
  const sockets = await serve(express().use(socketRouter("/ws/:id", handler)));
  const peers = await Promise.all(calls.map((_, id) => sockets.connect(`/ws/${id}`)));
  const closed = once(sockets.server, "close");
  sockets.server.close();
  for (const peer of peers) expect(await peer.closed).toEqual({ code: 1001, reason: "" });
  for (const each of calls) {
    expect(await each.ended()).toEqual([
      [255, ""],
      [8, ""],
    ]);
  }
  await closed;
  await expect(sockets.connect("/ws/1")).rejects.toMatchObject({ code: "ECONNREFUSED" });
});

it("refuses with 503 an upgrade that is still in its middleware", async () => {
  const asked = deferred();
  const go = deferred();
  const gated: RequestHandler = (_req, _res, next) => {
    asked.resolve();
    void (async () => {
      await go.promise;
      next();
    })();
  };
  const sockets = await serve(express().use(gated, socketRouter("/ws", echo)));
  const wire = sockets.wire().write(handshake("/ws"));
  await asked.promise;
  const closed = once(sockets.server, "close");
  sockets.server.close();
  go.resolve();
  expect(await wire.closed).toMatch(/^HTTP\/1.1 503 [^]*ERR_SERVER_CLOSING/);
  await closed;
});

it("returns the server", async () => {
  const { server } = await serve(express());
  expect(server.close()).toBe(server);
});

it("holds no socket that has closed until then", async () => {
  let open = () => -1;
  const handler: Handler = (socket) => {
    open = () => upgradeOf(socket.raw)?.siblings.size ?? -1;
  };
  const sockets = await serve(express().use(socketRouter("/ws", handler)));
  const peers = [await sockets.connect("/ws"), await sockets.connect("/ws")];
  await until(() => open() === 2);
  await peers[0]?.close();
  peers[1]?.socket.terminate();
  await sockets.connections(0);
  expect(open()).toBe(0);
});

it("takes WebSockets again once it listens again", async () => {
  const sockets = await serve(express().use(socketRouter("/ws", echo)));
  const first = await sockets.connect("/ws");
  const closed = once(sockets.server, "close");
  sockets.server.close();
  await Promise.all([closed, first.closed]);
  const again = await live(sockets.server);
  expect(await (await again.connect("/ws")).send("again").next()).toBe("again");
});

it("calls back, and says what Node says when it is not listening", async () => {
  const sockets = await serve(express().use(socketRouter("/ws", echo)));
  const peer = await sockets.connect("/ws");
  await new Promise<void>((resolve, reject) => {
    sockets.server.close((error) => (error ? reject(error) : resolve()));
  });
  expect((await peer.closed).code).toBe(1001);
  const second = await new Promise((resolve) => void sockets.server.close(resolve));
  expect(second).toMatchObject({ code: "ERR_SERVER_NOT_RUNNING" });
});

it("cuts a peer that does not answer its close frame", async () => {
  const sockets = await serve(express().use(socketRouter("/ws", echo)));
  const wire = sockets.wire().write(handshake("/ws"));
  await wire.until("\r\n\r\n");
  wire.socket.pause();
  wire.socket.removeAllListeners("data");
  const closed = once(sockets.server, "close");
  closeAndPass(sockets.server, 5_000);
  await closed;
  expect(sockets.server.listening).toBe(false);
  wire.leave();
});

it("leaves a peer its time to answer", async () => {
  const sockets = await serve(express().use(socketRouter("/ws", echo)));
  const wire = sockets.wire().write(handshake("/ws"));
  await wire.until("\r\n\r\n");
  closeAndPass(sockets.server, 4_999);
  expect(await sockets.connections(1)).toBe(1);
  await wire.until("\x88\x02");
  wire.write(frame(8, Buffer.from([0x03, 0xe9])));
  expect(await sockets.connections(0)).toBe(0);
});

it("keeps no process alive for it", async () => {
  const sockets = await serve(express().use(socketRouter("/ws", echo)));
  const peer = await sockets.connect("/ws");
  const timers = jest.spyOn(globalThis, "setTimeout");
  sockets.server.close();
  const own = timers.mock.results.filter((_, at) => timers.mock.calls[at]?.[1] === 5_000);
  timers.mockRestore();
  expect(own.map(({ value }) => (value as NodeJS.Timeout).hasRef())).toEqual([false]);
  await peer.closed;
});
