import { createServer } from "node:http";
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { text as readText } from "node:stream/consumers";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { hello, missing, routePath, text } from "../tasks";
import type { App, Kind } from "../tasks";
import { listen } from "./listen";

const compress = promisify(gzip);

export function serve(task: App): Promise<number> {
  return listen(createServer(behind(task.middlewares, listeners[task.kind](task))));
}

const listeners: Readonly<Record<Kind, (task: App) => RequestListener>> = {
  routes: ({ routes }) => routesListener(routes),
  parameter: () => (req, res) => answerJson(res, 200, { id: after("/users/", req) }),
  wildcard: () => (req, res) => answerJson(res, 200, { path: after("/files/", req) }),
  missing: ({ routes }) => routesListener(routes),
  post: () => (req, res) => void answerEcho(req, res),
  text: ({ compressed }) => (compressed ? (_req, res) => void answerCompressed(res) : answerText),
};

function routesListener(count: number): RequestListener {
  const table = new Map<string | undefined, RequestListener>();
  for (let index = 0; index < count; index++) {
    table.set(routePath(index), (_req, res) => answerJson(res, 200, hello));
  }
  return (req, res) => {
    const listener = table.get(req.url);
    if (listener === undefined) answerJson(res, 404, missing);
    else listener(req, res);
  };
}

/** What middleware comes to without a framework: a call. */
function behind(middlewares: number, listener: RequestListener): RequestListener {
  return middlewares === 0 ? listener : behind(middlewares - 1, (req, res) => listener(req, res));
}

function after(prefix: string, { url = "" }: IncomingMessage): string {
  return url.startsWith(prefix) ? decodeURIComponent(url.slice(prefix.length)) : "";
}

function answerJson(res: ServerResponse, status: number, value: unknown): void {
  const body = JSON.stringify(value);
  const headers = { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(body) };
  res.writeHead(status, headers).end(body);
}

function answerText(_req: IncomingMessage, res: ServerResponse): void {
  const headers = { "Content-Type": "text/plain; charset=utf-8", "Content-Length": Buffer.byteLength(text) };
  res.writeHead(200, headers).end(text);
}

async function answerCompressed(res: ServerResponse): Promise<void> {
  const body = await compress(text);
  const headers = { "Content-Encoding": "gzip", "Content-Length": body.length, Vary: "Accept-Encoding" };
  res.writeHead(200, { "Content-Type": "text/plain; charset=utf-8", ...headers }).end(body);
}

async function answerEcho(req: IncomingMessage, res: ServerResponse): Promise<void> {
  answerJson(res, 200, JSON.parse(await readText(req)));
}
