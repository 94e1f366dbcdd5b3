import { once } from "node:events";
import { IncomingMessage, ServerResponse, createServer as createPlainServer } from "node:http";
import type { RequestListener, Server } from "node:http";
import type { AddressInfo } from "node:net";
import express from "express";
import type { Express } from "express";
import { createServer } from "colonnade";
import { areThoseOf, ask, chainOf, extend, portOf, see, seenApp, send, serve, servePlainly } from "./born";
import { Wire } from "./wire";

async function listen(server: Server): Promise<Server> {
  await once(server.listen(0, "127.0.0.1"), "listening");
  return server;
}

async function answerOf(server: Server): Promise<[number, string]> {
  const { port } = server.address() as AddressInfo;
  const answer = await fetch(`http://127.0.0.1:${port}/x?a=b`, { headers: { Connection: "close" } });
  return [answer.status, await answer.text()];
}

describe("createServer(app)", () => {
  it("leaves the app's properties and settings as they are", () => {
    const app = seenApp();
    const told = () => [Reflect.ownKeys(app), { ...app.settings } as unknown, { ...app.locals }];
    const before = told();
    createServer(app);
    expect(told()).toEqual(before);
  });

  it("adds nothing to the prototypes of an app that has a server already", async () => {
    const app = seenApp();
    await serve(app);
    const depths = () => [chainOf(app.request).length, chainOf(app.response).length];
    const before = depths();
    for (let times = 0; times < 5; times++) await serve(app);
    expect(depths()).toEqual(before);
  });

  it("takes an app beside another server of either kind", async () => {
    const app = seenApp();
    const servers = [await servePlainly(app), await serve(app), await serve(app, "https")];
    extend(app.request, "shout");
    for (const server of [...servers, await servePlainly(app, "https")]) {
      const { req, res } = await see(server);
      expect(ask(req, "shout")).toEqual(["shout", "function"]);
      expect(areThoseOf(app, req, res)).toEqual([true, true]);
    }
  });

  // Express 4 asks for these before it gives a request its prototype.
  it.each(["originalUrl", "baseUrl", "params", "_parsedUrl", "query", "next"])(
    "has a request find what app.request has as %s where it did",
    async (name) => {
      const app = express();
      Object.assign(Object.defineProperty(app.request, name, { writable: true, value: undefined }), {
        [name]: "/other",
      });
      app.get("/x", (req, res) => void res.json([req.originalUrl, req.baseUrl, req.query, req.params]));
      const [ours, plain] = [await listen(createServer(app)), await listen(createPlainServer(app))];
      try {
        const [answer, expected] = [await answerOf(ours), await answerOf(plain)];
        expect(answer).toEqual(expected);
      } finally {
        for (const server of [ours, plain]) server.close();
      }
    },
  );

  it.each<[string, (app: Express) => unknown]>([
    ["app", (app) => Object.freeze(app)],
    ["request and response", (app) => [Object.freeze(app.request), Object.freeze(app.response)]],
  ])("takes an app whose %s can't be changed", async (_name, freeze) => {
    const app = seenApp();
    extend(app.request, "shout");
    freeze(app);
    const { req } = await see(await serve(app));
    expect([ask(req, "shout"), req.app]).toEqual([["shout", "function"], app]);
  });

  // Node and Express assign these to the objects before Express changes the prototypes.
  it.each([
    ...["url", "method", "complete", "headers", "res", "query"].map((name) => ["request", name] as const),
    ...(EXPRESS_MAJOR === 4 ? [["request", "next"] as const] : []), // the router of Express 5 can't assign it
    ...["req", "finished", "sendDate", "shouldKeepAlive"].map((name) => ["response", name] as const),
  ])("lets an app's %s have a getter that Node's or Express's own %s hides", async (which, name) => {
    const answers = [];
    for (const start of [servePlainly, serve]) {
      const app = express();
      Object.defineProperty(app[which], name, { get: () => "a getter's", configurable: true });
      app.use((req, res) => {
        const value: unknown = Reflect.get(which === "request" ? req : res, name);
        res.json(typeof value === "object" ? "an object" : { value });
      });
      answers.push(await send(await start(app)));
    }
    expect(answers[1]).toEqual(answers[0]);
  });

  it("answers for an app without routes as Node's own server does", async () => {
    const answer = async (server: Promise<{ address(): unknown }>) => {
      const wire = new Wire(portOf((await server) as never));
      wire.write("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
      return (await wire.closed).replace(/Date: .*/, "");
    };
    expect(await answer(serve(express()))).toBe(await answer(servePlainly(express())));
  });

  it.each([
    ["Expect: 100-continue"],
    ["Expect: 100-continue\r\nContent-Length: 2"],
    ["Connection: Upgrade\r\nUpgrade: h2c"],
    ["Transfer-Encoding: chunked"],
  ])("has the prototypes be the app's with %j", async (header) => {
    const app = express();
    const born = new Promise((resolve) => {
      app.use((req, res) => {
        resolve(areThoseOf(app, req, res));
        res.end();
      });
    });
    const wire = new Wire(portOf(await serve(app)));
    wire.write(`POST / HTTP/1.1\r\nHost: x\r\n${header}\r\n\r\n`);
    expect(await born).toEqual([true, true]);
    wire.leave();
  });
});

describe("createServer(listener)", () => {
  it.each<[string, object]>([
    ["a function", {}],
    ["a function with a request of its own", { request: { get: () => 1 }, response: { get: () => 2 } }],
    ["a function with functions", { request: () => {}, response: () => {} }],
    ["a function with nothing for a request", { request: null, response: undefined, handle: () => {} }],
  ])("has Node's prototypes for %s", async (_name, properties) => {
    const seen: unknown[] = [];
    const listener: RequestListener = (req, res) => {
      seen.push(Object.getPrototypeOf(req) === IncomingMessage.prototype);
      seen.push(Object.getPrototypeOf(res) === ServerResponse.prototype);
      res.end();
    };
    await send(await serve(Object.assign(listener, properties)));
    expect(seen).toEqual([true, true]);
  });

  it("has those of the app that a function chooses", async () => {
    const [one, other] = [seenApp(), seenApp()];
    const server = await serve(
      (req, res) => void (req.headers["x-other"] === undefined ? one : other)(req, res),
    );
    expect((await see(server)).req.app).toBe(one);
    expect((await see(server, "/", { "X-Other": "yes" })).req.app).toBe(other);
    expect((await see(server)).req.app).toBe(one);
  });
});
