import { Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { gzipSync } from "node:zlib";
import express from "express";
import multer from "multer";
import { ColonnadeError, Response, Router } from "colonnade";
import type { Request, RouteOptions, RouterOptions } from "colonnade";
import { listen } from "./live";
import type { Live } from "./live";
import { Wire, chunk, chunked, head } from "./wire";

type Callback = (request: Request) => unknown;

function appOf(
  callback: Callback,
  routeOptions: RouteOptions = {},
  options: RouterOptions = {},
): express.Express {
  const router = new Router().registerRoutes([
    ["POST", "/", callback, { maxContentLength: Infinity, ...routeOptions }],
    ["GET", "/", () => new Response("alive")],
  ]);
  return express().use(router.router(options));
}

/** A promise, and what settles it. */
function deferred<T>() {
  let resolve: (value: T) => void = () => {};
  const promise = new Promise<T>((settle) => (resolve = settle));
  return { promise, resolve };
}

async function codeOf(reading: unknown): Promise<unknown> {
  return Promise.resolve(reading).then(
    () => "read",
    (error: unknown) => (error instanceof ColonnadeError ? error.code : error),
  );
}

async function readAll(stream: AsyncIterable<unknown>): Promise<void> {
  for await (const _chunk of stream);
}

describe("an upload whose client leaves in the middle", () => {
  const open: Live[] = [];
  const wires: Wire[] = [];
  const unhandled = jest.fn();
  beforeAll(() => void process.on("unhandledRejection", unhandled));
  afterAll(() => void process.off("unhandledRejection", unhandled));
  afterEach(async () => {
    for (const wire of wires.splice(0)) wire.leave();
    await Promise.all(open.splice(0).map((live) => live.close()));
    const [first] = unhandled.mock.calls;
    if (first !== undefined) throw new Error("A rejection was not handled", { cause: first[0] });
  });

  async function start(app: express.Express): Promise<Live> {
    const live = await listen(app);
    open.push(live);
    return live;
  }

  function connectTo({ port }: Live): Wire {
    const wire = new Wire(port);
    wires.push(wire);
    return wire;
  }

  const readers: [name: string, read: Callback][] = [
    ["json()", (request) => request.json()],
    ["text()", (request) => request.text()],
    ["bytes()", (request) => request.bytes()],
    ["for await over stream", ({ stream }) => readAll(stream)],
    [
      "pipeline(stream)",
      ({ stream }) => pipeline(stream, new Writable({ write: (_chunk, _encoding, done) => done() })),
    ],
    [
      "an error listener of stream",
      ({ stream }) => new Promise((_, reject) => stream.on("error", reject).resume()),
    ],
  ];
  const uploads: [kind: string, begin: string][] = [
    ["declared", head("POST", "/", "Content-Length: 100") + "12345"],
    ["chunked", head("POST", "/", chunked) + chunk("12345")],
    [
      "coded",
      head("POST", "/", "Content-Length: 100", "Content-Encoding: gzip") +
        gzipSync("12345").toString("latin1", 0, 12),
    ],
  ];

  describe.each(uploads)("%s", (_kind, begin) => {
    it.each(readers)("rejects %s, aborts signal, and ends nothing else", async (_name, read) => {
      const outcome = deferred<unknown>();
      const called = deferred<Request>();
      const onError = jest.fn();
      const app = appOf(
        async (request) => {
          called.resolve(request);
          outcome.resolve(await codeOf(read(request)));
          return new Response("ok");
        },
        {},
        { onError },
      );
      const live = await start(app);
      const wire = connectTo(live).write(Buffer.from(begin, "latin1"));
      const { signal, raw } = await called.promise;
      const aborted = new Promise((resolve) => signal.addEventListener("abort", resolve));
      wire.leave();
      expect(await outcome.promise).toBe("ERR_BODY_ABORTED");
      await aborted;
      await new Promise((resolve) => setImmediate(resolve));
      expect([raw.res.writableFinished, onError.mock.calls]).toEqual([false, []]);
      expect(await live.send("GET", "/")).toMatchObject({ status: 200, body: "alive" });
    });

    it.each(readers)("rejects %s when it has left before", async (_name, read) => {
      const called = deferred<Request>();
      const live = await start(appOf((request) => (called.resolve(request), new Promise(() => {}))));
      const wire = connectTo(live).write(Buffer.from(begin, "latin1"));
      const request = await called.promise;
      const closed = new Promise((resolve) => request.raw.res.once("close", resolve));
      wire.leave();
      await closed;
      expect(await codeOf(read(request))).toBe("ERR_BODY_ABORTED");
    });
  });

  it.each([
    ["goes nowhere, by default", "json", []],
    ["is passed on once, with errors: next", "next", [["ERR_BODY_ABORTED"]]],
  ] as const)("when the handler lets it through, %s", async (_fact, errors, expected) => {
    const passed = jest.fn();
    const called = deferred<Request>();
    const app = appOf(
      (request) => {
        called.resolve(request);
        return request.json();
      },
      {},
      { errors },
    );
    app.use(((error: ColonnadeError, _req, _res, next) => {
      passed(error.code);
      next();
    }) satisfies express.ErrorRequestHandler);
    const live = await start(app);
    const wire = connectTo(live).write(head("POST", "/", chunked), chunk("["));
    const { raw } = await called.promise;
    const closed = new Promise((resolve) => raw.res.once("close", resolve));
    wire.leave();
    await closed;
    await new Promise((resolve) => setImmediate(resolve));
    expect(passed.mock.calls).toEqual(expected);
  });

  it("does not end the process when the handler has not awaited what it reads", async () => {
    const called = deferred<Request>();
    const live = await start(
      appOf((request) => {
        called.resolve(request);
        void request.json();
        void request.text();
        void request.bytes();
        return new Promise(() => {});
      }),
    );
    const wire = connectTo(live).write(head("POST", "/", chunked), chunk("["));
    const { raw } = await called.promise;
    const closed = new Promise((resolve) => raw.res.once("close", resolve));
    wire.leave();
    await closed;
    await new Promise((resolve) => setImmediate(resolve));
    expect(await live.send("GET", "/")).toMatchObject({ body: "alive" });
  });

  it("fails in multer as @use middleware, and the handler does not run", async () => {
    const ran = jest.fn();
    const failed = deferred<unknown>();
    const app = appOf(ran, { middleware: [multer().any()] });
    app.use(((error: Error, _req, _res, _next) =>
      failed.resolve(error.message)) satisfies express.ErrorRequestHandler);
    const live = await start(app);
    const wire = connectTo(live);
    wire.write(head("POST", "/", chunked, "Content-Type: multipart/form-data; boundary=x"), chunk("--x\r\n"));
    await new Promise((resolve) => wire.socket.once("connect", resolve));
    wire.socket.end();
    expect(await failed.promise).toMatch(/abort|end of form/i);
    expect(ran).not.toHaveBeenCalled();
  });

  it("leaves the process alone where a handler then throws in the middle of its own answer", async () => {
    const called = deferred<Request>();
    const app = appOf(async (request) => {
      request.raw.res.write("begun");
      called.resolve(request);
      for await (const _chunk of request.raw) throw new Error("broken");
    });
    app.use(((_error, _req, res, _next) => void res.end()) satisfies express.ErrorRequestHandler);
    const live = await start(app);
    const wire = connectTo(live).write(head("POST", "/", chunked));
    await wire.until("begun");
    const received = await wire.write(chunk("1")).closed;
    expect([wire.statuses, received.includes("0\r\n\r\n")]).toEqual([[200], false]);
    expect(await live.send("GET", "/")).toMatchObject({ body: "alive" });
  });

  it("keeps nobody else waiting, a thousand at a time", async () => {
    const codes: unknown[] = [];
    const count = 1_000;
    const begun = deferred<void>();
    const ended = deferred<void>();
    let calls = 0;
    const app = appOf(async (request) => {
      if (++calls === count) begun.resolve();
      codes.push(await codeOf(request.json()));
      if (codes.length === count) ended.resolve();
      return new Response("ok");
    });
    const live = await start(app);
    for (let at = 0; at < count; at++) connectTo(live).write(head("POST", "/", "Content-Length: 100"), "[");
    await begun.promise;
    const answer = await live.send("GET", "/");
    for (const wire of wires.splice(0)) wire.leave();
    await ended.promise;
    expect([answer.body, new Set(codes)]).toEqual(["alive", new Set(["ERR_BODY_ABORTED"])]);
  }, 30_000);
});

describe("Request.stream", () => {
  it("reads no faster than its handler: 200 MB through little memory", async () => {
    const size = 200_000_000;
    const block = Buffer.alloc(1_000_000);
    let peak = 0;
    let first = 0;
    const app = appOf(async ({ stream }) => {
      let received = 0;
      for await (const part of stream) {
        const before = Math.floor(received / 10_000_000);
        received += (part as Buffer).length;
        if (Math.floor(received / 10_000_000) === before) continue;
        await new Promise((resolve) => setImmediate(resolve));
        const { arrayBuffers, heapUsed } = process.memoryUsage();
        first ||= arrayBuffers + heapUsed;
        peak = Math.max(peak, arrayBuffers + heapUsed);
      }
      return new Response(`received ${received}`);
    });
    const live = await listen(app);
    const wire = new Wire(live.port).write(head("POST", "/", `Content-Length: ${size}`));
    for (let sent = 0; sent < size; sent += block.length) {
      if (!wire.socket.write(block)) await new Promise((resolve) => wire.socket.once("drain", resolve));
    }
    await wire.until(`received ${size}`);
    wire.leave();
    await live.close();
    expect(peak - first).toBeLessThan(160_000_000);
  }, 30_000);

  it("takes no more from the client while its handler waits", async () => {
    const go = deferred<void>();
    const app = appOf(async ({ stream }) => {
      let received = 0;
      for await (const part of stream) {
        await go.promise;
        received += (part as Buffer).length;
      }
      return new Response(`received ${received}`);
    });
    const live = await listen(app);
    const size = 100_000_000;
    const block = Buffer.alloc(1_000_000);
    const wire = new Wire(live.port).write(head("POST", "/", `Content-Length: ${size}`));
    let sent = 0;
    const sending = (async () => {
      for (; sent < size; sent += block.length) {
        if (!wire.socket.write(block)) await new Promise((resolve) => wire.socket.once("drain", resolve));
      }
    })();
    // The other requests show that the server has had its turns.
    let held = -1;
    while (held !== sent) {
      held = sent;
      for (let turn = 0; turn < 20; turn++) await live.send("GET", "/");
    }
    go.resolve();
    await sending;
    await wire.until(`received ${size}`);
    wire.leave();
    await live.close();
    expect(held).toBeLessThan(50_000_000);
  }, 30_000);
});
