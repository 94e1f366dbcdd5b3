import type { OutgoingHttpHeaders } from "node:http";
import { setTimeout as wait } from "node:timers/promises";
import { brotliCompressSync, constants, deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import type { Dispatcher } from "undici";
import {
  ErrorResponse,
  JsonResponse,
  Response,
  Serializable,
  SerializableResponse,
  serializable,
} from "colonnade";
import type { ClientResponse, HTTPClientOptions } from "colonnade";
import type { Connections } from "../../src/client/connections";
import { Exchange } from "../../src/client/exchange";
import type { Hop } from "../../src/client/hop";
import { checkClientOptions } from "../../src/client/options";
import { noBody } from "../../src/client/request-body";
import { clientOf, serve, serveBytes } from "./served";

@serializable(40_101)
class Score extends Serializable {
  points = 0;
}

/** What a client makes of an answer. */
async function received(
  status: number,
  headers: OutgoingHttpHeaders,
  body: string | Buffer = "",
  options?: HTTPClientOptions,
): Promise<ClientResponse> {
  const port = await serve((_req, res) => res.writeHead(status, headers).end(body));
  return clientOf(port, options).get("/x");
}

/** A request that has been sent, to be told of its answer. */
function begun() {
  const completed: ClientResponse[] = [];
  const dispatched: string[] = [];
  const hop = { method: "GET", origin: "http://x", target: "/", headers: [], body: noBody } as const;
  const dispatch = ({ target }: Hop) => dispatched.push(target);
  const exchange = new Exchange(
    hop,
    { dispatch } as unknown as Connections,
    checkClientOptions({}),
    (response) => completed.push(response),
  );
  const controller = { abort: () => {} } as unknown as Dispatcher.DispatchController;
  exchange.start();
  exchange.onRequestStart(controller);
  return { exchange, controller, completed, dispatched };
}

const json = { "Content-Type": "application/json" };
const text = { "Content-Type": "text/plain; charset=utf-8" };
const binary = { "Content-Type": "application/x-serializable" };

describe("an answer", () => {
  it.each(["application/json", "Application/JSON; charset=utf-8", "application/problem+json"])(
    "of type %s is a JsonResponse",
    async (type) => {
      const response = await received(201, { "Content-Type": type }, '{"a":[1,"é"]}');
      expect(response).toBeInstanceOf(JsonResponse);
      expect(response).not.toBeInstanceOf(ErrorResponse);
      expect([response.statusCode, response.payload]).toEqual([201, { a: [1, "é"] }]);
    },
  );

  it("of JSON may begin with a byte order mark, and be null", async () => {
    const response = await received(200, json, "\ufeffnull");
    expect(response).toBeInstanceOf(JsonResponse);
    expect(response.payload).toBeNull();
  });

  it("keeps what a JSON object names __proto__ as its own", async () => {
    const { payload } = await received(200, json, '{"__proto__":{"admin":true}}');
    expect(Object.keys(payload as object)).toEqual(["__proto__"]);
    expect((payload as { admin?: unknown }).admin).toBeUndefined();
  });

  it.each(["application/x-serializable", "application/X-Serializable; v=1"])(
    "of type %s is a SerializableResponse",
    async (type) => {
      const response = await received(200, { "Content-Type": type }, Score.of({ points: 7 }).dumpb());
      expect(response).toBeInstanceOf(SerializableResponse);
      expect(response.payload).toEqual(Score.of({ points: 7 }));
      expect(response.payload).toBeInstanceOf(Score);
    },
  );

  it.each([[text], [{ "Content-Type": "text/json" }], [{}]])(
    "of any other type is a Response with its bytes: %j",
    async (headers) => {
      const response = await received(200, headers, '{"a":1}');
      expect(response.constructor).toBe(Response);
      expect(response.payload).toEqual(Buffer.from('{"a":1}'));
    },
  );

  it.each([204, 205, 304])("with the status %d has no payload, whatever its type", async (status) => {
    const response = await received(status, json);
    expect([response.constructor, response.payload]).toEqual([Response, null]);
  });

  it("has the headers that came, lists where there were several, and no more", async () => {
    const headers = { "X-One": "1", "Set-Cookie": ["a=1", "b=2"], ETag: '"x"' };
    const port = await serveBytes(
      'HTTP/1.1 200 OK\r\nX-One: 1\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\nETag: "x"\r\n\r\n',
    );
    const response = await clientOf(port).get("/");
    expect({ ...response.headers }).toEqual({
      "x-one": headers["X-One"],
      "set-cookie": headers["Set-Cookie"],
      etag: headers.ETag,
    });
  });

  it("has none of the headers of the connection, nor those that Connection names", async () => {
    const port = await serveBytes(
      "HTTP/1.1 404 No\r\nConnection: close, X-Hop\r\nX-Hop: 1\r\nKeep-Alive: timeout=5\r\nTrailer: X\r\n" +
        "Transfer-Encoding: chunked\r\nX: 1\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
    );
    expect({ ...(await clientOf(port).get("/")).headers }).toEqual({ x: "1" });
  });

  it("with two Content-Types is of the first, and throws nowhere", async () => {
    const port = await serveBytes(
      "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Type: text/html\r\n\r\n{}",
    );
    const response = await clientOf(port).get("/");
    expect([response.constructor, response.payload]).toEqual([JsonResponse, {}]);
    expect(response.headers["content-type"]).toEqual(["application/json", "text/html"]);
  });

  it("with a header __proto__ has it as its own", async () => {
    const port = await serveBytes("HTTP/1.1 200 OK\r\n__proto__: 1\r\nconstructor: 2\r\n\r\n");
    const { headers } = await clientOf(port).get("/");
    expect(Object.entries(headers)).toEqual([
      ["__proto__", "1"],
      ["constructor", "2"],
    ]);
  });

  it("may be preceded by others that are not final", async () => {
    const port = await serveBytes(
      "HTTP/1.1 103 Early\r\nLink: </x>\r\n\r\nHTTP/1.1 200 OK\r\nX: 1\r\n\r\nbody",
    );
    const response = await clientOf(port).get("/");
    expect([response.statusCode, { ...response.headers }]).toEqual([200, { x: "1" }]);
    expect(response.payload).toEqual(Buffer.from("body"));
  });
});

describe("an answer with a status from 400", () => {
  const cases: [string, OutgoingHttpHeaders, string | Buffer, unknown][] = [
    ["a JSON object", json, '{"error":"no","code":1}', { error: "no", code: 1 }],
    ["a JSON list", json, "[1]", [1]],
    ["a JSON string", json, '"no"', { error: "no" }],
    ["JSON that is none", json, "{oops", { error: "{oops" }],
    ["text", text, "nö", { error: "nö" }],
    [
      "text of another charset",
      { "Content-Type": "text/plain; charset=latin1" },
      Buffer.from("nö", "latin1"),
      { error: "nö" },
    ],
    [
      "text of no charset",
      { "Content-Type": "text/plain; charset=no-such" },
      Buffer.from("nö", "latin1"),
      { error: "Not Found" },
    ],
    ["bytes", { "Content-Type": "image/png" }, Buffer.from([0x89, 0xff]), { error: "Not Found" }],
    ["a message", binary, Score.of({ points: 1 }).dumpb(), Score.of({ points: 1 })],
    ["a message that is none", binary, Buffer.from([0xff]), { error: "Not Found" }],
    ["nothing", {}, "", { error: "Not Found" }],
  ];
  it.each(cases)(
    "is an ErrorResponse with what the server says: %s",
    async (_what, headers, body, payload) => {
      const response = await received(404, headers, body);
      expect(response).toBeInstanceOf(ErrorResponse);
      expect([response.statusCode, response.payload]).toEqual([404, payload]);
      expect(response.headers["content-type"]).toEqual(headers["Content-Type"]);
      expect("cause" in response).toBe(false);
      expect((response as ErrorResponse).bytes).toEqual(body.length === 0 ? undefined : Buffer.from(body));
    },
  );

  it("that has no name says its number", async () => {
    expect((await received(799, {})).payload).toEqual({ error: "Status 799" });
  });

  it("keeps its status where its coding is unknown or wrong, and the bytes as they came", async () => {
    for (const coding of ["x-unknown", "gzip"]) {
      const response = await received(500, { ...json, "Content-Encoding": coding }, '{"a":1}');
      expect([response.statusCode, response.payload]).toEqual([500, { a: 1 }]);
      expect(response.headers["content-encoding"]).toBe(coding);
    }
  });
});

describe("an answer that is not what its type says", () => {
  it.each<[string, OutgoingHttpHeaders, string | Buffer, object]>([
    ["JSON cut short", json, '{"a":', { position: 5 }],
    ["JSON behind a byte order mark", json, "\ufeff{]", { position: 2 }],
    ["JSON that is empty", json, "", { position: 0 }],
    ["JSON that is no UTF-8", json, Buffer.from('"ö"', "latin1"), {}],
    [
      "a message cut short",
      binary,
      Score.of({ points: 1 }).dumpb().subarray(0, -1),
      { cause: { code: "ERR_SERIALIZABLE_MALFORMED" } },
    ],
    ["no message", binary, "", { cause: { code: "ERR_SERIALIZABLE_MALFORMED" } }],
  ])("is an ErrorResponse with the cause and the bytes: %s", async (_what, headers, body, cause) => {
    const response = await received(200, headers, body);
    expect(response).toBeInstanceOf(ErrorResponse);
    expect([response.statusCode, response.payload]).toEqual([502, { error: "The answer can't be used" }]);
    expect(response).toMatchObject({
      cause: { name: "ColonnadeError", code: "ERR_CLIENT_RESPONSE", ...cause },
    });
    expect((response as ErrorResponse).bytes).toEqual(Buffer.from(body));
  });

  it("does not quote the body, nor the query, in its cause", async () => {
    const port = await serve((_req, res) => res.writeHead(200, json).end("secret"));
    const response = (await clientOf(port).get("/x", { token: 1 })) as ErrorResponse;
    expect(String(response.cause)).toBe(
      `ColonnadeError: The answer to GET http://127.0.0.1:${port}/x is not valid JSON: at position 0`,
    );
  });
});

describe("an answer with a content coding", () => {
  const body = Buffer.from(JSON.stringify({ a: "x".repeat(1_000) }));
  const codings: [string, (bytes: Buffer) => Buffer][] = [
    ["gzip", gzipSync],
    ["x-gzip", gzipSync],
    ["GZip", gzipSync],
    ["deflate", deflateSync],
    ["deflate", deflateRawSync],
    ["br", brotliCompressSync],
    ["identity", (bytes) => bytes],
    ["deflate, gzip", (bytes) => gzipSync(deflateSync(bytes))],
  ];

  it.each(codings)("is decoded: %s", async (coding, encode) => {
    const headers = { ...json, "Content-Encoding": coding, ETag: '"x"' };
    const response = await received(200, headers, encode(body));
    expect(response).toBeInstanceOf(JsonResponse);
    expect(response.payload).toEqual(JSON.parse(body.toString()));
    expect(Object.keys(response.headers).toSorted()).toEqual(["content-type", "date", "etag"]);
  });

  it("fails where there are more than five", async () => {
    const headers = { ...json, "Content-Encoding": Array(6).fill("identity").join(", ") };
    const response = await received(200, headers, body);
    expect(response).toMatchObject({ statusCode: 502, cause: { code: "ERR_CLIENT_RESPONSE" } });
  });

  it("is decoded where it has a status from 400", async () => {
    const response = await received(500, { ...json, "Content-Encoding": "gzip" }, gzipSync(body));
    expect([response.statusCode, response.payload]).toEqual([500, JSON.parse(body.toString())]);
  });

  it.each([200, 204, 304])("may be empty, with the status %d", async (status) => {
    const response = await received(status, { "Content-Encoding": "gzip" });
    expect([response.statusCode, response.payload]).toEqual([
      status,
      status === 200 ? Buffer.alloc(0) : null,
    ]);
  });

  it.each(codings.slice(0, -2).filter(([coding]) => coding !== "x-gzip"))(
    "fails where it is cut short: %s",
    async (coding, encode) => {
      const cut = encode(body).subarray(0, -1);
      const response = await received(200, { ...json, "Content-Encoding": coding }, cut);
      expect(response).toMatchObject({ statusCode: 502, bytes: cut });
      expect(response).toMatchObject({
        cause: { code: "ERR_CLIENT_RESPONSE", cause: { code: "Z_BUF_ERROR" } },
      });
    },
  );

  it("fails where it is not what it says", async () => {
    const response = await received(200, { ...text, "Content-Encoding": "gzip" }, "no gzip");
    expect(response).toMatchObject({ statusCode: 502, bytes: Buffer.from("no gzip") });
    expect(String((response as ErrorResponse).cause)).toMatch(/is not valid gzip$/);
  });

  it("fails where it is unknown", async () => {
    const response = await received(200, { ...text, "Content-Encoding": "gzip, lzw" }, "x");
    expect(response).toMatchObject({ statusCode: 502, bytes: Buffer.from("x") });
    expect(String((response as ErrorResponse).cause)).toMatch(
      /has the content coding " lzw", which is not supported$/,
    );
  });

  it("stays ended where it is cancelled while it is decoded", async () => {
    const { exchange, controller, completed } = begun();
    exchange.onResponseStart(controller, 200, { "content-encoding": "gzip" });
    exchange.onResponseData(controller, gzipSync(body));
    exchange.onResponseEnd();
    exchange.end(new Error("now"));
    await wait(100);
    expect(completed).toEqual([expect.objectContaining({ statusCode: 502, cause: new Error("now") })]);
  });
});

describe("an answer that leads elsewhere", () => {
  it("is not followed where it is cancelled just then", async () => {
    const { exchange, controller, dispatched } = begun();
    exchange.onResponseStart(controller, 302, { location: "/to" });
    exchange.onResponseEnd();
    exchange.end(new Error("now"));
    await wait(0);
    expect(dispatched).toEqual(["/"]);
  });
});

describe("maxResponseLength", () => {
  const over = { statusCode: 502, cause: { code: "ERR_CLIENT_RESPONSE", limit: 10 } };
  const options = { maxResponseLength: 10 };

  it("is how many bytes a body may have", async () => {
    expect((await received(200, text, "0123456789", options)).payload).toEqual(Buffer.from("0123456789"));
  });

  it("refuses a longer one by its Content-Length, before it has come", async () => {
    const port = await serveBytes("HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n", "stay");
    expect(await clientOf(port, options).get("/")).toMatchObject(over);
  });

  it("refuses a longer one without Content-Length once it is too long", async () => {
    const port = await serveBytes(
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nb\r\n0123456789a\r\n",
      "stay",
    );
    expect(await clientOf(port, options).get("/")).toMatchObject(over);
  });

  it("counts what is decoded", async () => {
    const gzip = { "Content-Encoding": "gzip" };
    const bytes = gzipSync(Buffer.alloc(100));
    expect(bytes.length).toBeLessThan(30);
    const limits = { maxResponseLength: 99 };
    expect(await received(200, gzip, bytes, limits)).toMatchObject({ ...over, cause: { limit: 99 } });
    expect((await received(200, gzip, bytes, { maxResponseLength: 100 })).payload).toEqual(Buffer.alloc(100));
  });

  const quick = { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } };
  it.each<[string, (bytes: Buffer) => Buffer]>([
    ["gzip", gzipSync],
    ["deflate", deflateSync],
    ["br", (bytes) => brotliCompressSync(bytes, quick)],
  ])("stops a %s bomb at the limit", async (coding, encode) => {
    const bomb = encode(Buffer.alloc(20_000_000));
    const before = process.memoryUsage().arrayBuffers;
    let most = 0;
    const timer = setInterval(() => (most = Math.max(most, process.memoryUsage().arrayBuffers - before)), 1);
    const limits = { maxResponseLength: 100_000 };
    const response = await received(200, { "Content-Encoding": coding }, bomb, limits);
    clearInterval(timer);
    expect(response).toMatchObject({ ...over, cause: { limit: 100_000 } });
    expect(most).toBeLessThan(5_000_000);
  });

  it("holds between two codings", async () => {
    const bomb = gzipSync(gzipSync(Buffer.alloc(100_000_000)));
    const headers = { "Content-Encoding": "gzip, gzip" };
    expect(bomb.length).toBeLessThan(1_000);
    const response = await received(200, headers, bomb, { maxResponseLength: 5_000 });
    expect(response).toMatchObject({ ...over, cause: { limit: 5_000 } });
  });

  it("of 0 allows an empty body only", async () => {
    const limits = { maxResponseLength: 0 };
    expect((await received(200, text, "", limits)).statusCode).toBe(200);
    expect((await received(200, text, "x", limits)).statusCode).toBe(502);
  });

  it("may be infinite", async () => {
    const response = await received(200, { "Content-Encoding": "gzip" }, gzipSync("x"), {
      maxResponseLength: Infinity,
    });
    expect(response.payload).toEqual(Buffer.from("x"));
  });
});
