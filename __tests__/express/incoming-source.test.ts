import { createServer } from "node:http";
import type { IncomingMessage } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import express from "express";
import { JsonResponse, Response, Router } from "colonnade";
import type { Request } from "colonnade";
import { IncomingSource } from "../../src/express/incoming-source";
import { listen } from "./live";
import type { Live } from "./live";
import { Wire, chunk, chunked, head } from "./wire";

type Callback = (request: Request) => unknown;

/** An app whose one route, for every path, answers with what `read` gives. */
function appOf(read: Callback, ...upstream: express.RequestHandler[]): express.Express {
  const router = new Router().registerRoutes([
    ["GET", "/:rest*", async (request) => new JsonResponse((await read(request)) ?? null)],
  ]);
  const app = express();
  for (const middleware of upstream) app.use(middleware);
  return app.use("/mount", router.router()).use(router.router());
}

describe("a Request from Express", () => {
  const open: Live[] = [];
  const wires: Wire[] = [];
  afterEach(async () => {
    for (const wire of wires.splice(0)) wire.leave();
    await Promise.all(open.splice(0).map((live) => live.close()));
  });

  async function start(app: express.Express): Promise<Live> {
    const live = await listen(app);
    open.push(live);
    return live;
  }

  async function connectTo(app: express.Express): Promise<Wire> {
    const { port } = await start(app);
    const wire = new Wire(port);
    wires.push(wire);
    return wire;
  }

  /** What the route answers to a head as it is written. */
  async function ask(app: express.Express, target: string, ...headers: string[]): Promise<unknown> {
    const wire = await connectTo(app);
    const request = head("GET", target, ...headers, "Connection: close");
    const answer = await wire.write(Buffer.from(request, "latin1")).closed;
    return JSON.parse(Buffer.from(answer.slice(answer.indexOf("\r\n\r\n") + 4), "latin1").toString());
  }

  describe("path, params and fragment", () => {
    it.each([
      ["/a/b?x=1", "/a/b", { x: ["1"] }, ""],
      ["/mount/a", "/mount/a", {}, ""],
      ["/mount", "/mount", {}, ""],
      ["/a%2fb/%C3%A9/", "/a%2fb/%C3%A9/", {}, ""],
      ["/a?x=1&x=2&y&z=a+b%20c", "/a", { x: ["1", "2"], y: [""], z: ["a b c"] }, ""],
      ["/a?x=%ZZ&y=%C3%28", "/a", { x: ["%ZZ"], y: ["\ufffd("] }, ""],
      ["/a?x[y]=1&x[]=2", "/a", { "x[y]": ["1"], "x[]": ["2"] }, ""],
      ["/a#top", "/a", {}, "top"],
      ["http://h/x?next=/admin", "/x", { next: ["/admin"] }, ""],
      ["http://h/mount/x", "/mount/x", {}, ""],
      ["http://h?next=/admin", "/", { next: ["/admin"] }, ""],
    ])("are those of the target %s", async (target, path, params, fragment) => {
      const read: Callback = ({ path, params, fragment }) => ({ path, params, fragment });
      expect(await ask(appOf(read), target)).toEqual({ path, params, fragment });
    });

    it("are the client's where middleware has rewritten req.url", async () => {
      const app = appOf(
        ({ path, params }) => ({ path, params }),
        (req, _res, next) => {
          req.url = "/other?y=2";
          next();
        },
      );
      expect(await ask(app, "/a?x=1")).toEqual({ path: "/a", params: { x: ["1"] } });
    });

    it.each(["__proto__", "constructor", "hasOwnProperty"])(
      "takes a parameter named %s for data",
      async (name) => {
        const read: Callback = ({ params }) => [Object.entries(params), Object.getPrototypeOf(params)];
        expect(await ask(appOf(read), `/?${name}=1&${name}=2`)).toEqual([[[name, ["1", "2"]]], null]);
        expect(Object.keys(Object.prototype)).toEqual([]);
      },
    );

    it("takes 100,000 parameters", async () => {
      const query = Array.from({ length: 100_000 }, (_, at) => `p${at}`).join("&");
      const server = createServer(
        { maxHeaderSize: 2_000_000 },
        appOf((request) => Object.keys(request.params).length),
      );
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      const { port } = server.address() as AddressInfo;
      const answer = await new Wire(port).write(head("GET", `/?${query}`, "Connection: close")).closed;
      await new Promise((resolve) => server.close(resolve));
      expect(answer).toMatch(/\r\n\r\n100000$/);
    });

    it("are not parsed before they are asked for", async () => {
      const { URLSearchParams: Original } = globalThis;
      let parsed = 0;
      globalThis.URLSearchParams = class extends Original {
        constructor(query: string) {
          super(query);
          parsed++;
        }
      };
      const read: Callback = (request) => [request.path, parsed, request.params, request.params, parsed];
      const answer = await ask(appOf(read), "/?a=1").finally(() => (globalThis.URLSearchParams = Original));
      expect(answer).toEqual(["/", 0, { a: ["1"] }, { a: ["1"] }, 1]);
    });
  });

  describe("headers", () => {
    const all: Callback = ({ headers }) =>
      Object.fromEntries(Object.entries(headers).filter(([name]) => !/^(host|connection)$/.test(name)));

    it.each<[fact: string, sent: string[], headers: Record<string, string[]>]>([
      ["one of each", ["X-A: 1", "X-B: 2"], { "x-a": ["1"], "x-b": ["2"] }],
      [
        "a header that came three times",
        ["X-A: 1", "X-B: 2", "x-a: 3", "X-A:"],
        { "x-a": ["1", "3", ""], "x-b": ["2"] },
      ],
      ["a list in one header, which stays one value", ["X-A: 1, 2", "X-A: 3"], { "x-a": ["1, 2", "3"] }],
      ["cookies", ["Cookie: a=1", "Cookie: b=2"], { cookie: ["a=1", "b=2"] }],
      [
        "set-cookie, which Node keeps as a list",
        ["Set-Cookie: a=1", "Set-Cookie: b=2"],
        { "set-cookie": ["a=1", "b=2"] },
      ],
      ["one that Node drops the second of", ["User-Agent: a", "User-Agent: b"], { "user-agent": ["a", "b"] }],
      ["bytes beyond ASCII", ["X-A: \xe9"], { "x-a": ["\xe9"] }],
    ])("are lists: %s", async (_fact, sent, headers) => {
      expect(await ask(appOf(all), "/", ...sent)).toEqual(headers);
    });

    it("are lists of what came on a server that joins duplicates", async () => {
      const server = createServer({ joinDuplicateHeaders: true }, appOf(all));
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      const { port } = server.address() as AddressInfo;
      const sent = ["Referer: a", "Referer: b", "Cookie: c=1", "Cookie: d=2", "Connection: close"];
      const answer = await new Wire(port).write(head("GET", "/", ...sent)).closed;
      await new Promise((resolve) => server.close(resolve));
      expect(answer).toContain('{"referer":["a","b"],"cookie":["c=1","d=2"]}');
    });

    it.each(["__proto__", "constructor", "hasOwnProperty", "valueOf"])(
      "take one named %s for data",
      async (name) => {
        const read: Callback = ({ headers }) => [
          Object.keys(headers).includes(name.toLowerCase()) && headers[name.toLowerCase()],
          Object.getPrototypeOf(headers),
        ];
        expect(await ask(appOf(read), "/", `${name}: 1`, `${name}: 2`)).toEqual([["1", "2"], null]);
        expect(Object.keys(Object.prototype)).toEqual([]);
      },
    );

    it.each<[fact: string, change: (headers: IncomingMessage["headers"]) => void, expected: object]>([
      ["deleted", (headers) => delete headers["x-a"], {}],
      ["set to undefined", (headers) => (headers["x-a"] = undefined), {}],
      ["set", (headers) => (headers["x-a"] = "9"), { "x-a": ["9"] }],
      ["set to a list", (headers) => (headers["x-a"] = ["8", "9"]), { "x-a": ["8", "9"] }],
      ["set to a list as it came", (headers) => (headers["x-a"] = ["1", "2"]), { "x-a": ["1", "2"] }],
      ["cut to its first", (headers) => (headers["x-a"] = "1"), { "x-a": ["1"] }],
      ["added", (headers) => (headers["x-b"] = "9"), { "x-a": ["1", "2"], "x-b": ["9"] }],
      ["added in capitals", (headers) => (headers["X-B"] = "9"), { "x-a": ["1", "2"], "x-b": ["9"] }],
    ])("heed what middleware has %s", async (_fact, change, expected) => {
      const app = appOf(all, (req, _res, next) => {
        change(req.headers);
        next();
      });
      expect(await ask(app, "/", "X-A: 1", "X-A: 2")).toEqual(expected);
    });

    it.each([
      ["no rawHeaders", undefined],
      ["empty rawHeaders", []],
      ["rawHeaders as it likes", ["X-A", "0"]],
    ])("are those of req.headers in a request that an adapter made with %s", async (_fact, rawHeaders) => {
      const app = appOf(all, (req, _res, next) => {
        Object.assign(req, { rawHeaders });
        Object.defineProperty(req, "headers", { value: { "x-a": "1", "set-cookie": ["a", "b"], "x-n": 5 } });
        next();
      });
      expect(await ask(app, "/")).toEqual({ "x-a": ["1"], "set-cookie": ["a", "b"], "x-n": ["5"] });
    });
  });

  describe("clientAddress", () => {
    const read: Callback = ({ clientAddress, raw }) => [
      clientAddress[0],
      clientAddress[1] - (raw.socket.remotePort ?? 0),
    ];

    it("is the peer's host and port", async () => {
      expect(await ask(appOf(read), "/", "X-Forwarded-For: 192.0.2.7")).toEqual(["127.0.0.1", 0]);
    });

    it("is the peer of a trusted proxy, whose port nobody knows", async () => {
      const address: Callback = ({ clientAddress }) => clientAddress;
      const app = appOf(address).set("trust proxy", true);
      expect(await ask(app, "/", "X-Forwarded-For: 192.0.2.7, 10.0.0.1")).toEqual(["192.0.2.7", 0]);
    });

    it("is the peer's where the proxy that the app trusts forwards nothing", async () => {
      expect(await ask(appOf(read).set("trust proxy", true), "/")).toEqual(["127.0.0.1", 0]);
    });

    it("is empty once the client has left", async () => {
      let given: Request | undefined;
      const called = new Promise<void>((resolve) => {
        const app = appOf((request) => {
          given = request;
          resolve();
          return new Promise(() => {});
        });
        void connectTo(app).then((wire) => wire.write(head("GET")));
      });
      await called;
      const closed = new Promise((resolve) => given?.raw.res.once("close", resolve));
      wires[0]?.leave();
      await closed;
      expect(given?.clientAddress).toEqual(["", 0]);
    });

    it("is empty once a for await over req was left, which takes its connection away", async () => {
      const read: Callback = async (request) => {
        for await (const _chunk of request.raw) break;
        return [request.raw.socket, request.clientAddress, request.signal.aborted];
      };
      const wire = (await connectTo(appOf(read))).write(head("GET", "/", chunked), chunk("1"));
      await wire.until('[null,["",0],false]');
      expect(wire.statuses).toEqual([200]);
    });
  });

  describe("raw", () => {
    it("is Express's req, with its res", async () => {
      let given: unknown;
      const app = appOf(
        ({ raw }) => raw === given && raw.res.req === raw,
        (req, _res, next) => {
          given = req;
          next();
        },
      );
      expect(await ask(app, "/")).toBe(true);
    });
  });

  describe("body", () => {
    it("keeps the limit of the route that came before where it is asked for without one", async () => {
      const app = express().use((req, res) => {
        const { body } = new IncomingSource(req, res, 10);
        res.json([new IncomingSource(req, res).body === body, body.limit]);
      });
      expect(await ask(app, "/")).toEqual([true, 10]);
    });
  });

  describe("matches", () => {
    it.each(["__proto__", "constructor", "hasOwnProperty"])(
      "have no prototype, and take %s for data",
      async (name) => {
        const router = new Router().registerRoutes([
          [
            "GET",
            `/:${name}`,
            ({ matches }) => new JsonResponse([Object.getPrototypeOf(matches), Object.entries(matches)]),
          ],
        ]);
        expect(await ask(express().use(router.router()), "/x")).toEqual([null, [[name, "x"]]]);
      },
    );
  });

  describe("signal", () => {
    /** Answers when told, and tells of its requests. */
    function held() {
      const requests: Request[] = [];
      let tell = () => {};
      const answers: (() => void)[] = [];
      const router = new Router().registerRoutes([
        [
          "GET",
          "/:rest*",
          (request) =>
            new Promise<Response>((resolve) => {
              requests.push(request);
              answers.push(() => resolve(new Response("done")));
              tell();
            }),
        ],
      ]);
      const arrival = async (count = 1) => {
        while (requests.length < count) await new Promise<void>((resolve) => (tell = resolve));
      };
      return { app: express().use(router.router()), requests, answers, arrival };
    }

    function aborted(signal: AbortSignal): Promise<void> {
      return new Promise((resolve) => {
        if (signal.aborted) resolve();
        else signal.addEventListener("abort", () => resolve());
      });
    }

    it("listens once to a connection, however many requests are pipelined on it, while they run", async () => {
      const { app, requests, answers, arrival } = held();
      const wire = (await connectTo(app)).write(head("GET").repeat(30));
      await arrival(30);
      const socket = requests[0]?.raw.socket as Socket;
      const before = new Set(socket.listeners("close"));
      const added = () => socket.listeners("close").filter((listener) => !before.has(listener)).length;
      const signals = requests.map(({ signal }) => signal);
      const during = added();
      for (const answer of answers) answer();
      await wire.until("done", 30);
      const closed = requests[29]?.raw.res;
      if (closed?.closed === false) await new Promise((resolve) => closed.once("close", resolve));
      expect([during, added()]).toEqual([1, 0]);
      expect(signals.some((signal) => signal.aborted)).toBe(false);
    });

    it("aborts when the client leaves", async () => {
      const { app, requests, arrival } = held();
      const wire = (await connectTo(app)).write(head("GET"));
      await arrival();
      const signal = requests[0]?.signal as AbortSignal;
      const before = signal.aborted;
      wire.leave();
      await aborted(signal);
      expect([before, signal.aborted, requests[0]?.signal === signal]).toEqual([false, true, true]);
    });

    it("has aborted when it is asked for after the client has left", async () => {
      const { app, requests, arrival } = held();
      const wire = (await connectTo(app)).write(head("GET"));
      await arrival();
      const closed = new Promise((resolve) => requests[0]?.raw.res.once("close", resolve));
      wire.leave();
      await closed;
      expect(requests[0]?.signal.aborted).toBe(true);
    });

    it.each([
      ["asked for before", true],
      ["asked for after", false],
    ])("does not abort when the client has its answer: %s", async (_fact, early) => {
      const { app, requests, answers, arrival } = held();
      const wire = (await connectTo(app)).write(head("GET"));
      await arrival();
      const request = requests[0] as Request;
      const signal = early ? request.signal : undefined;
      const closed = new Promise((resolve) => request.raw.socket.once("close", resolve));
      answers[0]?.();
      await wire.until("done");
      wire.leave();
      await closed;
      expect((signal ?? request.signal).aborted).toBe(false);
    });

    it("aborts for a request that waits for the answer before it on the connection", async () => {
      const { app, requests, arrival } = held();
      const wire = (await connectTo(app)).write(head("GET"), head("GET"));
      await arrival(2);
      const signals = requests.map(({ signal }) => signal);
      wire.leave();
      await Promise.all(signals.map(aborted));
      expect(signals.map((signal) => signal.aborted)).toEqual([true, true]);
    });

    it("leaves nothing on a connection that goes on", async () => {
      const { app, requests, answers, arrival } = held();
      const wire = (await connectTo(app)).write(head("GET"));
      await arrival();
      const { socket } = (requests[0] as Request).raw;
      const count = () => socket.listenerCount("close");
      const before = count();
      for (let at = 0; at < 20; at++) {
        expect(requests[at]?.signal.aborted).toBe(false);
        const closed = new Promise((resolve) => requests[at]?.raw.res.once("close", resolve));
        answers[at]?.();
        await wire.until("done", at + 1);
        await closed;
        wire.write(head("GET"));
        await arrival(at + 2);
      }
      expect(count()).toBe(before);
    });
  });
});
