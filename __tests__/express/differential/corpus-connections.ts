import { ask, keepOpen, toBytes, toChunks } from "./exchange";
import type { Category, Exchange } from "./exchange";

const requests = {
  text: ["GET /answers/text"],
  head: ["HEAD /answers/json"],
  file: ["GET /static/letters.txt", ["Range: bytes=0-4"]],
  late: ["GET /answers/late"],
  post: ["POST /bodies/json", ["Content-Type: application/json"], "[1]"],
  chunks: ["PUT /bodies/echo", ["Transfer-Encoding: chunked"], toChunks(["one", "two"])],
  unread: ["POST /bodies/unread", [], "unread"],
  missing: ["GET /nowhere"],
  error: ["GET /failures/async"],
  early: ["GET /early/seen"],
  nested: ["GET /nested/middle/inner/on"],
  resource: ["GET /api/things/1"],
  refused: ["GET /api/refused"],
  stream: ["GET /api/stream"],
  gzip: ["GET /compressed/long.txt", ["Accept-Encoding: gzip"]],
  view: ["GET /answers/render"],
  none: ["GET /answers/no-content"],
  unchanged: ["GET /facts/all", ['If-None-Match: "v1"']],
} satisfies Record<string, [line: string, headers?: string[], body?: string]>;

type Name = keyof typeof requests;

const series: Name[][] = [
  ["text", "text"],
  ["head", "text"],
  ["file", "head", "file"],
  ["late", "text"],
  ["post", "chunks", "post"],
  ["unread", "post", "unread"],
  ["missing", "error", "missing"],
  ["early", "text", "nested", "early"],
  ["resource", "refused", "stream"],
  ["gzip", "view", "gzip"],
  ["none", "unchanged", "none", "text"],
  ["nested", "resource", "early"],
  ["chunks", "stream", "chunks", "late", "head"],
  Object.keys(requests) as Name[],
];

function bytesOf(names: readonly Name[]): string[] {
  return names.map((name, at) => {
    const [line, headers, body] = requests[name] as [string, string[]?, string?];
    return (at < names.length - 1 ? keepOpen : toBytes)(line, headers, body);
  });
}

const oneByOne = (names: Name[]): Exchange => ({ name: names.join(", then "), writes: bytesOf(names) });
const atOnce = (names: Name[]): Exchange => ({
  name: names.join(" and "),
  writes: [bytesOf(names).join("")],
});

const malformed: [name: string, bytes: string][] = [
  ["no request", "nonsense\r\n\r\n"],
  ["HTTP/0.9", "GET /\r\n\r\n"],
  ["HTTP/2.0", "GET / HTTP/2.0\r\nHost: x\r\n\r\n"],
  ["an unknown method", "BREW /answers/text HTTP/1.1\r\nHost: x\r\n\r\n"],
  ["a method in lower case", "get /answers/text HTTP/1.1\r\nHost: x\r\n\r\n"],
  ["no Host", "GET /answers/text HTTP/1.1\r\nConnection: close\r\n\r\n"],
  ["a space in the target", "GET /answers/text text HTTP/1.1\r\nHost: x\r\n\r\n"],
  ["a header without a colon", "GET /answers/text HTTP/1.1\r\nHost: x\r\nnonsense\r\n\r\n"],
  ["a space before the colon", "GET /answers/text HTTP/1.1\r\nHost : x\r\n\r\n"],
  ["a header with a NUL", "GET /answers/text HTTP/1.1\r\nHost: x\r\nX-Nul: \0\r\n\r\n"],
  ["a length that is none", "POST /bodies/echo HTTP/1.1\r\nHost: x\r\nContent-Length: many\r\n\r\n"],
  [
    "two lengths",
    "POST /bodies/echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
  ],
  ["a length and chunks", toBytes("POST /bodies/echo", ["Content-Length: 3", "Transfer-Encoding: chunked"])],
  ["headers too large", toBytes("GET /answers/text", [`X-Large: ${"x".repeat(17_000)}`])],
  ["a target too large", toBytes(`GET /${"x".repeat(17_000)}`)],
  ["CONNECT", "CONNECT example.com:443 HTTP/1.1\r\nHost: example.com\r\n\r\n"],
  ["nonsense behind a request", `${keepOpen("GET /answers/text")}nonsense\r\n\r\n`],
];

export const connections: Category[] = [
  { name: "keep-alive", statuses: [200, 204, 206, 304, 403, 404, 500], exchanges: series.map(oneByOne) },
  { name: "pipelining", statuses: [200, 204, 206, 304, 403, 404, 500], exchanges: series.map(atOnce) },
  {
    name: "HTTP/1.0 and Connection",
    statuses: [200, 404],
    exchanges: [
      ...[
        "/answers/text",
        "/answers/stream",
        "/static/letters.txt",
        "/early/seen",
        "/api/stream",
        "/nowhere",
      ].flatMap((target) => [
        ask(`GET ${target} HTTP/1.0`),
        ask(`HEAD ${target} HTTP/1.0`, ["Connection: nothing"]),
        ask(`GET ${target}`, ["Connection: Close"]),
      ]),
      { name: "HTTP/1.0 without Host", writes: ["GET /facts/all HTTP/1.0\r\n\r\n"] },
      {
        name: "HTTP/1.0 that is kept alive",
        writes: [
          toBytes("GET /answers/text HTTP/1.0", ["Connection: keep-alive"]),
          toBytes("GET /answers/stream HTTP/1.0", ["Connection: keep-alive"]),
        ],
      },
      { name: "an empty line before the request", writes: [`\r\n${toBytes("GET /answers/text")}`] },
    ],
  },
  {
    name: "upgrades to what nobody serves",
    statuses: [200],
    exchanges: ["h2c", "TLS/1.0"].flatMap((protocol) => {
      const headers = [`Upgrade: ${protocol}`, "Connection: Upgrade, close"];
      return [
        ask("GET /answers/text", headers),
        ask("HEAD /static/letters.txt", headers),
        ask("POST /bodies/json", [...headers, "Content-Type: application/json"], "[1]"),
        ask("GET /nested/middle/on", [`Upgrade: ${protocol}`, "Connection: close"]),
      ];
    }),
  },
  {
    name: "malformed requests",
    statuses: [200, 400, 404, 431],
    exchanges: malformed.map(([name, bytes]) => ({ name, writes: [bytes] })),
  },
];
