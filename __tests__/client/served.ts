import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { createServer as createSecureServer } from "node:https";
import { createServer as createRawServer } from "node:net";
import type { AddressInfo, Server, Socket } from "node:net";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { ColonnadeError, HTTPClient } from "colonnade";
import type { HTTPClientOptions } from "colonnade";

const servers = new Set<Server>();
const sockets = new Set<Socket>();
const clients = new Set<HTTPClient>();

afterEach(async () => {
  await Promise.all([...clients].map((client) => client.stop()));
  const closed = [...servers].map(async (server) => {
    if (server.listening) await once(server.close(), "close");
  });
  for (const socket of sockets) socket.destroy();
  await Promise.all(closed);
  for (const set of [clients, servers, sockets]) set.clear();
});

/** @returns the port. */
export async function listen(server: Server, host = "127.0.0.1", port = 0): Promise<number> {
  servers.add(server);
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  await once(server.listen(port, host), "listening");
  return (server.address() as AddressInfo).port;
}

/** A server of HTTP. @returns its port. */
export function serve(listener: RequestListener): Promise<number> {
  return listen(createServer(listener));
}

const pem = (name: string) => readFileSync(join(__dirname, "../fixtures/tls", name), "utf8");
/** The certificate of {@link serveSecurely}, which signs itself, for localhost and 127.0.0.1. */
export const cert = pem("cert.pem");

/** A server of HTTPS. @returns its port. */
export function serveSecurely(listener: RequestListener, host?: string): Promise<number> {
  return listen(createSecureServer({ key: pem("key.pem"), cert }, listener), host);
}

/** A server that answers each request with some bytes, whatever they are, and then closes or not. @returns its port. */
export function serveBytes(answer: string | Buffer, then: "end" | "reset" | "stay" = "end"): Promise<number> {
  return listen(
    createRawServer((socket) => {
      socket.on("error", () => {});
      socket.once("data", () => {
        if (then === "end") socket.end(answer);
        else socket.write(answer, () => then === "reset" && socket.resetAndDestroy());
      });
    }),
  );
}

/** A client, which is stopped after the test. */
export function clientOf(
  port: number,
  options?: HTTPClientOptions,
  protocol?: "http" | "https",
  host = "127.0.0.1",
): HTTPClient {
  const client = new HTTPClient([host, port], protocol, options);
  clients.add(client);
  return client;
}

/** A port that nothing listens on. */
export async function closedPort(): Promise<number> {
  const server = createServer();
  const port = await listen(server);
  await once(server.close(), "close");
  return port;
}

/** The message of the `ERR_OPTION` that a call throws. */
export function refusal(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    if (error instanceof ColonnadeError && error.code === "ERR_OPTION") return error.message;
    throw error;
  }
  throw new Error("It was taken");
}

/** What {@link echo} tells of a request. */
export interface Echoed {
  readonly method: string;
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Answers with what it was asked, as JSON. */
export function echo(req: IncomingMessage, res: ServerResponse): void {
  const chunks: Buffer[] = [];
  req.on("data", (chunk: Buffer) => chunks.push(chunk));
  req.on("end", () => {
    const { method, url: target, headers } = req;
    const body = Buffer.concat(chunks).toString("latin1");
    res.setHeader("Content-Type", "application/json");
    res.end(JSON.stringify({ method, target, headers, body }));
  });
}

/** Resolves once something is so that no event tells of. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await wait(5);
}
