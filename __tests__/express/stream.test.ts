import { EventEmitter, once } from "node:events";
import { createReadStream } from "node:fs";
import type { Socket } from "node:net";
import { Readable } from "node:stream";
import { ReadableStream } from "node:stream/web";
import { setImmediate } from "node:timers/promises";
import express from "express";
import type { Express, Request as ExpressRequest, Response as ExpressResponse } from "express";
import { JsonResponse, Response } from "colonnade";
import type { Payload, Request, RouteCallback, RouterOptions } from "colonnade";
import { appOf, ask, serve } from "./served";

const never = new Promise<never>(() => {});

/** A stream that is still open after its first piece, and tells when it is released. */
interface Source {
  readonly payload: Payload;
  readonly released: Promise<unknown>;
}

interface Deferred<T> {
  readonly promise: Promise<T>;
  resolve(value: T | PromiseLike<T>): void;
}

function withResolvers<T>(): Deferred<T> {
  let resolve: Deferred<T>["resolve"] = () => {};
  const promise = new Promise<T>((settle) => (resolve = settle));
  return { promise, resolve };
}

/** The kinds of stream, each from what the request is and whether it gives a first piece. */
const kinds: Record<string, (request: Request, pieces: string[]) => Source> = {
  "a Readable": (_request, pieces) => {
    const payload = new Readable({
      read() {
        const piece = pieces.shift();
        if (piece !== undefined) this.push(piece);
      },
    });
    return { payload, released: once(payload, "close") };
  },
  "a web stream": (_request, pieces) => {
    const events = new EventEmitter();
    const released = once(events, "cancel");
    const pull = (controller: { enqueue(piece: string): void }) => {
      const piece = pieces.shift();
      if (piece === undefined) return never;
      controller.enqueue(piece);
      return undefined;
    };
    const payload = new ReadableStream<string>(
      { pull, cancel: () => void events.emit("cancel") },
      { highWaterMark: 0 },
    );
    return { payload, released };
  },
  "an iterator that waits for ever": (_request, pieces) => {
    const events = new EventEmitter();
    const released = once(events, "return");
    const iterator: AsyncIterator<string> = {
      next: async () => ({ value: pieces.shift() ?? (await never) }),
      return: async () => {
        events.emit("return");
        return { done: true, value: undefined };
      },
    };
    return { payload: { [Symbol.asyncIterator]: () => iterator }, released };
  },
  "a generator that heeds request.signal": ({ signal }, pieces) => {
    const events = new EventEmitter();
    const released = once(events, "end");
    async function* generate() {
      yield* pieces;
      await once(signal, "abort");
    }
    const payload = generate();
    const over = payload.return.bind(payload);
    payload.return = async (value) => {
      const result = await over(value);
      events.emit("end");
      return result;
    };
    return { payload, released };
  },
};

const sources = Object.entries(kinds);
const bothWays = sources.flatMap(([name, kind]) => [
  [name, kind, false] as const,
  [`${name}, compressed`, kind, true] as const,
]);

/** Error middleware that notes what it is told, and ends whatever was begun. */
function noting(app: Express, errors: unknown[]): Express {
  return app.use((error: Error, _req: ExpressRequest, res: ExpressResponse, _next: unknown) => {
    errors.push(error);
    if (res.headersSent) res.end();
    else res.status(500).json({ told: error.message });
  });
}

function upstream(): Express {
  return express().use((_req, res, next) => {
    res.set({ "X-Up": "1", "Cache-Control": "private" });
    next();
  });
}

const gzip = { headers: { "Accept-Encoding": "gzip" } };

describe("a streamed Response whose source fails before its first byte", () => {
  const failure = new Error("no such luck");
  const failing: [string, () => Payload][] = [
    ["a generator", () => Readable.from(fails())],
    ["an iterable", () => fails()],
    ["a Readable", () => new Readable({ read: () => {} }).destroy(failure).on("error", () => {})],
    ["a Readable, later", () => new Readable({ read(this: Readable) { this.destroy(failure); } })], // prettier-ignore
    ["a web stream", () => new ReadableStream({ start: (controller) => controller.error(failure) })],
  ];
  // oxlint-disable-next-line require-yield -- that is the point
  async function* fails(): AsyncGenerator<string> {
    throw failure;
  }

  it.each(
    failing.flatMap((row) => [[...row, false] as const, [`${row[0]}, compressed`, row[1], true] as const]),
  )("is a 500 by error middleware, which finds nothing of it: %s", async (_name, payload, compress) => {
    const errors: unknown[] = [];
    const headers = {
      "Content-Type": "text/csv",
      "Content-Length": 100,
      ETag: '"strong"',
      "Set-Cookie": "a=1",
      "cache-control": "public",
    };
    const app = noting(
      appOf(() => new Response(payload(), 404, headers, compress), {}, upstream()),
      errors,
    );
    const answer = await ask(app, gzip);
    expect(errors).toEqual([failure]);
    expect([answer.status, answer.json(), answer.complete]).toEqual([500, { told: failure.message }, true]);
    expect(answer.head.slice(1, 4)).toEqual(["X-Powered-By: Express", "X-Up: 1", "Cache-Control: private"]);
    expect(answer.header("Content-Type")).toBe("application/json; charset=utf-8");
    for (const name of ["Content-Encoding", "Vary", "Set-Cookie"])
      expect(answer.header(name)).toBeUndefined();
    expect(answer.header("ETag")).not.toContain("strong");
  });

  it.each([404, 503])("is a 500 by Express's own error handler, though it was to be a %s", async (status) => {
    expect((await ask(appOf(() => new Response(fails(), status)))).status).toBe(500);
  });

  it("is a 500 when it failed while the handler was at something else", async () => {
    const errors: unknown[] = [];
    const app = appOf(async () => {
      const response = new Response(new Readable({ read: () => {} }).destroy(failure));
      await setImmediate();
      return response;
    });
    expect((await ask(noting(app, errors))).status).toBe(500);
    expect(errors).toEqual([failure]);
  });

  it("has the code of Node's own error", async () => {
    const errors: unknown[] = [];
    await ask(
      noting(
        appOf(() => new Response(createReadStream("/no/such/file"))),
        errors,
      ),
    );
    expect(errors).toEqual([expect.objectContaining({ code: "ENOENT" })]);
  });

  it("is a 500 when it was closed before", async () => {
    const errors: unknown[] = [];
    const answer = await ask(
      noting(
        appOf(() => new Response(Readable.from(["a"]).destroy())),
        errors,
      ),
    );
    expect([answer.status, errors]).toEqual([
      500,
      [expect.objectContaining({ code: "ERR_RESPONSE_INVALID" })],
    ]);
  });
});

/** A stream that does what it does once its first piece has been sent. */
async function* afterFirst({ raw }: Request, next: () => unknown) {
  yield "first";
  while (!raw.res.headersSent) await setImmediate();
  yield next();
}

describe("a streamed Response whose source fails later", () => {
  const failure = new Error("half-way");
  const fail = () => {
    throw failure;
  };

  it.each([
    ["as it is", false],
    ["compressed", true],
  ])("is cut, though error middleware ends it: %s", async (_name, compress) => {
    const errors: unknown[] = [];
    const app = appOf((request) => new Response(Readable.from(afterFirst(request, fail)), 200, {}, compress));
    const answer = await ask(noting(app, errors), gzip);
    expect([answer.status, answer.complete, errors]).toEqual([200, false, [failure]]);
  });

  it("is cut when it is closed before its end", async () => {
    const errors: unknown[] = [];
    const app = appOf((request) => {
      const source: Readable = Readable.from(afterFirst(request, () => source.destroy()));
      return new Response(source);
    });
    const answer = await ask(noting(app, errors));
    expect([answer.complete, errors]).toEqual([
      false,
      [expect.objectContaining({ code: "ERR_RESPONSE_INVALID" })],
    ]);
  });
});

describe("a chunk of a streamed Response", () => {
  const wrong: [string, unknown][] = [
    ["a number", 5],
    ["an object", {}],
    ["a typed array of no bytes", new Uint16Array(1)],
    ["true", true],
  ];
  const ways = wrong.flatMap(([name, chunk]) => [
    [name, chunk, false] as const,
    [`${name}, compressed`, chunk, true] as const,
  ]);

  it.each(ways)("is a 500 when it is %s", async (_name, chunk, compress) => {
    const errors: unknown[] = [];
    const payload = () => Readable.from([chunk]);
    const answer = await ask(
      noting(
        appOf(() => new Response(payload(), 200, {}, compress)),
        errors,
      ),
      gzip,
    );
    expect([answer.status, errors]).toEqual([
      500,
      [expect.objectContaining({ code: "ERR_RESPONSE_INVALID" })],
    ]);
  });

  it.each(ways)("cuts the answer when it is %s, behind another", async (_name, chunk, compress) => {
    const errors: unknown[] = [];
    const payload = (request: Request) => Readable.from(afterFirst(request, () => chunk));
    const app = appOf((request) => new Response(payload(request), 200, {}, compress));
    const answer = await ask(noting(app, errors), gzip);
    expect([answer.complete, errors]).toEqual([
      false,
      [expect.objectContaining({ code: "ERR_RESPONSE_INVALID" })],
    ]);
  });

  it("may be empty", async () => {
    const answer = await ask(appOf(() => new Response(Readable.from(["", "a", Buffer.alloc(0), "b", ""]))));
    expect([answer.body.toString(), answer.complete]).toEqual(["ab", true]);
  });
});

describe("a streamed Response with a Content-Length", () => {
  const of = (length: number, ...chunks: string[]) =>
    appOf(() => new Response(Readable.from(chunks), 200, { "Content-Length": length }));

  it("is sent with it", async () => {
    const answer = await ask(of(4, "aé", "b"));
    expect([answer.header("Content-Length"), answer.body.toString()]).toEqual(["4", "aéb"]);
    expect(answer.header("Transfer-Encoding")).toBeUndefined();
  });

  it.each([
    ["more, in a later piece", of(4, "abc", "de"), 200, false],
    ["less", of(4, "a", "b"), 200, false],
    ["more, at once", of(4, "abcde"), 500, true],
    ["nothing", of(4), 500, true],
  ])("is a failure when the source gives %s", async (_name, app, status, complete) => {
    const errors: unknown[] = [];
    const answer = await ask(noting(app, errors));
    expect([answer.status, answer.complete]).toEqual([status, complete]);
    expect(errors).toEqual([expect.objectContaining({ message: expect.stringContaining("the 4 bytes") })]);
  });
});

describe("the client of a streamed Response", () => {
  /** Serves a callback, and hangs up once `when` has happened. */
  async function hangUp(
    callback: RouteCallback,
    when: (socket: Socket) => Promise<unknown>,
  ): Promise<unknown[]> {
    const errors: unknown[] = [];
    const served = await serve(noting(appOf(callback), errors));
    const socket = served.begin(gzip);
    await when(socket);
    socket.destroy();
    await once(socket, "close");
    await served.close();
    return errors;
  }

  it.each(bothWays)("releases the source when it leaves: %s", async (_name, kind, compress) => {
    const done = withResolvers<unknown>();
    const errors = await hangUp(
      async (request) => {
        const { payload, released } = kind(request, ["first"]);
        done.resolve(Promise.all([released, once(request.signal, "abort")]));
        return new Response(payload, 200, {}, compress);
      },
      (socket) => once(socket, "data"),
    );
    await done.promise;
    expect(errors).toEqual([]);
  });

  it.each(bothWays)(
    "releases the source when it leaves before the first byte: %s",
    async (_name, kind, compress) => {
      const begun = new EventEmitter();
      const done = withResolvers<unknown>();
      const errors = await hangUp(
        (request) => {
          const { payload, released } = kind(request, []);
          done.resolve(released);
          begun.emit("begun");
          return new Response(payload, 200, {}, compress);
        },
        () => once(begun, "begun"),
      );
      await done.promise;
      expect(errors).toEqual([]);
    },
  );

  it.each(bothWays)(
    "releases the source when it has left before there was one: %s",
    async (_name, kind, compress) => {
      const begun = new EventEmitter();
      const done = withResolvers<unknown>();
      const errors = await hangUp(
        async (request) => {
          begun.emit("begun");
          await once(request.signal, "abort");
          const { payload, released } = kind(request, []);
          done.resolve(released);
          return new Response(payload, 200, {}, compress);
        },
        () => once(begun, "begun"),
      );
      await done.promise;
      expect(errors).toEqual([]);
    },
  );

  it.each([
    ["as it is", false],
    ["compressed", true],
  ])("harms nothing when it leaves and the source then fails: %s", async (_name, compress) => {
    const done = withResolvers<void>();
    async function* generate() {
      try {
        for (;;) yield "piece".repeat(1_000);
      } finally {
        setTimeout(() => done.resolve());
        // oxlint-disable-next-line no-unsafe-finally -- as a file that can't be closed
        throw new Error("in finally");
      }
    }
    const errors = await hangUp(
      () => new Response(generate(), 200, {}, compress),
      (socket) => once(socket, "data"),
    );
    await done.promise;
    expect(errors).toEqual([]);
  });

  it("makes the source wait while it does not read, over 500 MB", async () => {
    const piece = Buffer.alloc(1 << 18);
    const total = 500 * 1024 * 1024;
    let produced = 0;
    let accepted = 0;
    let ahead = 0;
    async function* generate() {
      for (; produced < total; produced += piece.length) {
        ahead = Math.max(ahead, produced - accepted);
        yield piece;
      }
    }
    const served = await serve(appOf(() => new Response(generate(), 200, { "Content-Length": total })));
    const socket = served.begin();
    await once(socket, "readable"); // it is read no further
    let before = -1;
    while (before !== produced) {
      before = produced;
      for (let turn = 0; turn < 100; turn++) await setImmediate();
    }
    expect(produced).toBeLessThan(total / 10);

    socket.on("data", (chunk: Buffer) => (accepted += chunk.length));
    await once(socket, "close");
    expect(accepted - total).toBeGreaterThan(0); // the head
    expect(ahead).toBeLessThan(total / 10);
    await served.close();
  });
});

describe("a streamed Response that is not sent", () => {
  type Reason = [
    name: string,
    ask: Parameters<typeof ask>[1],
    status: number,
    headers: Record<string, string>,
  ];
  const reasons: Reason[] = [
    ["to HEAD", { method: "HEAD" }, 200, {}],
    ["with 204", {}, 204, {}],
    ["with 205", {}, 205, {}],
    ["with 304", {}, 304, {}],
    ["when the client has it", { headers: { "If-None-Match": '"a"' } }, 200, { ETag: '"a"' }],
  ];

  it.each(
    reasons.flatMap(([reason, ...rest]) =>
      sources.map(([name, kind]) => [reason, name, kind, ...rest] as const),
    ),
  )("%s releases %s", async (_reason, _name, kind, request, status, headers) => {
    let source: Source | undefined;
    const app = appOf((asked) => {
      source = kind(asked, ["first"]);
      return new Response(source.payload, status, headers, true);
    });
    const answer = await ask(app, request);
    expect([answer.body.length, answer.complete]).toEqual([0, true]);
    // A generator that has not begun has nothing to release: it is over.
    await source?.released;
  });

  it.each(sources)("since the body was too large, releases %s", async (_name, kind) => {
    let source: Source | undefined;
    const app = appOf(async (request) => {
      await request.bytes().catch(() => {});
      source = kind(request, ["first"]);
      return new Response(source.payload);
    });
    const chunked = { "Transfer-Encoding": "chunked" };
    const served = await serve(app);
    const socket = served.begin({ method: "POST", headers: chunked });
    const body = Buffer.alloc(5_242_881);
    socket.write(`${body.length.toString(16)}\r\n`);
    socket.write(body);
    socket.write("\r\n0\r\n\r\n");
    const [head] = (await once(socket, "data")) as [Buffer];
    expect(head.toString()).toContain("413");
    await source?.released;
    await served.close();
  });

  it.each(sources)("since the handler has answered by itself, releases %s", async (_name, kind) => {
    let source: Source | undefined;
    const options: RouterOptions = { onError: () => {} };
    const app = appOf((request) => {
      request.raw.res.send("own");
      source = kind(request, ["first"]);
      return new Response(source.payload);
    }, options);
    expect((await ask(app)).body.toString()).toBe("own");
    await source?.released;
  });

  it("since its headers can't be, releases its source", async () => {
    const source = Readable.from(["x"]);
    const answer = await ask(appOf(() => new Response(source, 200, { "Content-Disposition": "€" })));
    expect([answer.status, source.destroyed]).toEqual([500, true]);
  });

  it("since res.set throws, releases its source", async () => {
    const source = Readable.from(["x"]);
    const app = express().use((_req, res, next) => {
      res.set = () => {
        throw new Error("set");
      };
      next();
    });
    const answer = await ask(appOf(() => new Response(source, 200, { "X-A": "1" }), {}, app));
    expect([answer.status, source.destroyed]).toEqual([500, true]);
  });

  it("leaves the payload of a JsonResponse alone", async () => {
    const payload = Object.assign(Readable.from(["x"]), { toJSON: () => "own" });
    expect((await ask(appOf(() => new JsonResponse(payload)))).json()).toBe("own");
    expect(payload.destroyed).toBe(false);
  });
});

describe("a streamed Response that something else answers before", () => {
  it.each(["end", "write"] as const)("is reported, and the first answer stands: res.%s", async (method) => {
    const source = new Readable({ read: () => {} });
    const errors: unknown[] = [];
    const timeout = express().use((_req, res, next) => {
      next();
      res.status(503)[method]("late");
      source.push("in time?");
      if (method === "write") source.once("close", () => res.end());
    });
    const answer = await ask(appOf(() => new Response(source), { onError: (e) => errors.push(e) }, timeout));
    expect([answer.status, answer.body.toString(), answer.complete]).toEqual([503, "late", true]);
    expect(errors).toEqual([expect.objectContaining({ code: "ERR_ALREADY_ANSWERED" })]);
  });
});

describe("a stream that two Responses share", () => {
  it("is sent once: half of it each would look whole to both", async () => {
    async function* generate() {
      yield "a";
      yield "b";
    }
    const shared = new Response(generate());
    const app = appOf(() => shared).use(
      (_error: unknown, _req: ExpressRequest, res: ExpressResponse, _next: () => void) => {
        res.status(500).send("failed");
      },
    );
    const served = await serve(app);
    const answers = await Promise.all([served.ask(), served.ask()]);
    await served.close();
    expect(answers.map(({ body }) => body.toString()).toSorted()).toEqual(["ab", "failed"]);
  });

  it("is sent to each when it can be gone through anew", async () => {
    const list = { [Symbol.asyncIterator]: () => Readable.from(["a", "b"])[Symbol.asyncIterator]() };
    const app = appOf(() => new Response(list));
    const bodies = [await ask(app), await ask(app)].map(({ body }) => body.toString());
    expect(bodies).toEqual(["ab", "ab"]);
  });
});
