import { gzipSync } from "node:zlib";
import express from "express";
import type { RequestHandler } from "express";
import multer from "multer";
import supertest from "supertest";
import { ColonnadeError, JsonResponse, Router } from "colonnade";
import type { Request } from "colonnade";

const readers = {
  json: (request: Request) => request.json(),
  text: (request: Request) => request.text(),
  bytes: async (request: Request) => (await request.bytes()).toString("latin1"),
  stream: async (request: Request) => Buffer.concat(await request.stream.toArray()).toString("latin1"),
};
type Form = keyof typeof readers;
const forms = Object.keys(readers) as Form[];

async function outcome(reading: () => unknown): Promise<unknown> {
  try {
    return { value: (await reading()) ?? null };
  } catch (error) {
    return error instanceof ColonnadeError ? error.code : String(error);
  }
}

/** An app that answers with what reading gives, after `upstream`. */
function appOf(read: (request: Request) => unknown, ...upstream: RequestHandler[]): express.Express {
  const answer = async (request: Request) => new JsonResponse(await outcome(() => read(request)));
  const router = new Router().registerRoutes([
    ["GET", "/", answer],
    ["POST", "/", answer],
    ["DELETE", "/", answer],
  ]);
  const app = express();
  for (const middleware of upstream) app.use(middleware);
  return app.use(router.router());
}

interface Sent {
  readonly type?: string;
  readonly coding?: string;
  readonly body?: string | Buffer;
  readonly chunked?: boolean;
  readonly method?: "get" | "post" | "delete";
}

/** What each form gives of one request. */
async function read(form: Form, upstream: RequestHandler[], sent: Sent): Promise<unknown> {
  const { type, coding, body, chunked, method = "post" } = sent;
  const test = supertest(appOf(readers[form], ...upstream))[method]("/");
  if (type !== undefined) test.set("Content-Type", type);
  if (coding !== undefined) test.set("Content-Encoding", coding);
  if (chunked) {
    test.set("Transfer-Encoding", "chunked");
    if (body !== undefined) test.write(body);
  } else if (body !== undefined) {
    // superagent encodes what it knows the type of.
    test.serialize((given: unknown) => given as string).send(body as string);
  } else if (method !== "get") {
    test.set("Content-Length", "0");
  }
  const { body: answer } = await test.expect(200);
  return answer;
}

const consumed = "ERR_BODY_CONSUMED";
const json = "application/json";
const octets = "application/octet-stream";
const formed = "application/x-www-form-urlencoded";
const multipart = "multipart/form-data; boundary=x";
const parts = [
  '--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n',
  '--x\r\nContent-Disposition: form-data; name="f"; filename="f.txt"\r\nContent-Type: text/plain\r\n\r\nfile\r\n',
  "--x--\r\n",
].join("");
const latin1 = Buffer.from('"é"', "latin1");

const value = (given: unknown) => ({ value: given });
const only = (given: unknown) => ({ json: value(given), text: consumed, bytes: consumed, stream: consumed });
const lost = { json: consumed, text: consumed, bytes: consumed, stream: consumed };
const all = (given: unknown, text: string, bytes = text, stream: unknown = value(bytes)) => ({
  json: given,
  text: value(text),
  bytes: value(bytes),
  stream,
});

const readByHand: RequestHandler = (req, _res, next) => void req.on("data", () => {}).on("end", next);
const keptByHand: RequestHandler = (req, _res, next) => {
  let text = "";
  req.setEncoding("utf8").on("data", (part: string) => (text += part));
  req.on("end", () => {
    req.body = text;
    next();
  });
};
const lenient = express.json({ strict: false });
const anyText = express.text({ type: () => true });
const anyRaw = express.raw({ type: () => true });
const everyParser = [lenient, express.urlencoded({ extended: true }), express.text(), express.raw()];
const none: RequestHandler[] = [];

describe("Request.json(), text(), bytes() and stream", () => {
  it.each<[fact: string, upstream: RequestHandler[], sent: Sent, expected: Record<Form, unknown>]>([
    // No parser
    ["nothing upstream", none, { type: json, body: '{"a":1}' }, all(value({ a: 1 }), '{"a":1}')],
    ["nothing upstream, in chunks", none, { type: json, body: "[1]", chunked: true }, all(value([1]), "[1]")],
    ["nothing upstream, a GET", none, { method: "get", type: json, body: "[1]" }, all(value([1]), "[1]")],
    [
      "nothing upstream, a DELETE",
      none,
      { method: "delete", type: json, body: "[1]" },
      all(value([1]), "[1]"),
    ],
    ["nothing upstream, null", none, { type: json, body: "null" }, all(value(null), "null")],
    ["nothing upstream, no body", none, { method: "get" }, all("ERR_BODY_EMPTY", "")],
    ["nothing upstream, a length of 0", none, { type: json }, all("ERR_BODY_EMPTY", "")],
    ["nothing upstream, no chunks", none, { type: json, chunked: true }, all("ERR_BODY_EMPTY", "")],
    [
      "nothing upstream, gzip",
      none,
      { type: json, coding: "gzip", body: gzipSync("[1]") },
      all(value([1]), "[1]", "[1]", value(gzipSync("[1]").toString("latin1"))),
    ],
    [
      "nothing upstream, latin1",
      none,
      { type: "text/plain; charset=latin1", body: latin1 },
      all("ERR_UNSUPPORTED_CHARSET", '"é"'),
    ],
    ["nothing upstream, a form", none, { type: formed, body: "a=1" }, all("ERR_BODY_MALFORMED", "a=1")],
    // Parsers that the body does not concern: Express 4 sets req.body to {} nevertheless
    [
      "express.json() that ran for another type",
      [express.json()],
      { type: "text/plain", body: "[1]" },
      all(value([1]), "[1]"),
    ],
    [
      "multer that ran for another type",
      [multer().any()],
      { type: json, body: "[1]" },
      all(value([1]), "[1]"),
    ],
    ["parsers, and no body", everyParser, { method: "get" }, all(value({}), "")],
    [
      "parsers, and no chunks of another type",
      [express.json()],
      { type: "text/x", chunked: true },
      all(value({}), ""),
    ],
    // express.json()
    ["express.json()", [express.json()], { type: json, body: '{"a":1}' }, only({ a: 1 })],
    [
      "express.json(), in chunks",
      [express.json()],
      { type: json, body: '{"a":1}', chunked: true },
      only({ a: 1 }),
    ],
    [
      "express.json(), gzip",
      [express.json()],
      { type: json, coding: "gzip", body: gzipSync("[1]") },
      only([1]),
    ],
    ["express.json(), no chunks", [express.json()], { type: json, chunked: true }, only({})],
    ["express.json(), not strict: false", [lenient], { type: json, body: "false" }, only(false)],
    ["express.json(), not strict: null", [lenient], { type: json, body: "null" }, only(null)],
    ["express.json(), not strict: a number", [lenient], { type: json, body: "0" }, only(0)],
    ["express.json(), not strict: a string", [lenient], { type: json, body: '"[1]"' }, only("[1]")],
    ["express.json(), not strict: an empty string", [lenient], { type: json, body: '""' }, only("")],
    [
      "express.json(), not strict: a string in chunks",
      [lenient],
      { type: json, body: '"[1]"', chunked: true },
      only("[1]"),
    ],
    [
      "express.json() of another type",
      [express.json({ type: "text/plain" })],
      { type: "text/plain", body: "[1]" },
      only([1]),
    ],
    [
      "express.json(), keys of Object.prototype",
      [express.json()],
      { type: json, body: '{"constructor":1,"hasOwnProperty":2}' },
      only({ constructor: 1, hasOwnProperty: 2 }),
    ],
    // The others
    [
      "express.urlencoded()",
      [express.urlencoded({ extended: true })],
      { type: formed, body: "a=1&b[c]=2" },
      only({ a: "1", b: { c: "2" } }),
    ],
    [
      "express.urlencoded(), not extended",
      [express.urlencoded({ extended: false })],
      { type: formed, body: "a=1&a=2" },
      only({ a: ["1", "2"] }),
    ],
    [
      "express.text()",
      [express.text()],
      { type: "text/plain", body: "[1]" },
      all(value([1]), "[1]", "[1]", consumed),
    ],
    [
      "express.text(), no JSON",
      [express.text()],
      { type: "text/plain", body: "[1" },
      all("ERR_BODY_MALFORMED", "[1", "[1", consumed),
    ],
    [
      "express.text(), latin1",
      [express.text()],
      { type: "text/plain; charset=latin1", body: latin1 },
      all(value("é"), '"é"', '"Ã©"', consumed),
    ],
    [
      "express.text() of JSON",
      [anyText],
      { type: json, body: '{"a":1}' },
      all(value({ a: 1 }), '{"a":1}', '{"a":1}', consumed),
    ],
    [
      "express.text() of a JSON string",
      [anyText],
      { type: json, body: '"a"' },
      all(value("a"), '"a"', '"a"', consumed),
    ],
    [
      "express.text(), no chunks",
      [express.text()],
      { type: "text/plain", chunked: true },
      all(value({}), "", "", consumed),
    ],
    [
      "express.raw()",
      [express.raw()],
      { type: octets, body: "[1]" },
      all(value([1]), "[1]", "[1]", consumed),
    ],
    [
      "express.raw() of JSON, gzip",
      [anyRaw],
      { type: json, coding: "gzip", body: gzipSync("[1]") },
      all(value([1]), "[1]", "[1]", consumed),
    ],
    [
      "express.raw(), latin1",
      [anyRaw],
      { type: "text/plain; charset=latin1", body: latin1 },
      all("ERR_UNSUPPORTED_CHARSET", '"é"', '"é"', consumed),
    ],
    ["express.raw(), no chunks", [anyRaw], { type: octets, chunked: true }, all(value({}), "", "", consumed)],
    ["multer, fields and a file", [multer().any()], { type: multipart, body: parts }, only({ a: "1" })],
    // By hand
    ["middleware that kept nothing", [readByHand], { type: json, body: "[1]" }, lost],
    [
      "middleware that kept the text",
      [keptByHand],
      { type: json, body: "[1]" },
      all(value([1]), "[1]", "[1]", consumed),
    ],
  ])("after %s", async (_fact, upstream, sent, expected) => {
    const given: Partial<Record<Form, unknown>> = {};
    for (const form of forms) given[form] = await read(form, upstream, sent);
    expect(given).toEqual(expected);
  });

  it.each(["", "__proto__", "constructor"])("pollutes nothing by a form with the key %j", async (key) => {
    await read("json", [express.urlencoded({ extended: true })], {
      type: formed,
      body: `${key}[polluted]=1`,
    });
    expect({}).not.toHaveProperty("polluted");
  });

  describe("in whatever order, after a parser", () => {
    async function readAll(order: Form[], upstream: RequestHandler, sent: Sent): Promise<unknown[]> {
      const app = appOf(async (request) => {
        const given: unknown[] = [];
        for (const form of order) given.push(await outcome(() => readers[form](request)));
        return given;
      }, upstream);
      const test = supertest(app)
        .post("/")
        .set("Content-Type", sent.type ?? "");
      const { body } = await test.serialize((given: unknown) => given as string).send(sent.body as string);
      return (body as { value: unknown[] }).value;
    }

    it("json() gives the value of express.json() after the others were refused", async () => {
      const order: Form[] = ["bytes", "text", "stream", "json", "json", "bytes"];
      const given = await readAll(order, express.json(), { type: json, body: "[1]" });
      expect(given).toEqual([consumed, consumed, consumed, value([1]), value([1]), consumed]);
    });

    it("text() gives the text of express.text() after bytes()", async () => {
      const order: Form[] = ["bytes", "text", "json", "bytes"];
      const given = await readAll(order, express.text(), {
        type: "text/plain; charset=latin1",
        body: latin1,
      });
      expect(given).toEqual([value('"Ã©"'), value('"é"'), value("é"), value('"Ã©"')]);
    });
  });

  it("read the body once, for all the handlers that a request comes to", async () => {
    const read: unknown[] = [];
    const routerOf = (answer: () => JsonResponse) =>
      new Router().registerRoutes([
        [
          "POST",
          "/",
          async (request) => {
            read.push(await request.text(), await request.json());
            return answer();
          },
        ],
      ]);
    const failing = routerOf(() => {
      throw new Error("try the next one");
    });
    const app = express().use(failing.router());
    app.use(((_error, _req, _res, next) => next()) satisfies express.ErrorRequestHandler);
    app.use(routerOf(() => new JsonResponse("read")).router());
    await supertest(app).post("/").send([1]).expect(200);
    expect(read).toEqual(["[1]", [1], "[1]", [1]]);
    expect(read[3]).toBe(read[1]);
  });

  it("are 413, whatever the handler does, when a small body inflates to more than the limit", async () => {
    const swallow = (request: Request) => request.json().catch(() => {});
    const test = supertest(appOf(swallow)).post("/").set("Content-Encoding", "gzip").type("json");
    const bomb = gzipSync(Buffer.alloc(10_000_000, " "));
    const { body } = await test.serialize((given: unknown) => given as string).send(bomb);
    expect([bomb.length < 10_000, body]).toEqual([
      true,
      { error: expect.stringContaining("5242880 bytes"), code: "ERR_BODY_TOO_LARGE" },
    ]);
  });

  it("heed a parser that the handler itself has called", async () => {
    const upload = multer().single("f");
    const app = appOf(async (request) => {
      const before = await outcome(() => Promise.reject(new Error("none")));
      const { raw } = request;
      await new Promise<void>((resolve, reject) =>
        upload(raw, raw.res, (error) => (error ? reject(error as Error) : resolve())),
      );
      return [before, await request.json(), raw.file?.buffer.toString()];
    });
    const test = supertest(app).post("/").set("Content-Type", multipart).send(parts);
    const { body } = await test.expect(200);
    expect(body).toEqual(value(["Error: none", { a: "1" }, "file"]));
  });

  it("let what they refuse through to the client, when the handler does", async () => {
    const router = new Router().registerRoutes([
      ["POST", "/", async (request) => new JsonResponse(await request.json())],
    ]);
    const test = supertest(express().use(router.router())).post("/").type("json").send('{"secret":hunter2}');
    const { body } = await test.expect(400).expect("Content-Type", "application/json");
    expect(body).toEqual({
      error: "The request body is not valid JSON: at position 10",
      code: "ERR_BODY_MALFORMED",
    });
  });

  it("fail as the app's mistake, by error middleware, where the body is gone", async () => {
    const router = new Router().registerRoutes([
      ["POST", "/", async (request) => new JsonResponse(await request.bytes())],
    ]);
    const passed = jest.fn();
    const app = express().use(express.json(), router.router());
    app.use(((error, _req, res, _next) => {
      passed((error as ColonnadeError).message);
      res.status(500).end();
    }) satisfies express.ErrorRequestHandler);
    await supertest(app).post("/").send({ a: 1 }).expect(500);
    expect(passed.mock.calls).toEqual([
      [
        "The request body can't be read: middleware has parsed it: request.json() returns what it left in req.body",
      ],
    ]);
  });
});
