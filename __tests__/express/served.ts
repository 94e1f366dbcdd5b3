import { once } from "node:events";
import { createServer } from "node:http";
import type { RequestListener } from "node:http";
import { connect } from "node:net";
import type { AddressInfo, Socket } from "node:net";
import express from "express";
import type { Express } from "express";
import { Router } from "colonnade";
import type { RouteCallback, RouterOptions } from "colonnade";

/** An answer as it came over the wire. */
export interface Answer {
  readonly status: number;
  /** The head without its `Date`: status line and header lines, in order. */
  readonly head: readonly string[];
  /** The value of a header; undefined when it was not sent, joined with `|` when it was several times. */
  header(name: string): string | undefined;
  readonly body: Buffer;
  /** Whether the body came as its head promised, and not cut off. */
  readonly complete: boolean;
  json(): unknown;
}

export interface Ask {
  readonly method?: string;
  readonly target?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** What is written behind the head as it is. */
  readonly raw?: string;
}

/** A server on a port of its own. */
export interface Served {
  readonly port: number;
  /** Sends one request over a socket of its own, which the server is asked to close. */
  ask(request?: Ask): Promise<Answer>;
  /** Sends one request, and leaves the rest to the test. */
  begin(request?: Ask): Socket;
  /** Ends all connections, and takes new ones. */
  cut(): void;
  close(): Promise<void>;
}

const open = new Set<Served>();
// What a test that failed has left open would keep Jest from ending.
afterEach(() => Promise.all([...open].map((served) => served.close())));

export async function serve(app: RequestListener): Promise<Served> {
  const server = createServer(app);
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  const begin = (request: Ask = {}) => {
    const socket = connect(port, "127.0.0.1");
    socket.on("error", () => {}).write(toText(request));
    return socket;
  };
  const served: Served = {
    port,
    begin,
    ask: async (request) => parse(await readAll(begin(request)), request?.method),
    cut: () => server.closeAllConnections(),
    close: async () => {
      open.delete(served);
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  open.add(served);
  return served;
}

/** Sends one request to an app that is served for it alone. */
export async function ask(app: RequestListener, request?: Ask): Promise<Answer> {
  const served = await serve(app);
  try {
    return await served.ask(request);
  } finally {
    await served.close();
  }
}

/** An app that answers `GET /`, and `POST /`, by a callback. */
export function appOf(callback: RouteCallback, options?: RouterOptions, settings = express()): Express {
  const router = new Router().registerRoutes([
    ["GET", "/", callback],
    ["POST", "/", callback],
  ]);
  return settings.use(router.router(options));
}

/** Everything until the server closes the connection, cleanly or not. */
export async function readAll(socket: Socket): Promise<Buffer> {
  const chunks: Buffer[] = [];
  socket.on("data", (chunk: Buffer) => chunks.push(chunk));
  if (!socket.closed) await once(socket, "close");
  return Buffer.concat(chunks);
}

export function parse(bytes: Buffer, method = "GET"): Answer {
  const end = bytes.indexOf("\r\n\r\n");
  const lines = bytes.subarray(0, Math.max(end, 0)).toString("latin1").split("\r\n");
  const head = lines.filter((line) => !/^date:/i.test(line));
  const header = (name: string) => {
    const values = head.flatMap((line) => {
      const [key = "", ...value] = line.split(": ");
      return key.toLowerCase() === name.toLowerCase() ? [value.join(": ")] : [];
    });
    return values.length > 0 ? values.join("|") : undefined;
  };
  const status = Number(lines[0]?.split(" ")[1] ?? 0);
  const empty = method === "HEAD" || status === 204 || status === 304;
  const content = toContent(bytes.subarray(end + 4), empty, header);
  const { body } = content;
  return { status, head, header, ...content, json: () => JSON.parse(body.toString()) };
}

function toContent(
  rest: Buffer,
  empty: boolean,
  header: (name: string) => string | undefined,
): { body: Buffer; complete: boolean } {
  if (empty) return { body: rest, complete: rest.length === 0 };
  const length = header("Content-Length");
  if (length !== undefined) return { body: rest, complete: rest.length === Number(length) };
  if (header("Transfer-Encoding") !== "chunked") return { body: rest, complete: false };
  const chunks: Buffer[] = [];
  for (let at = 0; ;) {
    const line = rest.indexOf("\r\n", at);
    const size = line === -1 ? NaN : Number.parseInt(rest.toString("latin1", at, line), 16);
    if (size === 0) return { body: Buffer.concat(chunks), complete: rest.length === line + 4 };
    if (Number.isNaN(size) || line + 2 + size > rest.length) {
      return { body: Buffer.concat(chunks), complete: false };
    }
    chunks.push(rest.subarray(line + 2, line + 2 + size));
    at = line + 2 + size + 2;
  }
}

function toText({ method = "GET", target = "/", headers = {}, body, raw = "" }: Ask): string {
  const length = body === undefined ? {} : { "Content-Length": String(Buffer.byteLength(body)) };
  const all = Object.entries({ Host: "x", Connection: "close", ...length, ...headers });
  const lines = all.map(([name, value]) => `${name}: ${value}`);
  return `${method} ${target} HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n${body ?? raw}`;
}
