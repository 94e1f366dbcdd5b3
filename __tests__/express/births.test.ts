import { IncomingMessage, ServerResponse } from "node:http";
import { inspect } from "node:util";
import express from "express";
import type { Express } from "express";
import { createServer } from "colonnade";
import { areThoseOf, ask, chainOf, extend, protocols, see, seenApp, serve, servePlainly } from "./born";

// What holds of requests and responses whoever made the server; born.ts serves the apps.

function keysIn(object: object): string[] {
  const keys: string[] = [];
  for (const key in object) keys.push(key); // oxlint-disable-line guard-for-in
  return keys;
}

describe.each(protocols)("a request of createServer(app) and its response, by %s", (protocol) => {
  it("have app.request and app.response as their prototypes", async () => {
    const app = seenApp();
    const { req, res } = await see(await serve(app, protocol));
    expect(areThoseOf(app, req, res)).toEqual([true, true]);
  });

  it("are Express's and Node's", async () => {
    const { req, res } = await see(await serve(seenApp(), protocol));
    expect([chainOf(req).includes(express.request), chainOf(res).includes(express.response)]).toEqual([
      true,
      true,
    ]);
    expect(req).toBeInstanceOf(IncomingMessage);
    expect(res).toBeInstanceOf(ServerResponse);
  });

  it("know each other and their app", async () => {
    const app = seenApp();
    const { req, res } = await see(await serve(app, protocol));
    expect(req.res).toBe(res);
    expect(res.req).toBe(req);
    expect(req.app).toBe(app);
    expect(res.app).toBe(app);
  });

  it("have the constructors that Express's have", async () => {
    const { req, res } = await see(await serve(seenApp(), protocol));
    expect(req.constructor).toBe(IncomingMessage);
    expect(res.constructor).toBe(ServerResponse);
    expect([inspect(req, { depth: -1 }), inspect(res, { depth: -1 })]).toEqual([
      "[IncomingMessage]",
      "[ServerResponse]",
    ]);
  });

  it.each(["req", "res"] as const)("have the same keys as behind Node's own server: %s", async (which) => {
    const { [which]: plain } = await see(await servePlainly(seenApp(), protocol));
    const { [which]: ours } = await see(await serve(seenApp(), protocol));
    expect(Object.keys(ours)).toEqual(Object.keys(plain));
    expect(keysIn(ours)).toEqual(keysIn(plain));
  });

  it.each(["before", "after"])("have what the app's prototypes are given %s", async (when) => {
    const app = seenApp();
    const { request, response } = app;
    const give = () => {
      extend(app.request, "shout");
      extend(app.response, "whisper");
      // By who has kept them since before there was a server.
      extend(request, "kept");
      extend(response, "kept");
      Object.defineProperty(app.request, "loud", { get: () => true });
      Object.assign(app.response, { level: 3 });
    };
    if (when === "before") give();
    const server = await serve(app, protocol);
    if (when === "after") give();
    const { req, res } = await see(server);
    expect([ask(req, "shout"), ask(req, "kept"), "loud" in req && req.loud]).toEqual([
      ["shout", "function"],
      ["kept", "function"],
      true,
    ]);
    expect([ask(res, "whisper"), ask(res, "kept"), "level" in res && res.level]).toEqual([
      ["whisper", "function"],
      ["kept", "function"],
      3,
    ]);
  });

  it("have what Express's prototypes are given", async () => {
    const server = await serve(seenApp(), protocol);
    try {
      extend(express.request, "everywhere");
      extend(express.response, "everywhere");
      const { req, res } = await see(server);
      expect([ask(req, "everywhere"), ask(res, "everywhere")]).toEqual([
        ["everywhere", "function"],
        ["everywhere", "function"],
      ]);
    } finally {
      for (const prototype of [express.request, express.response]) {
        Reflect.deleteProperty(prototype, "everywhere");
      }
    }
  });

  it.each(["before", "after"])(
    "have the prototypes that the app is given instead of its own, %s",
    async (when) => {
      const app = seenApp();
      const replace = () => {
        app.request = Object.create(app.request) as typeof app.request;
        app.response = Object.create(express.response, { app: { value: app } }) as typeof app.response;
        extend(app.request, "other");
      };
      if (when === "before") replace();
      const server = await serve(app, protocol);
      if (when === "after") replace();
      const { req, res } = await see(server);
      expect(Object.getPrototypeOf(req)).toBe(app.request);
      expect(Object.getPrototypeOf(res)).toBe(app.response);
      expect([ask(req, "other"), res.app]).toEqual([["other", "function"], app]);
    },
  );

  it("are of the classes that the server is given", async () => {
    class Incoming extends IncomingMessage {
      readonly number = 1;
    }
    class Outgoing extends ServerResponse {
      readonly number = 2;
    }
    const server = await serve(seenApp(), protocol, {
      IncomingMessage: Incoming,
      ServerResponse: Outgoing as typeof ServerResponse,
    });
    const born: boolean[] = [];
    server.prependListener("request", (req, res) => {
      born.push(req instanceof Incoming, res instanceof Outgoing);
    });
    const { req, res } = await see(server);
    expect([born, Reflect.get(req, "number"), Reflect.get(res, "number")]).toEqual([[true, true], 1, 2]);
  });
});

describe.each(protocols)("what createServer(app) makes, by %s, is born with", (protocol) => {
  it.each<[string, (app: Express) => void]>([
    ["an app", () => {}],
    ["an app that has extended them", (app) => (extend(app.request, "shout"), extend(app.response, "shout"))],
    [
      "an app that has replaced them",
      (app) => (app.request = Object.create(app.request) as typeof app.request),
    ],
    ["an app that has a server already", (app) => createServer(app)],
  ])("the prototypes of %s, before the app has seen it", async (_name, prepare) => {
    const app = seenApp();
    prepare(app);
    const server = await serve(app, protocol);
    const born: boolean[] = [];
    server.prependListener("request", (req, res) => born.push(...areThoseOf(app, req, res)));
    await see(server);
    expect(born).toEqual([true, true]);
  });
});
