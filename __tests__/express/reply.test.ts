import { IncomingMessage, ServerResponse } from "node:http";
import { Socket } from "node:net";
import { Readable } from "node:stream";
import { ReadableStream } from "node:stream/web";
import express from "express";
import type { Express, Request as ExpressRequest, Response as ExpressResponse } from "express";
import { ErrorResponse, JsonResponse, Response } from "colonnade";
import type { Payload } from "colonnade";
import { appOf, ask } from "./served";

/** Express's error handler of an app that tells everything. */
function telling(app: Express): Express {
  return app.use((error: Error, _req: ExpressRequest, res: ExpressResponse, _next: unknown) => {
    res.status(500).json({ told: error.message });
  });
}

async function* pieces(...chunks: (string | Uint8Array)[]) {
  yield* chunks;
}

describe("Response(payload)", () => {
  const words = new Uint16Array([0x6261, 0x6463, 0x6665]);

  it.each<[string, () => unknown, string, string | undefined]>([
    ["a string", () => "héllo", "héllo", "text/html; charset=utf-8"],
    ["an empty string", () => "", "", "text/html; charset=utf-8"],
    ["a Buffer", () => Buffer.from("héllo"), "héllo", "application/octet-stream"],
    ["a Uint8Array", () => new TextEncoder().encode("héllo"), "héllo", "application/octet-stream"],
    ["a view of a typed array", () => words.subarray(1), "cdef", "application/octet-stream"],
    ["a DataView", () => new DataView(words.buffer, 1, 3), "bcd", "application/octet-stream"],
    ["a Readable", () => Readable.from([Buffer.from("a"), "b"]), "ab", "application/octet-stream"],
    ["an async generator", () => pieces("a", Buffer.from("é")), "aé", "application/octet-stream"],
    ["an async iterable", () => ({ [Symbol.asyncIterator]: pieces }), "", "application/octet-stream"],
    ["null", () => null, "", undefined],
    [
      "a web stream",
      () =>
        new ReadableStream({
          start(controller) {
            controller.enqueue("a");
            controller.enqueue(Buffer.from("b"));
            controller.close();
          },
        }),
      "ab",
      "application/octet-stream",
    ],
  ])("sends %s", async (_name, payload, body, type) => {
    const answer = await ask(appOf(() => new Response(payload() as Payload)));
    expect([answer.status, answer.body.toString(), answer.header("Content-Type")]).toEqual([200, body, type]);
    expect(answer.complete).toBe(true);
  });

  it("sends a view by the memory it views, as it is when it is sent", async () => {
    const bytes = new Uint8Array(Buffer.from("-before-")).subarray(1, 7);
    const app = appOf(() => {
      const response = new Response(bytes);
      bytes.set(Buffer.from("behind"));
      return response;
    });
    expect((await ask(app)).body.toString()).toBe("behind");
  });

  it.each<[string, unknown, string]>([
    ["an object", { a: 1 }, "an object of class Object"],
    ["a list", [1], "an array"],
    ["a number", 5, "5"],
    ["a boolean", true, "true"],
    ["a BigInt", 1n, "1"],
    ["a symbol", Symbol("s"), "Symbol(s)"],
    ["a function", () => "x", "function (anonymous)"],
    ["an ArrayBuffer", new ArrayBuffer(1), "an object of class ArrayBuffer"],
    ["a promise", Promise.resolve("x"), "an object of class Promise"],
  ])("refuses %s with a 500 that names it", async (_name, payload, named) => {
    const answer = await ask(telling(appOf(() => new Response(payload as Payload, 201, { "X-A": "1" }))));
    expect(answer.status).toBe(500);
    expect(answer.json()).toEqual({ told: expect.stringContaining(`can't send ${named}`) });
    expect(answer.header("X-A")).toBeUndefined();
  });

  it("is a 500 when its web stream is locked", async () => {
    const stream = new ReadableStream<string>();
    stream.getReader();
    expect((await ask(telling(appOf(() => new Response(stream))))).status).toBe(500);
  });
});

describe("a Response, as against res.status().set().send() by hand", () => {
  type Case = [payload: string | Buffer | null, status: number, headers: Record<string, string | string[]>];

  const cases: [string, Case][] = [
    ["a string", ["hello", 200, {}]],
    ["a long string", ["é".repeat(5_000), 200, {}]],
    ["an empty string", ["", 200, {}]],
    ["a string of a type", ["hello", 200, { "Content-Type": "text/plain" }]],
    ["a type in another case", ["hello", 200, { "content-TYPE": "text/plain" }]],
    ["a string of a type with charset", ["hello", 200, { "Content-Type": "text/plain; charset=latin1" }]],
    ["JSON in a string", ['{"a":1}', 200, { "Content-Type": "application/json" }]],
    ["a Buffer", [Buffer.from("hello"), 200, {}]],
    ["an empty Buffer", [Buffer.alloc(0), 200, {}]],
    ["a Buffer of a type", [Buffer.from("hello"), 200, { "Content-Type": "image/png" }]],
    ["null", [null, 200, {}]],
    ["null of a type", [null, 200, { "Content-Type": "image/png" }]],
    ["a 201", ["made", 201, { Location: "/made/1" }]],
    ["a 404", ["none", 404, {}]],
    ["a 599", ["", 599, {}]],
    ["a 999", [null, 999, {}]],
    ["a 204", [null, 204, {}]],
    ["a 204 with a payload", ["hello", 204, { "Content-Type": "text/plain" }]],
    ["a 205", [null, 205, {}]],
    ["a 205 with a payload", ["hello", 205, {}]],
    ["a 304", ["hello", 304, { ETag: '"x"' }]],
    ["an ETag", ["hello", 200, { ETag: '"x"' }]],
    ["a Content-Length", ["hello", 200, { "Content-Length": "5" }]],
    ["several cookies", ["hello", 200, { "Set-Cookie": ["a=1; Path=/", "b=2"] }]],
    ["a list of one", ["hello", 200, { Vary: ["Origin"] }]],
    ["a header twice", ["hello", 200, { "X-A": "1", "x-a": "2" }]],
    ["a header named __proto__", ["hello", 200, JSON.parse('{"__proto__":"x","constructor":"y"}')]],
  ];
  const requests = [
    { method: "GET" },
    { method: "HEAD" },
    { method: "GET", headers: { "If-None-Match": "*" } },
    { method: "GET", headers: { "If-None-Match": "*", "Cache-Control": "no-cache" } },
    { method: "POST", body: "x" },
  ];

  it.each(cases)("sends %s alike", async (_name, [payload, status, headers]) => {
    const byHand = express().all("/", (_req, res) => void res.status(status).set(headers).send(payload));
    const ours = appOf(() => new Response(payload, status, headers));
    for (const request of requests) {
      const [expected, answer] = [await ask(byHand, request), await ask(ours, request)];
      expect([answer.head, answer.body.toString("latin1")]).toEqual([
        expected.head,
        expected.body.toString("latin1"),
      ]);
    }
  });

  it.each<[string, (app: Express) => Express]>([
    ["no ETag", (app) => app.disable("etag")],
    ["a strong ETag", (app) => app.set("etag", "strong")],
    ["an ETag of its own", (app) => app.set("etag", (body: Buffer) => `"own-${body.length}"`)],
    ["no X-Powered-By", (app) => app.disable("x-powered-by")],
  ])("is alike in an app with %s", async (_name, change) => {
    const byHand = change(express()).get("/", (_req, res) => void res.send(Buffer.from("hello")));
    const ours = appOf(() => new Response(Buffer.from("hello")), {}, change(express()));
    expect((await ask(ours)).head).toEqual((await ask(byHand)).head);
  });

  it.each([
    ["bytes", () => Buffer.from("x"), "Content-Type"],
    ["bytes", () => Buffer.from("x"), "content-TYPE"],
    ["a stream", () => Readable.from(["x"]), "content-type"],
  ])("adds no charset to the type of %s, where res.set would", async (_name, payload, name) => {
    const answer = await ask(appOf(() => new Response(payload(), 200, { [name]: "text/csv" })));
    expect(answer.header("Content-Type")).toBe("text/csv");
  });

  it("writes a number as a header", async () => {
    const answer = await ask(appOf(() => new Response(null, 200, { "X-Count": 5 })));
    expect(answer.header("X-Count")).toBe("5");
  });

  it("lets what upstream middleware set stand, and replaces what it names", async () => {
    const app = express().use((_req, res, next) => {
      res.set({ "X-Kept": "up", "X-Replaced": "up" });
      next();
    });
    const answer = await ask(appOf(() => new Response("x", 200, { "x-replaced": "down" }), {}, app));
    expect([answer.header("X-Kept"), answer.header("X-Replaced")]).toEqual(["up", "down"]);
  });
});

describe("JsonResponse, as against res.json() by hand", () => {
  const value = { text: "<é&>", list: [1, null], at: new Date(0), nested: { secret: 1 } };

  it.each<[string, (app: Express) => Express]>([
    ["the defaults", (app) => app],
    ["json spaces", (app) => app.set("json spaces", 2)],
    ["json escape", (app) => app.enable("json escape")],
    [
      "a replacer",
      (app) => app.set("json replacer", (key: string, v: unknown) => (key === "secret" ? 2 : v)),
    ],
    ["a list as replacer", (app) => app.set("json replacer", ["text", "list"])],
    ["a strong ETag", (app) => app.set("etag", "strong")],
    ["no ETag", (app) => app.disable("etag")],
    [
      "all of them",
      (app) => app.set("json spaces", "\t").enable("json escape").set("json replacer", ["text"]),
    ],
  ])("sends the same bytes with %s, but no charset", async (_name, change) => {
    const byHand = change(express()).get("/", (_req, res) => void res.status(201).json(value));
    const ours = appOf(() => new JsonResponse(value, 201), {}, change(express()));
    for (const method of ["GET", "HEAD"]) {
      const [expected, answer] = [await ask(byHand, { method }), await ask(ours, { method })];
      expect(answer.head).toEqual(
        expected.head.map((line) => line.replace("application/json; charset=utf-8", "application/json")),
      );
      expect(answer.body).toEqual(expected.body);
    }
  });

  it("is serialised when it is answered", async () => {
    const body = { count: 1 };
    const app = appOf(() => {
      const response = new JsonResponse(body);
      body.count += 1;
      return response;
    });
    expect((await ask(app)).json()).toEqual({ count: 2 });
  });

  it("has the settings of the app it is mounted in", async () => {
    const inner = appOf(() => new JsonResponse([1]), {}, express().set("json spaces", 1));
    expect((await ask(express().set("json spaces", 4).use(inner))).body.toString()).toBe("[\n 1\n]");
  });

  it.each<[string, () => unknown]>([
    [
      "a cycle",
      () => {
        const cycle: { self?: unknown } = {};
        return (cycle.self = cycle);
      },
    ],
    ["a BigInt", () => ({ big: 1n })],
    ["undefined", () => undefined],
    ["a function", () => () => 1],
    [
      "a toJSON that throws",
      () => ({
        toJSON() {
          throw new Error("secret");
        },
      }),
    ],
  ])("is a whole 500 for %s", async (_name, payload) => {
    const answer = await ask(telling(appOf(() => new JsonResponse(payload(), 200, { "X-A": "1" }))));
    expect([answer.status, answer.complete, answer.header("X-A")]).toEqual([500, true, undefined]);
    expect(answer.json()).toEqual({ told: expect.stringContaining("can't be JSON") });
  });
});

describe("an answer with an ETag", () => {
  const app = appOf(() => new JsonResponse({ a: 1 }));
  const tag = async () => (await ask(app)).header("ETag") ?? "";

  it.each<[string, (tag: string) => Record<string, string>, number]>([
    ["its own", (etag) => ({ "If-None-Match": etag }), 304],
    ["its strong form", (etag) => ({ "If-None-Match": etag.replace("W/", "") }), 304],
    ["a list with its own", (etag) => ({ "If-None-Match": `"x", ${etag} , "y"` }), 304],
    ["any", () => ({ "If-None-Match": "*" }), 304],
    ["another", () => ({ "If-None-Match": '"x"' }), 200],
    ["its own without caches", (etag) => ({ "If-None-Match": etag, "Cache-Control": "no-cache" }), 200],
  ])("compares with %s", async (_name, headers, status) => {
    const etag = await tag();
    const answer = await ask(app, { headers: headers(etag) });
    expect([answer.status, answer.header("ETag"), answer.complete]).toEqual([status, etag, true]);
  });

  it("compares a stream's own", async () => {
    let source: Readable | undefined;
    const streaming = appOf(() => {
      source = Readable.from(["x"]);
      return new Response(source, 200, { ETag: '"own"', "Content-Type": "text/plain", "Content-Length": 1 });
    });
    const answer = await ask(streaming, { headers: { "If-None-Match": '"own"' } });
    expect([answer.status, answer.complete, source?.destroyed]).toEqual([304, true, true]);
    expect([answer.header("Content-Type"), answer.header("Content-Length")]).toEqual([undefined, undefined]);
  });
});

describe("middleware that has replaced a method of res", () => {
  const patches = ["send", "end", "writeHead", "setHeader"] as const;

  it.each(patches.flatMap((patch) => [["bytes", patch] as const, ["a stream", patch] as const]))(
    "sees the answer of %s through res.%s",
    async (kind, patch) => {
      const seen: unknown[] = [];
      const app = express().use((_req, res, next) => {
        const original = res[patch] as (...args: unknown[]) => unknown;
        Object.assign(res, {
          [patch](this: ExpressResponse, ...args: unknown[]) {
            seen.push(args[0]);
            return original.apply(this, args);
          },
        });
        next();
      });
      const payload = () => (kind === "bytes" ? "hello" : Readable.from(["hello"]));
      const answer = await ask(appOf(() => new Response(payload()), {}, app));
      expect(answer.body.toString()).toBe("hello");
      // A stream has no one body that `res.send` could be given.
      expect(seen.length > 0).toBe(kind === "bytes" || patch !== "send");
    },
  );

  it("may change what is sent", async () => {
    const app = express().use((_req, res, next) => {
      const send = res.send.bind(res);
      res.send = (body: unknown) => send(Buffer.concat([body as Buffer, Buffer.from("!")]));
      next();
    });
    expect((await ask(appOf(() => new JsonResponse([1]), {}, app))).body.toString()).toBe("[1]!");
  });
});

describe("a handler's result", () => {
  it.each<[string, unknown, string]>([
    ["undefined", undefined, "undefined"],
    ["null", null, "null"],
    ["a string", "hello", '"hello"'],
    ["an object", { a: 1 }, "an object of class Object"],
    ["an object without a prototype", Object.create(null), "an object of class (none)"],
    ["a number", 200, "200"],
    [
      "the res of another request",
      new ServerResponse(new IncomingMessage(new Socket())),
      "an object of class ServerResponse",
    ],
    [
      "a Response of fetch's",
      new globalThis.Response(),
      "an object of class Response: this is fetch's, not the one to import from colonnade",
    ],
  ])("is a 500 that names the route when it is %s", async (_name, result, named) => {
    const message = `The handler of GET / must return a Response, not ${named}`;
    expect((await ask(telling(appOf(() => result)))).json()).toEqual({ told: message });
    expect((await ask(telling(appOf(async () => result)))).json()).toEqual({ told: message });
  });

  it.each<[string, () => unknown]>([
    ["a Response", () => new Response("x")],
    ["a promise", async () => new Response("x")],
    // oxlint-disable-next-line unicorn/no-thenable -- as query builders are
    ["what is like a promise", () => ({ then: (ok: (r: Response) => void) => ok(new Response("x")) })],
    ["an ErrorResponse", () => new ErrorResponse("x", 200)],
  ])("may be %s", async (_name, result) => {
    expect((await ask(appOf(result))).status).toBe(200);
  });

  it("may be what is like a promise and rejects", async () => {
    // oxlint-disable-next-line unicorn/no-thenable -- as query builders are
    const thenable = { then: (_ok: unknown, no: (error: Error) => void) => no(new Error("no")) };
    expect((await ask(telling(appOf(() => thenable)))).json()).toEqual({ told: "no" });
  });

  it("may be res, once the handler has answered by itself", async () => {
    const errors: unknown[] = [];
    const app = appOf(({ raw }) => raw.res.status(202).send("own"), { onError: (e) => errors.push(e) });
    const answer = await ask(app);
    expect([answer.status, answer.body.toString(), errors]).toEqual([202, "own", []]);
  });

  it("may be res before the handler answers", async () => {
    const app = appOf(({ raw: { res } }) => {
      setImmediate(() => res.send("later"));
      return res;
    });
    expect((await ask(app)).body.toString()).toBe("later");
  });

  it.each<[string, unknown, string]>([
    ["a Response", new Response("second"), "ERR_ALREADY_ANSWERED"],
    ["undefined", undefined, "ERR_RESPONSE_INVALID"],
  ])("is reported when the handler has already answered and returns %s", async (_name, result, code) => {
    const errors: unknown[] = [];
    const app = appOf(
      ({ raw }) => {
        raw.res.send("first");
        return result;
      },
      { onError: (error, request) => errors.push([(error as { code: string }).code, request?.path]) },
    );
    const answer = await ask(app);
    expect([answer.status, answer.body.toString(), answer.complete]).toEqual([200, "first", true]);
    expect(errors).toEqual([[code, "/"]]);
  });

  it("does not end the process when onError itself throws", async () => {
    const logged = jest.spyOn(console, "error").mockImplementation(() => {});
    const failure = new Error("onError failed");
    const app = appOf(
      ({ raw }) => {
        raw.res.send("first");
        return new Response("second");
      },
      {
        onError() {
          throw failure;
        },
      },
    );
    expect((await ask(app)).body.toString()).toBe("first");
    expect(logged.mock.calls).toEqual([[failure]]);
    logged.mockRestore();
  });
});
