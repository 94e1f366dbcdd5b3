import express from "express";
import type { ErrorRequestHandler, Express } from "express";
import { ColonnadeError, Response, Router } from "colonnade";
import type { ErrorCode, RouterOptions } from "colonnade";
import { ask } from "./served";
import type { Ask } from "./served";

function mount(options?: RouterOptions): Express {
  const router = new Router().registerRoutes([
    ["GET", "/x/:id", ({ matches }) => new Response((matches as { id: string }).id)],
    [
      "POST",
      "/json",
      async (request) => new Response(typeof (await request.json())),
      { maxContentLength: 9 },
    ],
    ["POST", "/caught", async (request) => new Response(await request.text().catch(() => "caught"))],
    [
      "GET",
      "/allow",
      () => {
        throw new ColonnadeError("ERR_METHOD_NOT_ALLOWED", "no", { headers: { Allow: "PUT" } });
      },
    ],
    [
      "GET",
      "/mistake",
      () => {
        throw new ColonnadeError("ERR_OPTION", "secret");
      },
    ],
  ]);
  return express().use(router.router(options));
}

const chunked = { "Transfer-Encoding": "chunked" };
const refusals: [name: string, request: Ask, status: number, code: ErrorCode][] = [
  ["a malformed path", { target: "/x/%ZZ" }, 400, "ERR_MALFORMED_PATH"],
  ["an empty body", { method: "POST", target: "/json" }, 400, "ERR_BODY_EMPTY"],
  ["a malformed body", { method: "POST", target: "/json", body: "{" }, 400, "ERR_BODY_MALFORMED"],
  ["a declared length", { method: "POST", target: "/json", body: "0123456789" }, 413, "ERR_BODY_TOO_LARGE"],
  [
    "a length that shows",
    { method: "POST", target: "/json", headers: chunked, raw: "a\r\n0123456789\r\n0\r\n\r\n" },
    413,
    "ERR_BODY_TOO_LARGE",
  ],
  [
    "a charset",
    {
      method: "POST",
      target: "/json",
      body: "{}",
      headers: { "Content-Type": "application/json; charset=latin1" },
    },
    415,
    "ERR_UNSUPPORTED_CHARSET",
  ],
  [
    "a coding",
    { method: "POST", target: "/json", body: "{}", headers: { "Content-Encoding": "lzma" } },
    415,
    "ERR_UNSUPPORTED_ENCODING",
  ],
  ["what the handler throws", { target: "/allow" }, 405, "ERR_METHOD_NOT_ALLOWED"],
];

describe('a refusal, by router({ errors: "json" })', () => {
  it.each(refusals)("is JSON of error and code: %s", async (_name, request, status, code) => {
    for (const options of [undefined, {}, { errors: "json" }] as const) {
      const answer = await ask(mount(options), request);
      expect([answer.status, answer.json()]).toEqual([status, { error: expect.any(String), code }]);
      expect(answer.header("Content-Type")).toBe("application/json");
    }
  });

  it("has the headers of the error", async () => {
    expect((await ask(mount(), { target: "/allow" })).header("Allow")).toBe("PUT");
  });

  it("is not a mistake of the app's, which goes to error middleware", async () => {
    const seen: unknown[] = [];
    const note: ErrorRequestHandler = (error, _req, res, _next) => {
      seen.push(error);
      res.status(500).send("sorry");
    };
    const answer = await ask(mount().use(note), { target: "/mistake" });
    expect([answer.status, answer.body.toString()]).toEqual([500, "sorry"]);
    expect(seen).toEqual([expect.objectContaining({ code: "ERR_OPTION" })]);
  });
});

describe('a refusal, by router({ errors: "next" })', () => {
  it.each(refusals)("is a ColonnadeError for error middleware: %s", async (_name, request, status, code) => {
    const seen: unknown[] = [];
    const note: ErrorRequestHandler = (error, _req, _res, next) => {
      seen.push(error);
      next(error);
    };
    const answer = await ask(mount({ errors: "next" }).use(note), request);
    expect([answer.status, seen]).toEqual([status, [expect.any(ColonnadeError)]]);
    expect(seen).toEqual([expect.objectContaining({ code, status })]);
  });

  it("gives Express's error handler the headers of the error", async () => {
    expect((await ask(mount({ errors: "next" }), { target: "/allow" })).header("Allow")).toBe("PUT");
  });
});
