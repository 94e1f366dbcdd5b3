import { once } from "node:events";
import type { IncomingHttpHeaders, IncomingMessage, RequestListener, Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import type { RequestHandler } from "express";
import { WebSocket } from "ws8";
import { Router, WebSocketOpCode, createServer } from "colonnade";
import type { CreateServerOptions, RouteOptions, WebSocketRequest } from "colonnade";
import { Wire } from "../express/wire";

/** What a server answers instead of 101. */
export interface Refusal {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A client, which keeps what comes until it is asked for. */
export class Peer {
  readonly socket: WebSocket;
  readonly closed: Promise<{ code: number; reason: string }>;
  readonly #received: (string | Buffer)[] = [];
  #arrived = () => {};

  constructor(socket: WebSocket) {
    this.socket = socket;
    socket
      .on("error", () => {})
      .on("message", (data: Buffer, isBinary) => {
        this.#received.push(isBinary ? data : data.toString());
        this.#arrived();
      });
    this.closed = new Promise((resolve) => {
      socket.once("close", (code, reason) => {
        resolve({ code, reason: reason.toString() });
        this.#arrived();
      });
    });
  }

  /** The next message; rejects if the socket closes before. */
  async next(): Promise<string | Buffer> {
    for (;;) {
      const first = this.#received.shift();
      if (first !== undefined) return first;
      if (this.socket.readyState === WebSocket.CLOSED) throw new Error("The socket closed");
      await new Promise<void>((resolve) => (this.#arrived = resolve));
    }
  }

  async take(count: number): Promise<(string | Buffer)[]> {
    const taken = [];
    while (taken.length < count) taken.push(await this.next());
    return taken;
  }

  send(data: string | Uint8Array): this {
    this.socket.send(data);
    return this;
  }

  async close(code?: number, reason?: string): Promise<{ code: number; reason: string }> {
    this.socket.close(code, reason);
    return this.closed;
  }
}

/** The sockets of whatever listens on a port. */
export class Sockets {
  readonly port: number;

  constructor(port: number) {
    this.port = port;
  }

  url(path: string): string {
    return `ws://127.0.0.1:${this.port}${path}`;
  }

  /** Not yet open. */
  dial(path: string, options?: WebSocket.ClientOptions, protocols: string[] = []): Peer {
    return new Peer(new WebSocket(this.url(path), protocols, options));
  }

  async connect(path: string, options?: WebSocket.ClientOptions, protocols?: string[]): Promise<Peer> {
    const peer = this.dial(path, options, protocols);
    await new Promise<void>((resolve, reject) => {
      peer.socket.once("open", resolve).once("error", reject);
    });
    return peer;
  }

  /** Rejects when the handshake is accepted. */
  async refusal(path: string, options?: WebSocket.ClientOptions, protocols?: string[]): Promise<Refusal> {
    const { socket } = this.dial(path, options, protocols);
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      socket.once("unexpected-response", (_request, response) => resolve(response));
      socket.once("open", () => reject(new Error("101")));
      socket.once("error", reject);
    });
    let body = "";
    for await (const chunk of answer.setEncoding("utf8")) body += chunk;
    return { status: answer.statusCode ?? 0, headers: answer.headers, body };
  }

  wire(): Wire {
    return new Wire(this.port);
  }
}

/** A server of `createServer`, or of the test's own, on a port of its own. */
export class LiveSockets extends Sockets {
  readonly server: Server;

  constructor(server: Server) {
    super((server.address() as AddressInfo).port);
    this.server = server;
  }

  /** How many connections are open, once there are no more than `count` of them. */
  async connections(count: number): Promise<number> {
    for (;;) {
      const open = await new Promise<number>((resolve, reject) =>
        this.server.getConnections((error, number) => (error ? reject(error) : resolve(number))),
      );
      if (open <= count) return open;
      await wait(10);
    }
  }
}

const servers = new Map<Server, Set<Socket>>();
// What a test that failed has left open would keep Jest from ending.
afterEach(async () => {
  for (const [server, connections] of servers) await shut(server, connections);
  servers.clear();
});

async function shut(server: Server, connections: ReadonlySet<Socket>): Promise<void> {
  if (!server.listening) return;
  const closed = once(server, "close");
  server.close();
  for (const connection of connections) connection.destroy();
  await closed;
}

export async function live(server: Server): Promise<LiveSockets> {
  const connections = new Set<Socket>();
  servers.set(server, connections);
  server.on("connection", (socket: Socket) => {
    if (connections.has(socket)) return;
    connections.add(socket);
    socket.once("close", () => connections.delete(socket));
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  return new LiveSockets(server);
}

export async function serve(app: RequestListener, options?: CreateServerOptions): Promise<LiveSockets> {
  return live(createServer(app, options));
}

/** Closes a server, and lets time pass for its timers alone. */
export function closeAndPass(server: Server, milliseconds: number): void {
  jest.useFakeTimers({ doNotFake: ["nextTick", "queueMicrotask", "setImmediate"] });
  try {
    server.close();
    jest.advanceTimersByTime(milliseconds);
  } finally {
    jest.useRealTimers();
  }
}

/** A promise, and what settles it. */
export function deferred<T = void>() {
  let resolve: (value: T) => void = () => {};
  const promise = new Promise<T>((settle) => (resolve = settle));
  return { promise, resolve };
}

/** Resolves once something is so that no event tells of. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await wait(5);
}

/** One call of a handler. */
export type Call = readonly [opcode: WebSocketOpCode, payload: string | Buffer];

/** Keeps the calls of a handler, and tells when there are so many. */
export class Calls {
  readonly all: Call[] = [];
  #arrived = () => {};

  add(opcode: WebSocketOpCode, payload: string | Buffer): void {
    this.all.push([opcode, payload]);
    this.#arrived();
  }

  async until(found: (calls: readonly Call[]) => boolean): Promise<readonly Call[]> {
    while (!found(this.all)) await new Promise<void>((resolve) => (this.#arrived = resolve));
    return this.all;
  }

  async ended(): Promise<readonly Call[]> {
    return this.until((calls) => calls.some(([opcode]) => opcode === WebSocketOpCode.Close));
  }
}

export type Handler = (
  socket: WebSocketRequest,
  opcode: WebSocketOpCode,
  payload: string | Buffer,
) => unknown;

/** A router of one WebSocket route. */
export function socketRouter(path: string, handler: Handler, options: RouteOptions = {}): RequestHandler {
  return new Router().registerRoutes([["WEBSOCKET", path, handler, options]]).router();
}

/** Sends back what it is sent. */
export const echo: Handler = (socket, opcode, payload) => {
  if (opcode === WebSocketOpCode.Text || opcode === WebSocketOpCode.Binary) void socket.send(payload);
};
