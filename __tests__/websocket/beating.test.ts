import { setTimeout as wait } from "node:timers/promises";
import express from "express";
import { handshake } from "./frames";
import { serve, socketRouter, until } from "./live-socket";
import type { LiveSockets } from "./live-socket";

/** The timers of an interval that is no other timer's, until `restore` is called. */
function watchTimers(interval: number) {
  const set = jest.spyOn(globalThis, "setInterval");
  const clear = jest.spyOn(globalThis, "clearInterval");
  return {
    started: () =>
      set.mock.results
        .filter((_, at) => set.mock.calls[at]?.[1] === interval)
        .map(({ value }) => value as NodeJS.Timeout),
    cleared: () => clear.mock.calls.map(([timer]) => timer),
    restore: () => [set, clear].forEach((spy) => spy.mockRestore()),
  };
}

describe("the timer of a heartbeat", () => {
  const start = (heartbeat: number): Promise<LiveSockets> =>
    serve(express().use(socketRouter("/ws", () => {}, { heartbeat })));

  it("is one for all the sockets of an interval, and keeps no process alive", async () => {
    const timers = watchTimers(61);
    const sockets = await start(61);
    for (let times = 0; times < 3; times++) await sockets.connect("/ws");
    expect(timers.started().map((timer) => timer.hasRef())).toEqual([false]);
    timers.restore();
  });

  it("ends behind the last of them, and begins with the next", async () => {
    const timers = watchTimers(62);
    const sockets = await start(62);
    const peers = [await sockets.connect("/ws"), await sockets.connect("/ws")];
    await peers[0]?.close();
    await wait(200);
    expect(timers.cleared()).not.toContain(timers.started()[0]);
    await peers[1]?.close();
    await until(() => timers.cleared().includes(timers.started()[0]));
    const frozen = sockets.wire().write(handshake("/ws"));
    expect(await frozen.closed).toContain("101");
    expect(timers.started()).toHaveLength(2);
    timers.restore();
  });

  it("is there by default, for 30 seconds", async () => {
    const timers = watchTimers(30_000);
    const sockets = await serve(express().use(socketRouter("/ws", () => {})));
    await sockets.connect("/ws");
    expect(timers.started()).toHaveLength(1);
    timers.restore();
  });

  it("is none with 0", async () => {
    const set = jest.spyOn(globalThis, "setInterval");
    const peer = await (await start(0)).connect("/ws");
    expect(set.mock.calls.filter(([, delay]) => delay === 0)).toEqual([]);
    set.mockRestore();
    await peer.close();
  });
});
