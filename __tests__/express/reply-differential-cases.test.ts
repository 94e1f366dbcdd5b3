import compression from "compression";
import cors from "cors";
import type { Express } from "express";
import session from "express-session";
import helmet from "helmet";
import morgan from "morgan";
import { bytes, expectSame, json, nothing, text, unlessOwn } from "./reply-differential/alike";
import { etagFunctions } from "./reply-differential/case";
import type { Case, Payload, Settings } from "./reply-differential/case";
import type { Outcome } from "./reply-differential/sides";

// The cases that have a name, so that a failure has it too. reply-differential.test.ts has the others.

const payloads: readonly Payload[] = [
  text,
  bytes,
  json,
  nothing,
  ["text", "", 1],
  // Without a tag, Express sends less than 1,000 characters as text.
  ["text", "é", 999],
  ["text", "é", 1_000],
  ["text", "😀", 20_000],
];

const statusOf = ({ bytes }: Outcome) => Number(bytes.split(" ")[1]);

describe("a Response gives the same bytes as by hand", () => {
  it.each([true, false, "weak", "strong", ...Object.keys(etagFunctions)] as Settings["etag"][])(
    "with the setting etag %s",
    async (etag) => {
      const cases = payloads.flatMap((payload) =>
        ["GET", "HEAD"].flatMap((method) => [
          { payload, method },
          { payload, method, sent: unlessOwn },
        ]),
      );
      await expectSame({ settings: { etag }, cases });
    },
  );

  it.each<[string, Partial<Settings>]>([
    ["json spaces as a number", { spaces: 2 }],
    ["json spaces as text", { spaces: "--" }],
    ["json replacer as a function", { replacer: "function" }],
    ["json replacer as a list", { replacer: "list" }],
    ["json escape", { escape: true }],
    ["all of JSON's", { spaces: "\t", replacer: "function", escape: true }],
    ["no x-powered-by", { poweredBy: false }],
  ])("with the setting of %s", async (_name, settings) => {
    const errors = (["ErrorResponse", "thrown ErrorResponse"] as const).flatMap((kind): Payload[] => [
      [kind, "<no>"],
      [kind, { b: 1, a: 2 }],
    ]);
    const cases = [...payloads, ...errors].map((payload) => ({ payload }));
    await expectSame({ settings, cases });
    await expectSame({ settings, cases, nested: true });
  });

  it.each<[string, Partial<Case>, number]>([
    ["a HEAD", { method: "HEAD" }, 200],
    ["a POST", { method: "POST", body: "length", sent: unlessOwn }, 200],
    ["an OPTIONS", { method: "OPTIONS" }, 200],
    ["a 204", { status: 204, headers: [["Content-Type", "a/b"]] }, 204],
    ["a 205", { status: 205 }, 205],
    ["a 206", { status: 206, headers: [["Content-Range", "bytes 0-4/9"]] }, 206],
    ["a 304 of the handler's", { status: 304, headers: [["ETag", '"a"']] }, 304],
    ["a 304 by its tag", { sent: unlessOwn }, 304],
    ["a 304 by its strong tag", { sent: [["If-None-Match", "<strong>"]] }, 304],
    ["a 304 by one of several tags", { sent: [["If-None-Match", '"x", <own> ,"y"']] }, 304],
    ["a 304 by any tag", { sent: [["If-None-Match", "*"]] }, 304],
    ["a 304 to a HEAD", { method: "HEAD", sent: unlessOwn }, 304],
    [
      "a 304 by the tag that is given",
      { headers: [["etag", '"a"']], sent: [["If-None-Match", 'W/"a"']] },
      304,
    ],
    [
      "a 304 by its date",
      {
        headers: [["Last-Modified", "Thu, 01 Jan 1970 00:00:00 GMT"]],
        sent: [["If-Modified-Since", "Tue, 15 Nov 1994 12:45:26 GMT"]],
      },
      304,
    ],
    ["a 304 of a status of one's own", { status: 299, sent: unlessOwn }, 304],
    ["another tag", { sent: [["If-None-Match", '"x"']] }, 200],
    ["no-cache", { sent: [...unlessOwn, ["Cache-Control", "no-cache"]] }, 200],
    ["a failure by its tag", { status: 404, sent: unlessOwn }, 404],
    ["a 999", { status: 999 }, 999],
    ["HTTP/1.0", { version: "1.0" }, 200],
    ["HTTP/1.0 that keeps alive", { version: "1.0", sent: [["Connection", "keep-alive"]] }, 200],
    ["a connection to close", { sent: [["Connection", "close"]] }, 200],
    ["a connection that the handler closes", { headers: [["Connection", "close"]] }, 200],
    ["two at once", { twice: true }, 200],
    ["two at once, later", { twice: true, when: "later" }, 200],
    ["a promise", { when: "promised" }, 200],
    ["a wrong Content-Length", { headers: [["content-length", 3]] }, 200],
    ["latin1 in a header", { headers: [["X-A", "é"]] }, 200],
    ["latin1 in Content-Disposition", { headers: [["Content-Disposition", 'inline; filename="é"']] }, 200],
    [
      "lists",
      {
        headers: [
          ["Set-Cookie", ["a=1", "b=2"]],
          ["X-A", ["1", "2"]],
          ["X-B", []],
        ],
      },
      200,
    ],
    [
      "a header twice",
      {
        headers: [
          ["X-A", "1"],
          ["x-a", "2"],
        ],
      },
      200,
    ],
    ["a status of middleware", { steps: [["status", 404]] }, 200],
    ["a message of middleware", { steps: [["statusMessage", "Fine"]] }, 200],
    ["no Date", { steps: [["no date"]] }, 200],
    ["chunks that middleware asked for", { steps: [["setHeader", "Transfer-Encoding", "chunked"]] }, 200],
    ["a type of middleware", { steps: [["type", "text"]] }, 200],
    ["a tag of middleware", { steps: [["setHeader", "etag", '"m"']], sent: [["If-None-Match", '"m"']] }, 304],
    [
      "headers of middleware",
      {
        steps: [
          ["cookie", "a"],
          ["vary", "Origin"],
          ["set", "x-a", ["1", "2"]],
        ],
      },
      200,
    ],
  ])("to %s", async (_name, given, status) => {
    const same = payloads.map((payload) => ({ payload, ...given }));
    const outcomes = await expectSame({ cases: [given, ...same] });
    expect(outcomes[0] && statusOf(outcomes[0])).toBe(status);
    // Where neither a tag nor a date is computed, text goes another way.
    await expectSame({ settings: { etag: false }, cases: same });
  });

  it.each([
    "text/html",
    "text/html; charset=utf-8",
    "text/html;charset=latin1",
    'text/html; charset="UTF-8"',
    "TEXT/HTML",
    'a/b; charset=x; profile="a;b"',
    "application/json",
    "image/png",
    "text/*",
    "html",
    "",
    "text/html;",
    "text/html; charset",
    " text/plain ",
  ])("of the type %j", async (type) => {
    const names = ["Content-Type", "content-type", "CONTENT-TYPE"];
    const cases = payloads.flatMap((payload) =>
      names.flatMap((name): Partial<Case>[] => [
        { payload, headers: [[name, type]] },
        { payload, steps: [["setHeader", name, type]] },
      ]),
    );
    await expectSame({ cases });
  });

  it.each<[string, (app: Express) => void]>([
    ["compression", (app) => app.use(compression({ threshold: 0 }))],
    [
      "express-session",
      (app) => app.use(session({ secret: "s", genid: () => "id", resave: true, saveUninitialized: true })),
    ],
    ["morgan", (app) => app.use(morgan("combined", { stream: { write() {} } }))],
    ["helmet", (app) => app.use(helmet())],
    ["cors", (app) => app.use(cors())],
  ])("behind %s", async (_name, before) => {
    const encodings = [["Accept-Encoding", "gzip"]] as const;
    const cases = payloads.flatMap((payload) => [
      { payload },
      { payload, sent: [...encodings, ...unlessOwn] },
      { payload, sent: encodings, method: "HEAD" },
      { payload, sent: encodings, status: 204 },
    ]);
    await expectSame({ before, cases });
  });
});
