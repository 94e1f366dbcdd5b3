import { EventEmitter, once } from "node:events";
import { get } from "node:http";
import type { IncomingMessage } from "node:http";
import { PassThrough, Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import * as zlib from "node:zlib";
import compression from "compression";
import cors from "cors";
import express from "express";
import type { RequestHandler } from "express";
import { Response } from "colonnade";
import type { Payload, ResponseHeaders } from "colonnade";
import { appOf, ask, serve } from "./served";
import type { Answer } from "./served";

const text = "hello world ".repeat(500);
const payloads: [string, () => Payload][] = [
  ["a string", () => text],
  ["bytes", () => Buffer.from(text)],
  ["a stream", () => Readable.from([text.slice(0, 1_000), text.slice(1_000)])],
];
const inflaters: Record<string, () => NodeJS.ReadWriteStream> = {
  br: () => zlib.createBrotliDecompress(),
  gzip: () => zlib.createGunzip(),
  deflate: () => zlib.createInflate(),
};
const codings = Object.keys(inflaters);

function compressed(payload: () => Payload, headers: ResponseHeaders = {}, app = express(), status = 200) {
  return appOf(() => new Response(payload(), status, headers, true), {}, app);
}

function accepting(coding: string): { headers: Record<string, string> } {
  return { headers: { "Accept-Encoding": coding } };
}

async function inflated(answer: Answer): Promise<string> {
  const inflater = inflaters[answer.header("Content-Encoding") ?? ""]?.();
  return (inflater ? await buffer(inflater.end(answer.body)) : answer.body).toString();
}

function before(...middleware: RequestHandler[]) {
  return express().use(...middleware);
}

describe.each(payloads)("a compressed Response of %s", (kind, payload) => {
  it.each<[string, string | undefined]>([
    ["br, gzip", "br"],
    ["gzip, deflate", "gzip"],
    ["deflate", "deflate"],
    ["gzip;q=0", undefined],
    ["gzip;q=0, *;q=1", "br"],
    ["gzip;q=0.5, br;q=0.1", "gzip"],
    ["identity", undefined],
    ["", undefined],
  ])("to Accept-Encoding: %s is in %s", async (accepted, coding) => {
    const answer = await ask(compressed(payload), accepting(accepted));
    expect([
      answer.status,
      answer.header("Content-Encoding"),
      answer.header("Vary"),
      answer.complete,
    ]).toEqual([200, coding, "Accept-Encoding", true]);
    expect(await inflated(answer)).toBe(text);
    expect(answer.body.length < 1_000).toBe(coding !== undefined);
  });

  it("is as it is for a client that says nothing", async () => {
    const answer = await ask(compressed(payload));
    expect([answer.header("Content-Encoding"), answer.header("Vary")]).toEqual([
      undefined,
      "Accept-Encoding",
    ]);
    expect(answer.body.toString()).toBe(text);
  });

  it("is not negotiated unless it says so", async () => {
    const answer = await ask(
      appOf(() => new Response(payload())),
      accepting("gzip"),
    );
    expect([answer.header("Content-Encoding"), answer.header("Vary")]).toEqual([undefined, undefined]);
  });

  it.each([...codings, "identity"])("has the head of GET for HEAD, in %s", async (coding) => {
    const app = compressed(payload, { ETag: '"x"', "X-A": "1" });
    const [get, head] = [
      await ask(app, accepting(coding)),
      await ask(app, { method: "HEAD", ...accepting(coding) }),
    ];
    expect(head.head).toEqual(get.head.filter((line) => !line.startsWith("Transfer-Encoding")));
    expect(head.complete).toBe(true);
  });

  it("has its type as it would be uncompressed", async () => {
    const types = [undefined, "text/plain", "text/html; charset=latin1", "application/json", "image/svg+xml"];
    for (const type of types) {
      const app = compressed(payload, type === undefined ? {} : { "Content-Type": type });
      const [plain, packed] = [await ask(app), await ask(app, accepting("gzip"))];
      expect(packed.header("Content-Encoding")).toBe("gzip");
      expect(packed.header("Content-Type")).toBe(plain.header("Content-Type"));
    }
  });

  it("has its own length where it has one, whatever the headers say", async () => {
    const app = compressed(payload, { "Content-Length": text.length });
    const answer = await ask(app, accepting("gzip"));
    const length = kind === "a stream" ? undefined : String(answer.body.length);
    expect([answer.header("Content-Length"), answer.complete]).toEqual([length, true]);
    expect(await inflated(answer)).toBe(text);
  });

  it.each([
    ["gzip", '"strong"', 'W/"strong"'],
    ["gzip", 'W/"weak"', 'W/"weak"'],
    ["identity", '"strong"', '"strong"'],
  ])("in %s has its ETag %s as %s", async (coding, etag, sent) => {
    const app = compressed(payload, { ETag: etag });
    expect((await ask(app, accepting(coding))).header("ETag")).toBe(sent);
    const request = { headers: { "Accept-Encoding": coding, "If-None-Match": sent } };
    expect(await ask(app, request)).toMatchObject({ status: 304, complete: true });
  });

  it.each<[string, ResponseHeaders, string]>([
    ["nothing", {}, "Origin, Accept-Encoding"],
    ["its own", { Vary: "Cookie" }, "Cookie, Accept-Encoding"],
    ["the same", { Vary: "accept-encoding" }, "accept-encoding"],
    ["both", { Vary: ["Origin", "Accept-Encoding"] }, "Origin, Accept-Encoding"],
    ["any", { Vary: "*" }, "*"],
  ])("adds to the Vary of cors when it names %s", async (_name, headers, vary) => {
    const app = compressed(payload, headers, before(cors({ origin: "https://a.example" })));
    for (const coding of ["gzip", "identity"]) {
      expect((await ask(app, accepting(coding))).header("Vary")?.replaceAll("|", ", ")).toBe(vary);
    }
  });

  it.each<[string, ResponseHeaders, number]>([
    ["a Content-Encoding", { "Content-Encoding": "x-own" }, 200],
    ["a Content-Encoding in lower case", { "content-encoding": "x-own" }, 200],
    ["a Content-Encoding of identity", { "Content-Encoding": "identity" }, 200],
    ["no-transform", { "Cache-Control": "no-transform" }, 200],
    ["no-transform among others", { "Cache-Control": "public, No-Transform , max-age=5" }, 200],
    ["no-transform in a list", { "cache-control": ["public", "no-transform"] }, 200],
    ["a Content-Range", { "Content-Range": "bytes 0-5999/6000" }, 206],
  ])("is untouched with %s", async (_name, headers, status) => {
    const answer = await ask(compressed(payload, headers, express(), status), accepting("gzip"));
    const { "Content-Encoding": own = (headers as Record<string, string>)["content-encoding"] } = headers;
    expect([answer.header("Content-Encoding"), answer.header("Vary")]).toEqual([own, undefined]);
    expect(answer.body.toString()).toBe(text);
  });

  it.each<[string, Record<string, string>]>([
    ["a Content-Encoding", { "Content-Encoding": "x-own" }],
    ["no-transform", { "Cache-Control": "no-transform" }],
  ])("is untouched where middleware has set %s", async (_name, headers) => {
    const app = before((_req, res, next) => {
      res.set(headers);
      next();
    });
    const answer = await ask(compressed(payload, {}, app), accepting("gzip"));
    expect(answer.body.toString()).toBe(text);
  });

  it.each(["no-transforming", "x-no-transform", "public"])("is compressed with %s", async (directive) => {
    const answer = await ask(compressed(payload, { "Cache-Control": directive }), accepting("gzip"));
    expect(answer.header("Content-Encoding")).toBe("gzip");
  });

  it.each([204, 205, 304])("says nothing of codings with %s, which has no content", async (status) => {
    const answer = await ask(compressed(payload, {}, express(), status), accepting("gzip"));
    expect([answer.header("Content-Encoding"), answer.body.length]).toEqual([undefined, 0]);
  });

  it.each(["br, gzip", "gzip", "identity"])(
    "is compressed once beside compression, for %s",
    async (accepted) => {
      const warned = jest.spyOn(process, "emitWarning");
      const plain = compressed(payload);
      const both = compressed(payload, {}, before(compression({ threshold: 0 })));
      const [expected, answer] = [
        await ask(plain, accepting(accepted)),
        await ask(both, accepting(accepted)),
      ];
      expect(answer.header("Content-Encoding")).toBe(expected.header("Content-Encoding"));
      expect([await inflated(answer), answer.complete]).toEqual([text, true]);
      expect(answer.header("Vary")).toBe("Accept-Encoding");
      expect(warned).not.toHaveBeenCalled();
      warned.mockRestore();
    },
  );
});

describe("a compressed Response", () => {
  it("has an ETag of its own in each coding", async () => {
    const app = compressed(() => text);
    const etags = new Set<string | undefined>();
    for (const coding of [...codings, "identity"]) {
      const etag = (await ask(app, accepting(coding))).header("ETag") ?? "";
      const again = await ask(app, { headers: { "Accept-Encoding": coding, "If-None-Match": etag } });
      expect([again.status, again.header("ETag"), again.header("Vary")]).toEqual([
        304,
        etag,
        "Accept-Encoding",
      ]);
      etags.add(etag);
    }
    expect(etags.size).toBe(codings.length + 1);
  });

  it("may be null, and then has nothing to compress", async () => {
    const answer = await ask(
      compressed(() => null),
      accepting("gzip"),
    );
    expect([answer.header("Content-Encoding"), answer.header("Content-Length")]).toEqual([undefined, "0"]);
  });

  it.each(codings)("passes on each event of a stream before the next one, in %s", async (coding) => {
    let open = () => {};
    const opened = new Promise<void>((resolve) => (open = resolve));
    async function* events() {
      yield "data: 1\n\n";
      await opened;
      yield "data: 2\n\n";
    }
    const served = await serve(compressed(events, { "Content-Type": "text/event-stream" }));
    const request = get({ port: served.port, host: "127.0.0.1", agent: false, ...accepting(coding) });
    const [response] = (await once(request, "response")) as [IncomingMessage];
    const inflater = inflaters[coding]?.() ?? new PassThrough();
    response.pipe(inflater);
    expect(String((await once(inflater, "data"))[0])).toBe("data: 1\n\n");
    open();
    expect(String((await once(inflater, "data"))[0])).toBe("data: 2\n\n");
    await served.close();
  });

  it("harms nothing when its client leaves meanwhile", async () => {
    const left = new EventEmitter();
    const big = Buffer.alloc(5_000_000, text);
    const errors: unknown[] = [];
    const app = appOf((request) => {
      request.signal.addEventListener("abort", () => left.emit("left"));
      return new Response(big, 200, {}, true);
    });
    app.use(((error, _req, _res, next) => {
      errors.push(error);
      next(error);
    }) as express.ErrorRequestHandler);
    const served = await serve(app);
    const socket = served.begin(accepting("br"));
    const gone = once(left, "left");
    await once(socket, "connect");
    socket.end(() => socket.destroy());
    await gone;
    expect((await served.ask(accepting("gzip"))).complete).toBe(true);
    await served.close();
    expect(errors).toEqual([]);
  });

  it("is reported, and the first answer stands, when something else answers meanwhile", async () => {
    const events = new EventEmitter();
    const reported = once(events, "report");
    const app = before((_req, res, next) => {
      next();
      res.status(503).send("late");
    });
    const options = { onError: (error: unknown) => events.emit("report", error) };
    const answer = await ask(
      appOf(() => new Response(text, 200, {}, true), options, app),
      accepting("gzip"),
    );
    expect([answer.status, answer.body.toString(), answer.complete]).toEqual([503, "late", true]);
    expect(await reported).toEqual([expect.objectContaining({ code: "ERR_ALREADY_ANSWERED" })]);
  });
});

describe("a streamed Response beside compression", () => {
  it("waits for the client without piling up listeners", async () => {
    const warned = jest.spyOn(process, "emitWarning");
    const size = 1 << 16;
    async function* pieces() {
      for (let count = 0; count < 100; count++) yield Buffer.alloc(size, Math.random().toString());
    }
    const headers = { "Content-Type": "text/plain" };
    const app = appOf(() => new Response(pieces(), 200, headers), {}, before(compression()));
    const answer = await ask(app, accepting("gzip"));
    expect([answer.header("Content-Encoding"), answer.complete]).toEqual(["gzip", true]);
    expect((await inflated(answer)).length).toBe(100 * size);
    expect(warned).not.toHaveBeenCalled();
    warned.mockRestore();
  });
});
