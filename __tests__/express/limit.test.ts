import type { Socket } from "node:net";
import { PassThrough, Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import express from "express";
import type { ErrorRequestHandler, RequestHandler } from "express";
import multer from "multer";
import { ColonnadeError, Response, Router } from "colonnade";
import type { Middleware, Request, RouteOptions, RouterOptions } from "colonnade";
import { listen } from "./live";
import type { Live } from "./live";
import { Wire, chunk, chunked, head } from "./wire";

type Callback = (request: Request) => unknown;

interface Setting extends RouterOptions {
  readonly method?: string;
  readonly limit?: number;
  readonly use?: Middleware[];
  readonly classUse?: Middleware[];
  readonly onPassed?: (error: unknown) => void;
}

const ok: Callback = () => new Response("ok");
const tooLarge = "ERR_BODY_TOO_LARGE";

function appOf(callback: Callback, setting: Setting = {}): express.Express {
  const { method = "POST", limit = 10, use = [], classUse, onPassed, ...options } = setting;
  const routeOptions: RouteOptions = {
    maxContentLength: limit,
    middleware: use,
    ...(classUse && { group: { name: "Guarded", middleware: classUse } }),
  };
  const router = new Router().registerRoutes([
    [method, "/", callback, routeOptions],
    ["GET", "/next", () => new Response("next")],
  ]);
  const passOn: ErrorRequestHandler = (error, _req, res, next) => {
    onPassed?.(error);
    if (res.headersSent) next(error);
    else res.status((error as ColonnadeError).status).send("passed on");
  };
  return express().use(router.router(options)).use(passOn);
}

/** A promise, and what settles it. */
function deferred<T>() {
  let resolve: (value: T) => void = () => {};
  const promise = new Promise<T>((settle) => (resolve = settle));
  return { promise, resolve };
}

async function codeOf(reading: Promise<unknown>): Promise<unknown> {
  return reading.then(
    () => "read",
    (error: unknown) => (error instanceof ColonnadeError ? error.code : error),
  );
}

/** Takes what it is given, and never ends by itself. */
function sink(): Writable {
  return new Writable({ write: (_chunk, _encoding, done) => done() });
}

async function readAll(stream: AsyncIterable<unknown>): Promise<void> {
  for await (const _chunk of stream);
}

describe("maxContentLength of a route", () => {
  const open: Live[] = [];
  const wires: Wire[] = [];
  afterEach(async () => {
    for (const wire of wires.splice(0)) wire.leave();
    await Promise.all(open.splice(0).map((live) => live.close()));
  });

  async function connectTo(app: express.Express): Promise<Wire> {
    const live = await listen(app);
    open.push(live);
    const wire = new Wire(live.port);
    wires.push(wire);
    return wire;
  }

  const bodiless = (length: number, method = "POST") => head(method, "/", `Content-Length: ${length}`);
  const next = head("GET", "/next");

  describe("when the declared length is over it", () => {
    it.each(["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])(
      "is 413 for %s, before middleware and handler run",
      async (method) => {
        const ran: string[] = [];
        const middleware =
          (name: string): RequestHandler =>
          (_req, _res, go) => (ran.push(name), go());
        const app = appOf(() => (ran.push("handler"), ok), {
          method,
          classUse: [middleware("class")],
          use: [middleware("method")],
        });
        const wire = await connectTo(app);
        const answer = await wire.write(bodiless(11, method)).until("}");
        expect(wire.statuses).toEqual([413]);
        expect(answer).toMatch(/\r\nContent-Type: application\/json\r\n/i);
        expect(answer).toContain(`"code":"${tooLarge}"`);
        expect(ran).toEqual([]);
      },
    );

    it("is 413 for HEAD, on the route of GET", async () => {
      const wire = await connectTo(appOf(ok, { method: "GET" }));
      await wire.write(bodiless(11, "HEAD")).until("\r\n\r\n");
      expect(wire.statuses).toEqual([413]);
    });

    it("closes the connection once more than the limit has come", async () => {
      const wire = await connectTo(appOf(ok));
      await wire.write(bodiless(1_000)).until("}");
      wire.write("x".repeat(1_000), next);
      await wire.closed;
      expect(wire.statuses).toEqual([413]);
    });

    it("reads no more of a client that goes on sending, but lets it take the answer before it is cut", async () => {
      const sockets: Socket[] = [];
      const note: RequestHandler = (req, _res, go) => (sockets.push(req.socket), go());
      const wire = await connectTo(express().use(note, appOf(ok)));
      wire.write(bodiless(30_000_000) + "x".repeat(30_000_000));
      await new Promise((resolve) => wire.socket.once("end", resolve));
      const read = sockets[0]?.bytesRead ?? 0;
      expect([wire.statuses, sockets[0]?.destroyed, read < 1_000_000]).toEqual([[413], false, true]);
      await wire.closed;
      expect([wire.statuses, sockets[0]?.bytesRead]).toEqual([[413], read]);
    });

    it("is answered by middleware that runs before the Resource as ever", async () => {
      const app = express()
        .use((_req, res) => void res.status(401).end())
        .use(appOf(ok));
      const wire = await connectTo(app);
      await wire.write(bodiless(11)).until("\r\n\r\n");
      expect(wire.statuses).toEqual([401]);
    });

    it("is passed on, once, with the option errors: next", async () => {
      const onPassed = jest.fn();
      const wire = await connectTo(appOf(ok, { errors: "next", onPassed, use: [ok] }));
      await wire.write(bodiless(11)).until("passed on");
      expect(onPassed.mock.calls).toEqual([
        [expect.objectContaining({ code: tooLarge, status: 413, limit: 10 })],
      ]);
    });
  });

  const readers: [name: string, read: Callback][] = [
    ["json()", (request) => request.json()],
    ["text()", (request) => request.text()],
    ["bytes()", (request) => request.bytes()],
    ["for await over stream", ({ stream }) => readAll(stream)],
    [
      "for await over stream, slowly",
      async ({ stream }) => {
        for await (const _chunk of stream) await new Promise((resolve) => setImmediate(resolve));
      },
    ],
    ["pipeline(stream)", ({ stream }) => pipeline(stream, sink())],
    [
      "an error listener of stream",
      ({ stream }) => new Promise((_, reject) => stream.on("error", reject).resume()),
    ],
    ["an error listener of req", ({ raw }) => new Promise((_, reject) => raw.on("error", reject).resume())],
    ["pipeline(req)", ({ raw }) => pipeline(raw, sink())],
  ];

  const deaf: [name: string, read: Callback][] = [
    [
      "stream.pipe() without an error listener",
      ({ stream }) => new Promise((resolve) => stream.pipe(sink()).on("finish", resolve)),
    ],
    [
      "stream.on(data) without an error listener",
      ({ stream }) => new Promise((resolve) => stream.on("data", () => {}).on("end", resolve)),
    ],
    [
      "req.pipe() without an error listener",
      ({ raw }) => new Promise((resolve) => raw.pipe(sink()).on("finish", resolve)),
    ],
    [
      "req.on(data) without an error listener",
      ({ raw }) => new Promise((resolve) => raw.on("data", () => {}).on("end", resolve)),
    ],
    [
      "req.on(data) beside somebody else's error listener",
      ({ raw }) =>
        new Promise((resolve) =>
          raw
            .on("error", () => {})
            .on("data", () => {})
            .on("end", resolve),
        ),
    ],
  ];

  // The client may send no more, or the rest of the body, or the next request: the answer is the same.
  const rests: [name: string, rest: string][] = [
    ["and no more", ""],
    ["and its end", chunk("")],
    ["and much more", chunk("x".repeat(1_000))],
  ];
  const over = chunk("1234567890") + chunk("1");

  describe("when a chunked body is over it", () => {
    describe.each(rests)("%s", (_rest, rest) => {
      it.each(readers)("rejects %s, and is 413 whatever the handler returns", async (_name, read) => {
        const onError = jest.fn();
        const code = deferred<unknown>();
        const app = appOf(
          async (request) => {
            code.resolve(await codeOf(Promise.resolve(read(request))));
            return new Response("ok");
          },
          { onError },
        );
        const wire = await connectTo(app);
        await wire.write(head("POST", "/", chunked), over, rest).until(tooLarge);
        expect(await code.promise).toBe(tooLarge);
        await new Promise((resolve) => setImmediate(resolve));
        expect([wire.statuses, onError.mock.calls]).toEqual([[413], []]);
      });

      it.each(deaf)("is 413 in spite of %s", async (_name, read) => {
        const wire = await connectTo(appOf(async (request) => (await read(request), new Response("ok"))));
        await wire.write(head("POST", "/", chunked), over, rest).until(tooLarge);
        expect(wire.statuses).toEqual([413]);
      });

      it.each([...readers, ...deaf])("is passed on once, with errors: next, by %s", async (_name, read) => {
        const onPassed = jest.fn();
        const onError = jest.fn();
        const app = appOf(async (request) => (await read(request), new Response("ok")), {
          errors: "next",
          onPassed,
          onError,
        });
        const wire = await connectTo(app);
        await wire.write(head("POST", "/", chunked), over, rest).until("passed on");
        await new Promise((resolve) => setImmediate(resolve));
        expect(onPassed.mock.calls).toEqual([[expect.objectContaining({ code: tooLarge, status: 413 })]]);
        expect([wire.statuses, onError.mock.calls]).toEqual([[413], []]);
      });

      const type = (contentType: string) => `Content-Type: ${contentType}`;
      const field = '--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n';
      const file = '--x\r\nContent-Disposition: form-data; name="a"; filename="b"\r\n\r\n';
      const middleware: [name: string, read: RequestHandler, header: string, start?: string][] = [
        ["express.json()", express.json(), type("application/json")],
        ["express.text()", express.text(), type("text/plain")],
        ["express.raw()", express.raw(), type("application/octet-stream")],
        [
          "express.urlencoded()",
          express.urlencoded({ extended: true }),
          type("application/x-www-form-urlencoded"),
        ],
        ["multer, in a field", multer().any(), type("multipart/form-data; boundary=x"), field],
        ["multer, in a file", multer().any(), type("multipart/form-data; boundary=x"), file],
        [
          "req.on(data) without an error listener",
          (req, _res, go) => void req.on("data", () => {}).on("end", go),
          "",
        ],
        [
          "req.on(data) that goes on at once",
          (req, _res, go) => (req.on("data", () => {}), setImmediate(go)),
          "",
        ],
        ["for await over req", async (req, _res, go) => (await readAll(req), go()), ""],
      ];

      describe.each(["use", "classUse"] as const)("in middleware of %s", (place) => {
        it.each(middleware)("is 413 for %s", async (_name, read, header, start = "") => {
          const onPassed = jest.fn();
          const onError = jest.fn();
          const app = appOf(() => new Promise(() => {}), { limit: 100, onPassed, onError, [place]: [read] });
          const wire = await connectTo(app);
          const headers = [chunked, ...(header ? [header] : [])];
          wire.write(
            head("POST", "/", ...headers),
            ...(start ? [chunk(start)] : []),
            chunk("x".repeat(101)),
            rest,
          );
          await wire.until(tooLarge);
          await new Promise((resolve) => setImmediate(resolve));
          expect([wire.statuses, onPassed.mock.calls, onError.mock.calls]).toEqual([[413], [], []]);
        });

        it.each(middleware)(
          "is passed on once, with errors: next, for %s",
          async (_name, read, header, start = "") => {
            const onPassed = jest.fn();
            const onError = jest.fn();
            const app = appOf(() => new Promise(() => {}), {
              limit: 100,
              errors: "next",
              onPassed,
              onError,
              [place]: [read],
            });
            const wire = await connectTo(app);
            const headers = [chunked, ...(header ? [header] : [])];
            wire.write(
              head("POST", "/", ...headers),
              ...(start ? [chunk(start)] : []),
              chunk("x".repeat(101)),
              rest,
            );
            await wire.until("passed on");
            wire.socket.end();
            await wire.closed;
            expect(onPassed.mock.calls).toEqual([[expect.objectContaining({ code: tooLarge })]]);
            expect(onError.mock.calls).toEqual([]);
          },
        );
      });
    });

    it.each(deaf)("is whole to nobody, not to %s", async (_name, read) => {
      const ended = jest.fn();
      const wire = await connectTo(appOf(async (request) => (await read(request), ended())));
      await wire.write(head("POST", "/", chunked), over, chunk(""), next).until("next");
      expect([wire.statuses, ended.mock.calls]).toEqual([[413, 200], []]);
    });

    it("gives its reader nothing more", async () => {
      let read = "";
      const app = appOf(({ raw }) => {
        raw.on("data", (part: Buffer) => (read += part.toString()));
        return new Promise(() => {});
      });
      const wire = await connectTo(app);
      await wire.write(head("POST", "/", chunked), over).until(tooLarge);
      await wire.write(chunk("2"), chunk(""), next).until("next");
      expect(read).toBe("1234567890");
    });

    it("is passed on once, with errors: next, and answered though the client goes on sending", async () => {
      const answers: (() => void)[] = [];
      const passed = deferred<void>();
      const received = deferred<void>();
      const router = new Router().registerRoutes([
        ["POST", "/", (request) => request.text(), { maxContentLength: 10 }],
      ]);
      const watch: RequestHandler = (req, _res, go) => {
        let size = 0;
        const { socket } = req;
        socket.on("data", () => socket.bytesRead - size > 1_000 && received.resolve());
        size = socket.bytesRead;
        go();
      };
      const later: ErrorRequestHandler = (error, _req, res, _next) => {
        answers.push(() => void res.status((error as ColonnadeError).status).send("passed on"));
        passed.resolve();
      };
      const wire = await connectTo(
        express()
          .use(watch, router.router({ errors: "next" }))
          .use(later),
      );
      wire.write(head("POST", "/", chunked), over);
      await passed.promise;
      wire.write(chunk("12345"), chunk("x".repeat(1_000)));
      await received.promise;
      await new Promise((resolve) => setImmediate(resolve));
      for (const answer of answers) answer();
      await wire.closed;
      expect([answers.length, wire.statuses, wire.received.endsWith("passed on")]).toEqual([1, [413], true]);
    });

    it("is nobody's business where the answer is complete, and only the client has not read it", async () => {
      const onError = jest.fn();
      const exceeded = deferred<unknown>();
      const app = appOf(
        ({ raw }) => {
          raw.on("error", exceeded.resolve).on("data", () => {});
          return new Response("x".repeat(20_000_000));
        },
        { onError },
      );
      const wire = await connectTo(app);
      wire.socket.pause();
      wire.write(head("POST", "/", chunked), over);
      expect(await exceeded.promise).toMatchObject({ code: tooLarge });
      wire.socket.resume();
      await wire.until("xxx");
      wire.leave();
      expect([wire.statuses, onError.mock.calls]).toEqual([[200], []]);
    });

    it("runs nothing more once middleware's reading was refused", async () => {
      const ran: string[] = [];
      const wire = await connectTo(
        appOf(() => (ran.push("handler"), ok), {
          use: [
            (req: express.Request, _res: express.Response, go: express.NextFunction) =>
              void req.on("close", () => go()).resume(),
            (_req: express.Request, _res: express.Response, go: express.NextFunction) => (
              ran.push("second"),
              go()
            ),
          ],
        }),
      );
      await wire.write(head("POST", "/", chunked), over).until(tooLarge);
      wire.leave();
      await new Promise((resolve) => open[0]?.close().then(resolve));
      expect(ran).toEqual([]);
    });

    it("cuts the connection where the head of the answer has been sent", async () => {
      const wire = await connectTo(appOf(({ stream }) => new Response(stream.pipe(new PassThrough()))));
      await wire.write(head("POST", "/", chunked), chunk("12345")).until("12345");
      const received = await wire.write(chunk("123456")).closed;
      expect([wire.statuses, received.includes("0\r\n\r\n")]).toEqual([[200], false]);
    });

    it("cuts the connection where the handler has begun to answer by itself", async () => {
      const onPassed = jest.fn();
      const app = appOf(
        async ({ stream, raw }) => {
          raw.res.write("begun");
          await readAll(stream).catch(() => {});
          return raw.res.end();
        },
        { onPassed },
      );
      const wire = await connectTo(app);
      await wire.write(head("POST", "/", chunked), chunk("12345")).until("begun");
      const received = await wire.write(chunk("123456")).closed;
      expect([wire.statuses, received.includes("0\r\n\r\n")]).toEqual([[200], false]);
    });

    it("is 413 for GET too", async () => {
      const app = appOf((request) => request.text().then(String, String), { method: "GET" });
      const wire = await connectTo(app);
      await wire.write(head("GET", "/", chunked), over).until(tooLarge);
      expect(wire.statuses).toEqual([413]);
    });

    it("closes the stream of a Response that is not sent", async () => {
      const payload = new PassThrough();
      const closed = new Promise((resolve) => payload.once("close", resolve));
      const app = appOf(async (request) => {
        await request.text().catch(() => {});
        return new Response(payload);
      });
      await (await connectTo(app)).write(head("POST", "/", chunked), over).until(tooLarge);
      await closed;
      expect(payload.destroyed).toBe(true);
    });

    it("counts bytes, whatever encoding req was given", async () => {
      const app = appOf(
        ({ raw }) =>
          new Promise((resolve) =>
            raw
              .setEncoding("latin1")
              .on("data", () => {})
              .on("end", () => resolve(new Response("ok"))),
          ),
      );
      const wire = await connectTo(app);
      wire.write(head("POST", "/", chunked), "a\r\n", Buffer.alloc(10, 0xff), "\r\n", chunk(""));
      await wire.until("ok");
      expect(wire.statuses).toEqual([200]);
    });
  });

  describe("when the handler does not read the body", () => {
    const silent: [name: string, callback: Callback, setting?: Setting][] = [
      ["returns a Response", ok],
      ["answers by itself", ({ raw }) => raw.res.send("ok")],
      [
        "leaves a for await early",
        async ({ stream }) => {
          for await (const _chunk of stream) break;
          return new Response("ok");
        },
      ],
      ["destroys the stream", ({ stream }) => (stream.destroy(), new Response("ok"))],
      ["only asks for the stream", ({ stream }) => new Response(String(stream.readable && "ok"))],
      [
        "is kept from it by middleware",
        ok,
        { use: [(_req: unknown, res: express.Response) => res.send("ok")] },
      ],
      [
        "reads a little by req.read()",
        ({ raw }) =>
          new Promise((resolve) => raw.once("readable", () => (raw.read(1), resolve(new Response("ok"))))),
      ],
      [
        "has paused req",
        ({ raw }) =>
          new Promise((resolve) => raw.once("data", () => (raw.pause(), resolve(new Response("ok"))))),
      ],
    ];

    describe.each(silent)("but %s", (_name, callback, setting) => {
      it.each([
        ["a chunked", [head("POST", "/", chunked), chunk("12345")], [chunk("12345"), chunk("")]],
        ["a declared", [bodiless(10), "12345"], ["12345"]],
      ])(
        "answers at once, reads on through the rest of %s body, and serves the next request",
        async (_kind, begin, rest) => {
          const wire = await connectTo(appOf(callback, setting));
          await wire.write(...begin).until("ok");
          await wire.write(...rest, next).until("next");
          expect(wire.statuses).toEqual([200, 200]);
        },
      );

      it("closes the connection when more than the limit comes", async () => {
        const wire = await connectTo(appOf(callback, setting));
        await wire.write(head("POST", "/", chunked), chunk("12345")).until("ok");
        await wire.write(chunk("x".repeat(11)), chunk("x"), chunk(""), next).closed;
        expect(wire.statuses).toEqual([200]);
      });

      it.each([
        ["a chunked", [head("POST", "/", chunked), chunk("1234567890"), chunk("")]],
        ["a declared", [bodiless(10), "1234567890"]],
      ])("serves a request that is pipelined behind %s body", async (_kind, parts) => {
        const wire = await connectTo(appOf(callback, setting));
        wire.socket.write([...parts, next].join(""));
        await wire.until("next");
        expect(wire.statuses).toEqual([200, 200]);
      });
    });

    it("leaves the answer alone when the rest is over the limit", async () => {
      const onError = jest.fn();
      const onPassed = jest.fn();
      const wire = await connectTo(
        appOf(({ raw }) => (raw.on("data", () => {}), new Response("ok")), { onError, onPassed }),
      );
      await wire.write(head("POST", "/", chunked), chunk("12345")).until("ok");
      await wire.write(chunk("x".repeat(11)), chunk("x".repeat(11))).closed;
      expect([wire.statuses, onError.mock.calls, onPassed.mock.calls]).toEqual([[200], [], []]);
    });
  });

  describe("of a particular size", () => {
    const size: Callback = async (request) => new Response(`size ${(await request.bytes()).length}`);

    it.each<[fact: string, limit: number | undefined, parts: (string | Buffer)[], status: number]>([
      ["0 allows no body", 0, [head("POST")], 200],
      ["0 allows a declared length of 0", 0, [bodiless(0)], 200],
      ["0 allows an empty chunked body", 0, [head("POST", "/", chunked), chunk("")], 200],
      ["0 refuses one declared byte", 0, [bodiless(1)], 413],
      ["0 refuses one byte in a chunk", 0, [head("POST", "/", chunked), chunk("1")], 413],
      ["10 allows 10 declared", 10, [bodiless(10), "1234567890"], 200],
      [
        "10 allows 10 in chunks",
        10,
        [head("POST", "/", chunked), chunk("123456789"), chunk("0"), chunk("")],
        200,
      ],
      ["none given is 5 MiB", undefined, [bodiless(5_242_880), Buffer.alloc(5_242_880)], 200],
      ["none given refuses a byte more", undefined, [bodiless(5_242_881)], 413],
      ["Infinity allows 6 MB", Infinity, [bodiless(6_000_000), Buffer.alloc(6_000_000)], 200],
      [
        "Infinity allows 6 MB in a chunk",
        Infinity,
        [head("POST", "/", chunked), chunk("x".repeat(6_000_000)), chunk("")],
        200,
      ],
    ])("%s", async (_fact, limit, parts, status) => {
      const options: RouteOptions = limit === undefined ? {} : { maxContentLength: limit };
      const router = new Router().registerRoutes([["POST", "/", size, options]]);
      const wire = await connectTo(express().use(router.router()));
      await wire.write(...parts).until(status === 413 ? tooLarge : "size");
      expect(wire.statuses).toEqual([status]);
    });

    it("is that of the route that answers, behind one that declined", async () => {
      const decline: RequestHandler = (_req, _res, go) => go("route");
      const router = new Router().registerRoutes([
        ["POST", "/", ok, { maxContentLength: 5, middleware: [decline] }],
        ["POST", "/:a?", size, { maxContentLength: 10 }],
      ]);
      const wire = await connectTo(express().use(router.router()));
      await wire.write(head("POST", "/", chunked), chunk("1234567890"), chunk("")).until("size 10");
      expect(wire.statuses).toEqual([200]);
    });
  });
});
