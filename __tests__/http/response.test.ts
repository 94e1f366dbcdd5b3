import { once } from "node:events";
import { createReadStream } from "node:fs";
import { Readable } from "node:stream";
import { ReadableStream } from "node:stream/web";
import { setImmediate } from "node:timers/promises";
import { ColonnadeError, ErrorResponse, JsonResponse, Response, SerializableResponse } from "colonnade";
import type { Payload, ResponseHeaders } from "colonnade";

/** The error that a function throws. */
function thrownBy(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  return undefined;
}

const refusal = (message: string | RegExp) =>
  expect.objectContaining({ code: "ERR_RESPONSE_INVALID", message: expect.stringMatching(message) });

describe("new Response(payload, statusCode, headers, compress)", () => {
  it("has defaults for all of them", () => {
    expect({ ...new Response() }).toEqual({ payload: null, statusCode: 200, headers: {}, compress: false });
  });

  it("keeps what it is given", () => {
    const headers = { "X-A": "1" };
    const response = new Response("x", 201, headers, true);
    expect({ ...response }).toEqual({ payload: "x", statusCode: 201, headers, compress: true });
  });

  it.each([200, 204, 302, 404, 599, 999])("takes the status code %s", (statusCode) => {
    expect(new Response(null, statusCode).statusCode).toBe(statusCode);
  });

  it.each<[unknown, string]>([
    [99, "99"],
    [1000, "1000"],
    [NaN, "NaN"],
    [Infinity, "Infinity"],
    [-200, "-200"],
    [0, "0"],
    [200.5, "200.5"],
    [100, "100"],
    [101, "101"],
    [199, "199"],
    ["200", '"200"'],
    [null, "null"],
    [{}, "an object of class Object"],
  ])("refuses the status code %p", (statusCode, named) => {
    expect(thrownBy(() => new Response(null, statusCode as number))).toEqual(
      refusal(`A status code is an integer from 200 to 999, not ${named}$`),
    );
  });

  it.each<[string, ResponseHeaders]>([
    ["a text", { "X-A": "b" }],
    ["a number", { "X-A": 5 }],
    ["a list", { "Set-Cookie": ["a=1", "b=2"] }],
    ["an empty list", { "X-A": [] }],
    ["an empty text", { "X-A": "" }],
    ["Latin-1", { "X-A": "é" }],
    ["a tab", { "X-A": "a\tb" }],
  ])("takes %s as a header", (_name, headers) => {
    expect(new Response(null, 200, headers).headers).toBe(headers);
  });

  it.each<[string, Record<string, unknown>, string]>([
    ["a CR and LF", { "X-A": "a\r\nX-B: c" }, '"X-A" can\'t be sent: "a\\r\\nX-B: c"'],
    ["an LF", { "X-A": "a\nb" }, '"X-A"'],
    ["a CR", { "X-A": "a\rb" }, '"X-A"'],
    ["a NUL", { "X-A": "a\0b" }, '"X-A"'],
    ["a character that is no Latin-1", { "X-A": "€" }, '"X-A" can\'t be sent: "€"'],
    ["an LF in a list", { "Set-Cookie": ["a=1", "b\n=2"] }, '"Set-Cookie" can\'t be sent: an array'],
    ["a name with an LF", { "X-A\nX-B": "c" }, '"X-A\\nX-B"'],
    ["a name with a space", { "X A": "b" }, '"X A"'],
    ["a name with a colon", { "X:A": "b" }, '"X:A"'],
    ["an empty name", { "": "b" }, '""'],
    ["undefined", { "X-A": undefined }, '"X-A" can\'t be sent: undefined'],
    ["null", { "X-A": null }, '"X-A" can\'t be sent: null'],
    ["true", { "X-A": true }, '"X-A" can\'t be sent: true'],
    ["an object", { "X-A": { b: 1 } }, '"X-A" can\'t be sent: an object of class Object'],
    ["null in a list", { "X-A": ["b", null] }, '"X-A"'],
    ["a Content-Length that is no length", { "Content-Length": "abc" }, '"Content-Length"'],
    ["a negative Content-Length", { "content-length": -1 }, '"content-length"'],
    ["Transfer-Encoding, which is Node's", { "Transfer-Encoding": "chunked" }, '"Transfer-Encoding"'],
    ["Trailer, which is Node's", { trailer: "X" }, '"trailer"'],
    ["a list of types", { "content-type": ["text/html", "text/plain"] }, '"content-type"'],
  ])("refuses %s in headers, and names the header", (_name, headers, named) => {
    const error = thrownBy(() => new Response(null, 200, headers as ResponseHeaders));
    expect(error).toEqual(
      expect.objectContaining({ code: "ERR_RESPONSE_INVALID", message: expect.stringContaining(named) }),
    );
    expect(error).toBeInstanceOf(ColonnadeError);
    expect((error as Error).cause).toBeDefined();
  });

  const classes = { Response, JsonResponse, ErrorResponse, SerializableResponse };
  const containers = [new Headers({ a: "b" }), new Map([["a", "b"]])];
  it.each(
    Object.entries(classes).flatMap(([name, Each]) => containers.map((each) => [name, Each, each] as const)),
  )("refuses headers that are no plain object: %s", (_name, Each, headers) => {
    const error = thrownBy(() => new Each(null, 200, headers as unknown as ResponseHeaders));
    expect(error).toEqual(refusal("The headers of a response are a plain object, not an object of class"));
  });

  it.each<[unknown, string]>([
    [null, "null"],
    [5, "5"],
    ["X-A: 1", '"X-A: 1"'],
  ])("refuses %p in place of headers", (headers, named) => {
    const error = thrownBy(() => new Response(null, 200, headers as ResponseHeaders));
    expect(error).toEqual(refusal(`The headers of a response are a plain object, not ${named}$`));
  });

  it("outlives a stream that fails before the response is returned", async () => {
    const source = createReadStream("/no/such/file");
    const response = new Response(source);
    await new Promise<void>((resolve) => source.on("close", () => resolve()));
    expect((response.payload as Readable).errored).toMatchObject({ code: "ENOENT" });
  });

  it("shows no more than the beginning of a long header", () => {
    const error = thrownBy(() => new Response(null, 200, { "X-A": `${"x".repeat(10_000)}\n` })) as Error;
    expect(error.message.length).toBeLessThan(200);
  });

  it("takes payloads of other kinds: they are refused when they are sent", () => {
    expect(new Response({} as unknown as Payload).payload).toEqual({});
  });

  it("closes the stream that it was given when it throws, which nobody else could", async () => {
    const source = Readable.from(["x"]);
    const cancel = jest.fn();
    const web = new ReadableStream({ cancel });
    for (const payload of [source, web]) thrownBy(() => new Response(payload, 99));
    await once(source, "close");
    expect(cancel).toHaveBeenCalledTimes(1);
  });

  it.each<[string, Payload]>([
    ["a Readable", new Readable({ destroy: (_error, done) => done(new Error("destroy")) })],
    [
      "an iterator",
      {
        [Symbol.asyncIterator]: () => ({
          next: async () => ({ done: true, value: undefined }),
          return: () => Promise.reject(new Error("return")),
        }),
      },
    ],
  ])("harms nothing when closing %s fails", async (_name, payload) => {
    expect(thrownBy(() => new Response(payload, 99))).toEqual(refusal("status code"));
    await setImmediate(); // by when Jest would have failed the test for an error that nobody caught
  });

  it("throws its own error though the stream that it was given is locked", () => {
    const web = new ReadableStream();
    web.getReader();
    expect(thrownBy(() => new Response(web, 99))).toEqual(refusal("status code"));
  });
});
