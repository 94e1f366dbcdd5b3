import { createHmac } from "node:crypto";
import { secret } from "./app";
import { ask, askWithEach, keepOpen, toBytes, toChunks } from "./exchange";
import type { Category } from "./exchange";

const json = "Content-Type: application/json";

/** The cookie that express-session sends for a session's id. */
function cookieOf(id: string): string {
  const signature = createHmac("sha256", secret).update(id).digest("base64").replace(/=+$/, "");
  return `Cookie: connect.sid=${encodeURIComponent(`s:${id}.${signature}`)}`;
}

export const apps: Category[] = [
  {
    name: "sub-apps",
    statuses: [200, 404, 500],
    exchanges: [
      ...["early", "nested", "nested/middle", "nested/center", "nested/middle/inner"].flatMap((mount) => [
        ...[
          "seen?a[b]=1",
          "whisper",
          "on",
          "error",
          "router",
          "render",
          "jsonp?call=f",
          "nowhere",
          "fail",
        ].map((path) => ask(`GET /${mount}/${path}`)),
        ...askWithEach(`GET /${mount}/seen`, [
          "X-Forwarded-For: 203.0.113.7 | X-Forwarded-Proto: https | X-Forwarded-Host: a.b.c.example.net",
          "X-Final: yes | Accept: text/html",
        ]),
        ask(`HEAD /${mount}/seen`),
        ask(`OPTIONS /${mount}/seen`),
        ask(`POST /${mount}/seen`),
        ask(`GET /${mount}/SEEN/`),
      ]),
      ask("GET /early"),
      ask("GET /nested/"),
    ],
  },
  {
    name: "sessions",
    statuses: [200],
    exchanges: [
      ask("GET /session/look"),
      ask("GET /session/count", ["X-Session: ada"]),
      ask("GET /session/count", [cookieOf("ada")]),
      ask("GET /session/look", [cookieOf("ada")]),
      ask("HEAD /session/count", [cookieOf("ada")]),
      ask("GET /session/count", [`${cookieOf("ada")}; other=1`]),
      ask("GET /session/count", ["Cookie: connect.sid=s%3Aada.forged", "X-Session: eve"]),
      ask("GET /session/count", ["Cookie: connect.sid=ada", "X-Session: mallory"]),
      ask("GET /session/again", [cookieOf("ada"), "X-Session: ada-2"]),
      ask("GET /session/look", [cookieOf("ada"), "X-Session: nobody-else"]),
      ask("GET /session/count", [cookieOf("ada-2")]),
      ask("GET /session/end", [cookieOf("ada-2")]),
      ask("GET /session/look", [cookieOf("ada-2"), "X-Session: gone"]),
      {
        name: "a session on one connection",
        writes: [
          keepOpen("GET /session/count", ["X-Session: bob"]),
          keepOpen("GET /session/count", [cookieOf("bob")]),
          toBytes("GET /session/count", [cookieOf("bob")]),
        ],
      },
    ],
  },
  {
    name: "failures",
    statuses: [200, 400, 404, 429, 500, 999],
    exchanges: [
      ...[
        "throw",
        "next/400",
        "next/404",
        "next/500",
        "next/999",
        "headers",
        "text",
        "async",
        "later",
      ].flatMap((path) => [
        ask(`GET /failures/${path}`),
        ask(`GET /failures/${path}`, ["X-Final: yes", "Accept: text/html"]),
        ask(`HEAD /failures/${path}`, ["X-Final: yes"]),
      ]),
      ...["half", "cut", "mended"].flatMap((path) => [
        ask(`GET /failures/${path}`),
        ask(`HEAD /failures/${path}`),
      ]),
      ask("POST /failures/throw", ["X-Final: yes"], "a body that nobody reads"),
      ask("GET /failures/", ["X-Final: yes"]),
    ],
  },
  {
    name: "Resources",
    statuses: [200, 201, 203, 204, 304, 400, 401, 403, 404, 413, 500],
    exchanges: ["api", "open"].flatMap((mount) => [
      ...[
        "things/1",
        "things/a%2Fb",
        "things/%zz",
        "things",
        "files",
        "files/a/b%20c?d=e&d=f",
        "stream",
        "compressed",
      ].map((path) => ask(`GET /${mount}/${path}`)),
      ...["nothing", "raw", "refused", "broken", "nonsense", "guarded", "nowhere"].map((path) =>
        ask(`GET /${mount}/${path}`),
      ),
      ask(`GET /${mount}/guarded`, ["Authorization: Basic YTpi"]),
      ask(`GET /${mount}/compressed`, ["Accept-Encoding: gzip"]),
      ask(`GET /${mount}/things/1`, ["If-None-Match: *"]),
      ask(`HEAD /${mount}/things/1`),
      ask(`HEAD /${mount}/stream`),
      ask(`OPTIONS /${mount}/things/1`),
      ask(`DELETE /${mount}/things/1`),
      ask(`POST /${mount}/things`, [json], '{"name":"Ada"}'),
      ask(`POST /${mount}/things`, [json, "X-Kind: malformed"], "{"),
      ask(`POST /${mount}/things`, [json, "X-Kind: large"], `"${"x".repeat(100)}"`),
      ask(`POST /${mount}/things`, [json, "Transfer-Encoding: chunked"], toChunks(["[1,", "2]"])),
      ask(`POST /${mount}/things`, ["Content-Type: text/plain"], "[]"),
      ask(
        `PUT /${mount}/things/1`,
        ["Transfer-Encoding: chunked"],
        toChunks(["x".repeat(60), "y".repeat(60)]),
      ),
      ask(`PUT /${mount}/things/1`, ["X-Kind: whole"], "bytes \xff"),
    ]),
  },
];
