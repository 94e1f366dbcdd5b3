import type { OutgoingMessage } from "node:http";
import type { Socket } from "node:net";
import { ColonnadeError, quote } from "../errors";
import type { AnyServer } from "../websocket/gate";
import { isSecureServer } from "./secure-server";

/** What Node's types leave out of a Socket. */
interface Connection extends Socket {
  /** The response that is being sent. */
  _httpMessage?: OutgoingMessage | null;
  /** How much libuv has been given. */
  _bytesDispatched?: number;
  /** How much of that the kernel has not yet accepted. */
  _handle?: { readonly writeQueueSize?: number } | null;
}

interface Progress {
  readonly accepted: number;
  readonly since: number;
}

/**
 * @returns the timeout in milliseconds: 60,000 by default, 0 for none.
 * @throws {ColonnadeError} `ERR_OPTION`
 */
export function checkSendTimeout(timeout: unknown = 60_000, owner: string): number {
  const isInteger = typeof timeout === "number" && Number.isInteger(timeout);
  if (isInteger && timeout >= 0 && timeout < 2 ** 31) return timeout;
  const message = `${owner}: sendTimeout is a whole number of milliseconds from 0, not ${quote(timeout)}`;
  throw new ColonnadeError("ERR_OPTION", message);
}

/** How often a connection is looked at within the timeout. */
const looks = 4;

/**
 * Ends the connections whose client accepts no byte of an answer for `timeout` milliseconds: Node's own
 * timeouts are for what a client sends.
 */
export function limitSending(server: AnyServer, timeout: number): void {
  const connections = new Map<Connection, Progress | undefined>();
  let timer: NodeJS.Timeout | undefined;
  const look = () => {
    const now = Date.now();
    for (const [socket, before] of connections) {
      const progress = progressOf(socket, before, now);
      if (progress !== undefined && now - progress.since >= timeout) socket.destroy();
      connections.set(socket, progress);
    }
  };
  const add = (socket: Connection) => {
    connections.set(socket, undefined);
    timer ??= setInterval(look, Math.max(timeout / looks, 1)).unref();
    socket.once("close", () => {
      connections.delete(socket);
      if (connections.size > 0) return;
      clearInterval(timer);
      timer = undefined;
    });
  };
  server.on(isSecureServer(server) ? "secureConnection" : "connection", add);
}

/** @returns undefined where nothing waits for the client. */
function progressOf(socket: Connection, before: Progress | undefined, now: number): Progress | undefined {
  const queued = socket._handle?.writeQueueSize ?? 0;
  if (!socket._httpMessage || (socket.writableLength === 0 && queued === 0)) return undefined;
  const accepted = (socket._bytesDispatched ?? 0) - queued;
  return accepted === before?.accepted ? before : { accepted, since: now };
}
