import { Readable } from "node:stream";
import { ReadableStream } from "node:stream/web";
import { ColonnadeError, ErrorResponse, Serializable, SerializableEnum, serializable } from "colonnade";
import type { RequestHeaders } from "colonnade";
import { clientOf, closedPort, echo, refusal, serve, until } from "./served";
import type { Echoed } from "./served";

@serializable(40_001)
class Note extends Serializable {
  text = "";
}

@serializable(40_002)
class Side extends SerializableEnum<number> {
  static readonly LEFT = new Side(1);

  // oxlint-disable-next-line no-useless-constructor -- it is public, as a decorated class has to be
  constructor(value: number) {
    super(value);
  }
}

/** What a server sees of a payload. */
async function sent(payload: object | string | null | undefined, headers?: RequestHeaders) {
  const response = await clientOf(await serve(echo)).post("/x", payload, null, headers);
  if (response instanceof ErrorResponse) throw new Error("It failed", { cause: response.cause });
  const { body, headers: received } = response.payload as Echoed;
  return [body, received["content-type"], received["content-length"] ?? received["transfer-encoding"]];
}

async function* pieces(...chunks: (string | Uint8Array)[]) {
  for (const chunk of chunks) yield chunk;
}

const refusalOf = (payload: unknown) => refusal(() => clientOf(1).post("/x?secret=1", payload as object));

describe("a payload", () => {
  it.each<[string, () => string | object | null | undefined, unknown[]]>([
    ["null", () => null, ["", undefined, "0"]],
    ["undefined", () => undefined, ["", undefined, "0"]],
    ["an empty string", () => "", ["", "text/plain; charset=utf-8", "0"]],
    ["a string", () => "é", ["Ã©", "text/plain; charset=utf-8", "2"]],
    ["a Buffer", () => Buffer.from("ab"), ["ab", "application/octet-stream", "2"]],
    [
      "a view",
      () => new Uint8Array(Buffer.from("-ab-")).subarray(1, 3),
      ["ab", "application/octet-stream", "2"],
    ],
    [
      "a DataView",
      () => new DataView(new Uint8Array([97, 98]).buffer, 1),
      ["b", "application/octet-stream", "1"],
    ],
    ["a Readable", () => Readable.from(["a", "b"]), ["ab", "application/octet-stream", "chunked"]],
    [
      "a web stream",
      () => new ReadableStream({ start: (control) => (control.enqueue(Buffer.from("ab")), control.close()) }),
      ["ab", "application/octet-stream", "chunked"],
    ],
    ["an iterable", () => pieces("a", Buffer.from("b")), ["ab", "application/octet-stream", "chunked"]],
    ["a stream without bytes", () => pieces(), ["", "application/octet-stream", "0"]],
    ["a plain object", () => ({ a: [1, null] }), ['{"a":[1,null]}', "application/json", "14"]],
    [
      "one without a prototype",
      () => Object.assign(Object.create(null), { a: 1 }),
      ['{"a":1}', "application/json", "7"],
    ],
    ["a list", () => [1, "é"], ['[1,"Ã©"]', "application/json", "8"]],
    ["what has a toJSON", () => new Date(0), ['"1970-01-01T00:00:00.000Z"', "application/json", "26"]],
    [
      "a message",
      () => Note.of({ text: "hi" }),
      [Note.of({ text: "hi" }).dumpb().toString("latin1"), "application/x-serializable", expect.any(String)],
    ],
    [
      "an enum's member",
      () => Side.LEFT,
      [Serializable.dumpb(Side.LEFT).toString("latin1"), "application/x-serializable", expect.any(String)],
    ],
  ])("is sent by its kind: %s", async (_what, payload, expected) => {
    expect(await sent(payload())).toEqual(expected);
  });

  it("has the Content-Type that the headers say", async () => {
    expect(await sent({ a: 1 }, { "content-TYPE": "application/ld+json" })).toEqual([
      '{"a":1}',
      "application/ld+json",
      "7",
    ]);
  });

  it("has the Content-Length that the headers say of a stream", async () => {
    expect(await sent(pieces("abc"), { "Content-Length": 3 })).toEqual([
      "abc",
      "application/octet-stream",
      "3",
    ]);
  });

  it.each([
    ["shorter", "ab"],
    ["longer", "abcd"],
  ])("that is %s than it says fails", async (_how, text) => {
    const client = clientOf(await serve(echo));
    const response = await client.post("/x", pieces(text), null, { "Content-Length": 3 });
    expect(response).toMatchObject({ statusCode: 502, cause: { name: "RequestContentLengthMismatchError" } });
  });

  const circular: Record<string, unknown> = {};
  circular["self"] = circular;
  it.each<[string, unknown, RegExp]>([
    ["a Map", new Map(), /^The payload of POST \/x is .*, not an object of class Map$/],
    ["a Set", new Set(), /not an object of class Set$/],
    ["an object of a class", new URLSearchParams(), /not an object of class URLSearchParams$/],
    ["an Error", new TypeError("no"), /not an object of class TypeError$/],
    ["a promise", Promise.resolve({}), /not an object of class Promise$/],
    ["FormData", new FormData(), /not an object of class FormData$/],
    ["an ArrayBuffer", new ArrayBuffer(1), /not an object of class ArrayBuffer$/],
    ["a function", function make() {}, /not function make$/],
    ["a number", 5, /not 5$/],
    ["a boolean", true, /not true$/],
    ["a bigint", 5n, /not 5$/],
    ["a symbol", Symbol("x"), /not Symbol\(x\)$/],
    ["a cycle", circular, /^The payload of POST \/x can't be sent: .*circular/],
    ["a bigint in an object", { a: 5n }, /^The payload of POST \/x can't be sent: .*BigInt/],
    ["a toJSON that gives nothing", { toJSON: () => undefined }, /^The payload of POST \/x can't be sent/],
  ])("that is %s is refused at once", (_what, payload, message) => {
    expect(refusalOf(payload)).toMatch(message);
  });

  it("that is a message which can't be written is refused at once", () => {
    const note = Note.of({ text: "x".repeat(2_000_000) });
    expect(() => clientOf(1).post("/x", note)).toThrow(
      expect.objectContaining({ code: "ERR_SERIALIZABLE_VALUE" }),
    );
  });

  it("that is a stream which has ended is refused at once", async () => {
    const ended = Readable.from(["a"]);
    await ended.toArray();
    const failed = new Readable({ read: () => {} });
    failed.on("error", () => {}).destroy(new Error("broken"));
    await until(() => failed.closed);
    for (const stream of [ended, failed])
      expect(refusalOf(stream)).toMatch(/is a stream that has ended before$/);
  });

  it("that is an iterator or a web stream which something else has is refused at once", async () => {
    const client = clientOf(await serve(echo));
    const [generator, web] = [pieces("a"), new ReadableStream()];
    await client.post("/x", generator);
    web.getReader();
    for (const stream of [generator, web])
      expect(refusalOf(stream)).toMatch(/that something else reads, or has read$/);
  });
});

describe("a payload that is a stream", () => {
  const failure = new Error("disk");

  it.each<[string, (error: Error) => Readable | AsyncIterable<string>]>([
    [
      "Readable",
      (error) =>
        new Readable({
          read() {
            this.destroy(error);
          },
        }),
    ],
    [
      "iterable",
      (error) =>
        (async function* () {
          yield "a";
          throw error;
        })(),
    ],
  ])("ends the request where it fails: a %s", async (_kind, make) => {
    const client = clientOf(await serve(echo));
    const response = await client.put("/x", make(failure));
    expect(response).toMatchObject({ statusCode: 502, payload: { error: "No answer came" } });
    expect((response as ErrorResponse).cause).toBe(failure);
  });

  it("may fail while it waits for a connection", async () => {
    const client = clientOf(await serve((_req, res) => void setTimeout(() => res.end(), 50)), {
      connections: 1,
    });
    const first = client.get("/");
    const stream = new Readable({ read: () => {} });
    const second = client.put("/x", stream);
    stream.destroy(failure);
    expect((await first).statusCode).toBe(200);
    expect(((await second) as ErrorResponse).cause).toBe(failure);
  });

  it("ends the request where it gives what is no bytes", async () => {
    const client = clientOf(await serve(echo));
    const response = await client.put("/x", pieces(5 as never));
    expect(response).toMatchObject({ statusCode: 502, cause: { name: "TypeError" } });
  });

  it("is destroyed where the call refuses something else", () => {
    const stream = Readable.from(["a"]);
    expect(() => clientOf(1).put("no path", stream)).toThrow(ColonnadeError);
    expect(stream.destroyed).toBe(true);
  });

  it("is destroyed where no connection comes", async () => {
    const stream = new Readable({ read: () => {} });
    await clientOf(await closedPort()).put("/x", stream);
    expect(stream.destroyed).toBe(true);
  });

  it("is destroyed by cancel(), sent or not", async () => {
    const port = await serve(() => {});
    const client = clientOf(port, { connections: 1 });
    const streams = [1, 2].map(() => new Readable({ read: () => {} }));
    streams[0]?.push("begun");
    const handles = streams.map((stream) => client.put("/x", stream));
    await until(() => streams[0]?.readableLength === 0);
    for (const handle of handles) handle.cancel();
    expect(streams.map(({ destroyed }) => destroyed)).toEqual([true, true]);
  });

  it("ends an iterable's generator", async () => {
    let returned = false;
    const endless = (async function* () {
      try {
        for (;;) {
          yield "more";
          await new Promise((resolve) => setTimeout(resolve, 5));
        }
      } finally {
        returned = true;
      }
    })();
    const response = await clientOf(await serve(() => {}), { timeout: 50 }).put("/x", endless);
    expect(response.statusCode).toBe(504);
    await until(() => returned);
  });

  it("is destroyed where the answer comes before its end, which is the response", async () => {
    const stream = new Readable({ read: () => {} });
    stream.push("begun");
    const port = await serve((_req, res) => void res.writeHead(413).end("too large"));
    const response = await clientOf(port).put("/x", stream);
    expect([response.statusCode, response.payload]).toEqual([413, { error: "too large" }]);
    await until(() => stream.destroyed);
  });
});
