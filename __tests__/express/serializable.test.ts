import { gzipSync } from "node:zlib";
import express from "express";
import type { ErrorRequestHandler } from "express";
import { Router, Serializable, SerializableResponse, serializable } from "colonnade";
import type { RouteCallback } from "colonnade";
import { appOf, ask, serve } from "./served";

@serializable()
class Position extends Serializable {
  x = 0;
  y: unknown = 0;
}

const bytes = Position.of({ x: 1 }).dumpb();
const respond = () => new SerializableResponse(Position.of({ x: 1 }), 201, { "X-A": "1" });

describe("SerializableResponse, on Express", () => {
  it("is sent as bytes of application/x-serializable", async () => {
    const answer = await ask(appOf(respond));
    expect([answer.status, answer.header("content-type"), answer.header("x-a")]).toEqual([
      201,
      "application/x-serializable",
      "1",
    ]);
    expect(answer.body).toEqual(bytes);
    expect(answer.header("content-length")).toBe(String(bytes.length));
  });

  it("has GET's head for HEAD, and no body", async () => {
    const app = appOf(respond);
    const [get, head] = [await ask(app), await ask(app, { method: "HEAD" })];
    expect([head.status, head.head, head.body.length]).toEqual([201, get.head, 0]);
  });

  it("is 304 where the client has it", async () => {
    const app = appOf(() => new SerializableResponse(new Position()));
    const etag = (await ask(app)).header("etag") ?? "";
    const answer = await ask(app, { headers: { "If-None-Match": etag } });
    expect([etag, answer.status, answer.body.length]).toEqual([expect.stringMatching(/^W?\/?"/), 304, 0]);
  });

  it.each<[string, unknown]>([
    ["a field that can't be written", Object.assign(new Position(), { y: () => 1 })],
    ["an object of no class", { x: 1 }],
    ["nothing", undefined],
  ])("is 500 by the app's error middleware for %s, before anything is sent", async (_name, payload) => {
    const errors: unknown[] = [];
    const onError: ErrorRequestHandler = (error, _req, res, _next) => {
      errors.push(error);
      res.status(500).send("handled");
    };
    const answer = await ask(
      appOf(() => new SerializableResponse(payload, 200, { "X-A": "1" })).use(onError),
    );
    expect(errors).toEqual([expect.objectContaining({ code: "ERR_SERIALIZABLE_VALUE", status: 500 })]);
    expect([answer.status, answer.header("x-a"), answer.body.toString()]).toEqual([
      500,
      undefined,
      "handled",
    ]);
  });
});

describe("Request.message(), on Express", () => {
  const echo: RouteCallback = async (request) => new SerializableResponse(await request.message());
  const type = "application/x-serializable";

  /** Sends bytes, which need not be text. */
  async function post(app: express.Express, body: Buffer, headers: Record<string, string> = {}) {
    const served = await serve(app);
    const answer = await fetch(`http://127.0.0.1:${served.port}/`, { method: "POST", body, headers });
    return { status: answer.status, body: Buffer.from(await answer.arrayBuffer()) };
  }

  it("gives the message, which the answer can hold", async () => {
    expect(await post(appOf(echo), bytes, { "Content-Type": type })).toEqual({ status: 200, body: bytes });
  });

  it("inflates the body", async () => {
    const answer = await post(appOf(echo), gzipSync(bytes), { "Content-Encoding": "gzip" });
    expect(answer).toEqual({ status: 200, body: bytes });
  });

  it("reads what express.raw() has read", async () => {
    const app = appOf(echo, {}, express().use(express.raw({ type })));
    expect(await post(app, bytes, { "Content-Type": type })).toEqual({ status: 200, body: bytes });
  });

  it("is a mistake of the app's behind express.json(), which has left a value", async () => {
    const errors: unknown[] = [];
    const onError: ErrorRequestHandler = (error, _req, res, _next) => {
      errors.push(error);
      res.sendStatus(500);
    };
    const app = appOf(echo, {}, express().use(express.json())).use(onError);
    await post(app, Buffer.from("{}"), { "Content-Type": "application/json" });
    expect(errors).toEqual([expect.objectContaining({ code: "ERR_BODY_CONSUMED" })]);
  });

  it.each<[string, Buffer, string]>([
    ["an empty body", Buffer.alloc(0), "ERR_BODY_EMPTY"],
    ["a body that is cut off", bytes.subarray(0, 5), "ERR_SERIALIZABLE_MALFORMED"],
    ["a body with more behind it", Buffer.concat([bytes, bytes]), "ERR_SERIALIZABLE_MALFORMED"],
  ])("refuses %s with 400", async (_name, body, code) => {
    const answer = await post(appOf(echo), body);
    expect([answer.status, JSON.parse(answer.body.toString())]).toEqual([
      400,
      { error: expect.any(String), code },
    ]);
  });

  it("refuses more than the route's limit with 413", async () => {
    const router = new Router().registerRoutes([["POST", "/", echo, { maxContentLength: 5 }]]);
    expect(await post(express().use(router.router()), bytes)).toMatchObject({ status: 413 });
  });
});
