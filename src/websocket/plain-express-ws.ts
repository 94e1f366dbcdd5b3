import type { IncomingMessage } from "node:http";
import type WebSocket from "ws";
import { upgradeOf } from "./upgrade-of";

/** A request as Node's types leave it, without `upgrade`, and as express-ws has it, with its WebSocket. */
interface Upgrading extends IncomingMessage {
  readonly upgrade?: boolean;
  readonly ws?: WebSocket;
}

/** What express-ws appends to the path of a socket before it routes it. */
const suffix = "/.websocket";

/**
 * The WebSocket of a request that came by the app's own express-ws, which accepts a handshake before it
 * asks the app; undefined for every other request.
 */
export function acceptedOf(req: Upgrading): WebSocket | undefined {
  const { ws } = req;
  return ws === undefined || upgradeOf(req) !== undefined ? undefined : ws;
}

/** Whether a request asks for a WebSocket, or has it. */
export function isSocket(req: Upgrading): boolean {
  return req.upgrade === true && (upgradeOf(req) ?? acceptedOf(req)) !== undefined;
}

/** A path as the client sent it, or as the app would see it if the client had: without what express-ws appends. */
export function clientPath(path: string, req: Upgrading): string {
  if (!path.endsWith(suffix) || !req.upgrade || acceptedOf(req) === undefined) return path;
  return path.slice(0, -suffix.length) || "/";
}
