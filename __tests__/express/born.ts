import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer as createPlainServer, request as sendPlainly } from "node:http";
import type { RequestListener, Server, ServerOptions } from "node:http";
import { createServer as createSecureServer, request as sendSecurely } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import express from "express";
import type { Express, Request, RequestHandler, Response } from "express";
import { createServer } from "colonnade";
import type { CreateServerOptions } from "colonnade";

/** A request and its response as a handler has seen them. */
export interface Pair {
  readonly req: Request;
  readonly res: Response;
}

export type Protocol = "http" | "https";
export const protocols: Protocol[] = ["http", "https"];

const pem = (name: string) => readFileSync(join(__dirname, "../fixtures/tls", name));
const certificate = { key: pem("key.pem"), cert: pem("cert.pem") };

const open = new Set<Server>();
afterEach(async () => {
  for (const server of open) {
    server.closeAllConnections();
    if (server.listening) await once(server.close(), "close");
  }
  open.clear();
});

async function listen(server: Server): Promise<Server> {
  open.add(server);
  await once(server.listen(0, "127.0.0.1"), "listening");
  return server;
}

/** The app behind a server of Colonnade's. */
export function serve(
  app: RequestListener,
  protocol: Protocol = "http",
  options: CreateServerOptions = {},
): Promise<Server> {
  return listen(createServer(app, protocol === "https" ? { ...options, ...certificate } : options));
}

/** The app behind a server of Node's. */
export function servePlainly(
  app: RequestListener,
  protocol: Protocol = "http",
  options: ServerOptions = {},
): Promise<Server> {
  if (protocol === "http") return listen(createPlainServer(options, app));
  return listen(createSecureServer({ ...options, ...certificate }, app));
}

export function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

export interface Answer {
  readonly status: number | undefined;
  readonly body: string;
}

export async function send(
  server: Server,
  path = "/",
  headers: Record<string, string> = {},
): Promise<Answer> {
  const target = { host: "127.0.0.1", port: portOf(server), path, headers, agent: false };
  const secure = "setSecureContext" in server;
  const request = secure ? sendSecurely({ ...target, rejectUnauthorized: false }) : sendPlainly(target);
  return new Promise((resolve, reject) => {
    request.on("error", reject).on("response", (response) => {
      let body = "";
      response.setEncoding("utf8").on("data", (text: string) => (body += text));
      response.on("end", () => resolve({ status: response.statusCode, body })).on("error", reject);
    });
    request.end();
  });
}

const seen: Pair[] = [];

/** A handler that has the request and the response be looked at. */
export const look: RequestHandler = (req, res) => {
  seen.push({ req, res });
  res.send("seen");
};

/** An app whose `/` is looked at. */
export function seenApp(): Express {
  const app = express();
  app.all("/", look);
  return app;
}

/** What {@link look} sees of one request to a server. */
export async function see(server: Server, path = "/", headers: Record<string, string> = {}): Promise<Pair> {
  seen.length = 0;
  const { status, body } = await send(server, path, headers);
  const pair = seen.at(-1);
  if (pair === undefined) throw new Error(`${path} was not looked at: ${status} ${body}`);
  return pair;
}

/** Whether the prototypes are the app's own: themselves, they can't be shown by a test that fails. */
export function areThoseOf(app: Express, req: object, res: object): boolean[] {
  return [Object.getPrototypeOf(req) === app.request, Object.getPrototypeOf(res) === app.response];
}

/** The prototypes of an object, the nearest first. */
export function chainOf(object: object): object[] {
  const above = Object.getPrototypeOf(object) as object | null;
  return above === null ? [] : [above, ...chainOf(above)];
}

/** Gives an object a method that says who has been called; `this` is what it is called on. */
export function extend(object: object, name: string, says = name): void {
  Object.assign(object, {
    [name](this: { app: unknown }) {
      return [says, typeof this.app];
    },
  });
}

/** What a method says that {@link extend} has given; undefined where there is none. */
export function ask(object: object, name: string): unknown {
  return (object as Record<string, (() => unknown) | undefined>)[name]?.();
}
