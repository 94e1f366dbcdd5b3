import * as http from "node:http";
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import type { AnyServer } from "./gate";

/** Whether a request asks for a WebSocket, and for nothing else (RFC 6455, section 4.1). */
export function isWebSocketUpgrade({ headers }: IncomingMessage): boolean {
  return headers.upgrade?.toLowerCase() === "websocket";
}

/** Whether a request asks for HTTP/2, which it is not given: it is a plain request (RFC 9110, section 7.8). */
export function isHttp2Upgrade({ headers }: IncomingMessage): boolean {
  return headers.upgrade?.toLowerCase() === "h2c";
}

/** What Node 22.21 and 24.9 asks, before it takes a request for an upgrade. */
interface Asking {
  shouldUpgradeCallback?: (req: IncomingMessage) => boolean;
}

/** Has Node take upgrades for plain requests, where it can, unless `isUpgrade` says otherwise. */
export function onlyUpgrade(server: AnyServer, isUpgrade: (req: IncomingMessage) => boolean): void {
  const asking = server as Asking;
  const given = asking.shouldUpgradeCallback?.bind(server);
  if (given !== undefined) asking.shouldUpgradeCallback = (req) => isUpgrade(req) && given(req);
}

/** What Node calls for each connection that a server is told of, which its types leave out. */
const internals = http as unknown as { _connectionListener(this: AnyServer, socket: Duplex): void };

/** Has Node, where it can't be asked, take an upgrade for a plain request: it is read anew without its `Upgrade`. */
export function replay(server: AnyServer, req: IncomingMessage, socket: Duplex, head: Buffer): void {
  const lines = [`${req.method} ${req.url} HTTP/${req.httpVersion}`];
  for (let at = 0; at < req.rawHeaders.length; at += 2) {
    const [name = "", value = ""] = req.rawHeaders.slice(at, at + 2);
    if (name.toLowerCase() !== "upgrade") lines.push(`${name}: ${value}`);
  }
  // Node reads a head as Latin-1.
  socket.unshift(Buffer.concat([Buffer.from(`${lines.join("\r\n")}\r\n\r\n`, "latin1"), head]));
  // By Node's own listener: others have been told of this connection.
  internals._connectionListener.call(server, socket);
}
