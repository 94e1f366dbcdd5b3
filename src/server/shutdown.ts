import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { isSecureServer } from "../express/secure-server";
import type { AnyServer } from "../websocket/gate";

/** In milliseconds: how long a connection that has sent nothing yet may still do so. */
const firstByteDelay = 200;

/** Closes a server without cutting short what it answers. Must come before the server listens. */
export class Shutdown {
  readonly #server: AnyServer;
  /** All connections, as TCP has them. */
  readonly #connections = new Set<Socket>();
  /** By connection, as HTTP has them: the response to what was asked for last. */
  readonly #responses = new Map<Socket, ServerResponse | undefined>();
  /** By peer: the connections whose TLS handshake has not ended. */
  readonly #insecure = new Map<string, Socket>();
  #closing: Promise<void> | undefined;

  constructor(server: AnyServer) {
    this.#server = server;
    server.on("connection", (socket: Socket) => {
      this.#connections.add(socket);
      const peer = peerOf(socket);
      socket.once("close", () => {
        this.#connections.delete(socket);
        this.#insecure.delete(peer);
      });
    });
    const isSecure = isSecureServer(server);
    if (isSecure) server.on("connection", (socket: Socket) => this.#insecure.set(peerOf(socket), socket));
    server.on(isSecure ? "secureConnection" : "connection", (socket: Socket) => {
      this.#insecure.delete(peerOf(socket));
      this.#responses.set(socket, undefined);
      socket.once("close", () => this.#responses.delete(socket));
    });
    server.prependListener("request", (req: IncomingMessage, res: ServerResponse) => {
      this.#responses.set(req.socket, res);
      if (this.#closing !== undefined) this.#endBehind(res);
    });
  }

  /**
   * Takes no more connections, answers what has been asked for, closes WebSockets with 1001.
   *
   * @param timeout - in milliseconds: what is left then is destroyed.
   * @returns resolves when no connection is left.
   */
  async close(timeout: number): Promise<void> {
    this.#closing ??= this.#close();
    // Of two calls, the shorter timeout holds.
    const deadline = setTimeout(() => this.#connections.forEach((socket) => socket.destroy()), timeout);
    await this.#closing;
    clearTimeout(deadline);
  }

  async #close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const response of this.#responses.values()) if (response !== undefined) this.#endBehind(response);
    const firstByte = setTimeout(() => this.#endUnused(), firstByteDelay);
    await closed;
    clearTimeout(firstByte);
  }

  /** Has a connection end behind a response, the last one on it. */
  #endBehind(response: ServerResponse): void {
    response.shouldKeepAlive = false; // Node then sends `Connection: close`, and ends the connection
    // With the head out, it has promised the opposite.
    if (response.headersSent) response.once("close", () => this.#server.closeIdleConnections());
  }

  /** Node takes a connection that has never asked for anything for a busy one. */
  #endUnused(): void {
    for (const socket of this.#responses.keys()) if (socket.bytesRead === 0) socket.destroy();
    for (const socket of this.#insecure.values()) socket.destroy();
  }
}

/** What a connection and the TLS on it have in common. */
function peerOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`;
}
