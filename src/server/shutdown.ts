import type { IncomingMessage, ServerResponse } from "node:http";
import { Server as SecureServer } from "node:https";
import type { Socket } from "node:net";
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
  #closing: Promise<void> | undefined;

  constructor(server: AnyServer) {
    this.#server = server;
    server.on("connection", (socket: Socket) => keep(this.#connections, socket));
    const ready = server instanceof SecureServer ? "secureConnection" : "connection";
    server.on(ready, (socket: Socket) => {
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
  close(timeout: number): Promise<void> {
    return (this.#closing ??= this.#close(timeout));
  }

  async #close(timeout: number): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const response of this.#responses.values()) if (response !== undefined) this.#endBehind(response);
    const firstByte = setTimeout(() => this.#endUnused(), Math.min(firstByteDelay, timeout));
    const deadline = setTimeout(() => this.#connections.forEach((socket) => socket.destroy()), timeout);
    await closed;
    clearTimeout(firstByte);
    clearTimeout(deadline);
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
  }
}

function keep(sockets: Set<Socket>, socket: Socket): void {
  sockets.add(socket);
  socket.once("close", () => sockets.delete(socket));
}
