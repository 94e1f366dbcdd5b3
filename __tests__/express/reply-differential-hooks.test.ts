import express from "express";
import type { Express } from "express";
import { bytes, expectSame, json, nothing, text, unlessOwn } from "./reply-differential/alike";
import { effects, hookLevels, hookedMethods } from "./reply-differential/hooks";
import type { Hook } from "./reply-differential/hooks";

// Each of them by its name; reply-differential.test.ts has them together with all else.

describe("a Response, where methods of res are replaced", () => {
  const hooks = hookedMethods.flatMap((method) =>
    hookLevels.flatMap((level) =>
      Object.keys(effects[method]).map((effect): Hook => ({ method, level, effect })),
    ),
  );
  const cases = [
    ...[text, bytes, json, nothing].map((payload) => ({ payload })),
    { method: "HEAD" },
    { status: 204 },
    { sent: unlessOwn },
  ];

  it.each(hooks.map((hook) => [hook.method, hook.level, hook.effect, hook] as const))(
    "calls the %s of %s, which may %s, as by hand",
    async (method, level, _effect, hook) => {
      const outcomes = await expectSame({ hooks: [hook], cases });
      const nested = await expectSame({ hooks: [hook], cases, nested: true });
      // Nothing that is a Response goes through `res.json`, and Express's methods stand before Node's.
      const hidden =
        level === "OutgoingMessage.prototype"
          ? !["end", "setHeader"].includes(method)
          : level === "ServerResponse.prototype" && method === "send";
      const called = method !== "json" && !hidden;
      expect([...outcomes, ...nested].every(({ seen }) => seen.length > 0 === called)).toBe(true);
    },
  );

  it.each(hookLevels.slice(0, 4))(
    "calls the json of %s from a send that is given an object",
    async (level) => {
      const send: Hook = { method: "send", level: "res", effect: "answer with JSON" };
      const json: Hook = { method: "json", level, effect: "change the value" };
      const [outcome] = await expectSame({ hooks: [json, send], cases: [{ payload: bytes }] });
      expect(outcome?.seen).toContainEqual(["json", { wrapped: "héllo" }]);
    },
  );

  it.each(hookedMethods)("calls the %s that app.response had before there was a server", async (method) => {
    const calls: number[] = [];
    const before = (app: Express) => {
      const at = calls.push(0) - 1;
      const original = Reflect.get(app.response, method) as (...args: unknown[]) => unknown;
      Object.assign(app.response, {
        [method](this: object, ...args: unknown[]) {
          calls[at] = (calls[at] ?? 0) + 1;
          return original.apply(this, args);
        },
      });
    };
    // Express sets `X-Powered-By` before it gives `res` the methods of the app.
    await expectSame({ before, cases, settings: { poweredBy: false } });
    expect(calls).toEqual(Array(3).fill(calls[0]));
    expect(calls[0] !== 0).toBe(method !== "json");
  });

  it("calls a method that express.response has as an accessor", async () => {
    const { send } = express.response;
    const descriptor = Object.getOwnPropertyDescriptor(express.response, "send");
    let reads = 0;
    Object.defineProperty(express.response, "send", { configurable: true, get: () => (reads++, send) });
    try {
      await expectSame({ cases: [{}] });
    } finally {
      Object.defineProperty(express.response, "send", descriptor ?? {});
    }
    expect(reads).toBeGreaterThanOrEqual(3);
  });
});
