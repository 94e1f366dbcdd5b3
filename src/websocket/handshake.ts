import { EventEmitter } from "node:events";
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import type WebSocket from "ws";
import { ColonnadeError, quote } from "../errors";
import { token } from "../http/web-socket-options";

/** What express-ws is asked for: one for each of these. */
export interface HandshakeOptions {
  /** In bytes; 0 for no limit. */
  readonly maxPayload: number;
  readonly perMessageDeflate: boolean;
}

/** What express-ws has put on a request. */
interface Accepted extends IncomingMessage {
  ws?: WebSocket;
}

/** The part of express-ws that is used; its own types change those of Express, for everybody. */
type ExpressWs = (app: object, server: object, options: object) => unknown;

/** An express-ws that knows neither the app nor the server: it does the handshakes it is given. */
class Handshaker {
  readonly #server = new EventEmitter();
  #protocol: string | undefined;

  constructor(options: HandshakeOptions) {
    // What express-ws takes for an app: it calls `handle` once it has put the WebSocket on the request.
    const app = { ws: ignore, handle: ignore };
    const handleProtocols = () => this.#protocol ?? false;
    const wsOptions = { ...options, clientTracking: false, handleProtocols };
    loadExpressWs()(app, this.#server, { leaveRouterUntouched: true, wsOptions });
  }

  /** All of it happens within the call. */
  shakeHands(req: IncomingMessage, socket: Duplex, head: Buffer, protocol: string | undefined): void {
    this.#protocol = protocol;
    this.#server.emit("upgrade", req, socket, head);
  }
}

const handshakers = new Map<string, Handshaker>();

/**
 * Has express-ws accept an upgrade, which was checked.
 *
 * @returns undefined where the client has left.
 */
export function shakeHands(
  req: Accepted,
  socket: Duplex,
  head: Buffer,
  options: HandshakeOptions,
  protocol: string | undefined,
): WebSocket | undefined {
  const key = `${options.maxPayload} ${options.perMessageDeflate}`;
  let handshaker = handshakers.get(key);
  if (handshaker === undefined) handshakers.set(key, (handshaker = new Handshaker(options)));
  const { url } = req;
  handshaker.shakeHands(req, socket, head, protocol);
  if (url !== undefined) req.url = url; // express-ws has appended to it, and cut a query at its second `?`
  return req.ws;
}

function loadExpressWs(): ExpressWs {
  return require("express-ws") as ExpressWs;
}

function ignore(): void {}

/** The protocol versions that ws speaks. */
const versions = new Set(["13", "8"]);

/** Why an upgrade is no handshake (RFC 6455, section 4.2.1); undefined where it is one. */
export function findFault(req: IncomingMessage): ColonnadeError | undefined {
  const { method, headers, httpVersion } = req;
  const { "sec-websocket-key": key, "sec-websocket-version": version } = headers;
  if (httpVersion !== "1.1") return fault(`it is of HTTP/${httpVersion}, not 1.1`);
  if (headers.host === undefined) return fault("it has no Host");
  if (method !== "GET") return fault(`its method is ${quote(method)}, not GET`);
  if (headers["transfer-encoding"] !== undefined || (headers["content-length"] ?? "0") !== "0") {
    return fault("it has a body");
  }
  if (!versions.has(version ?? "")) {
    const message = `Sec-WebSocket-Version is ${quote(version)}, not 13`;
    const required = { Upgrade: "websocket", Connection: "Upgrade", "Sec-WebSocket-Version": "13" };
    return new ColonnadeError("ERR_UPGRADE_REQUIRED", message, { headers: required });
  }
  if (key === undefined || !/^[+/\dA-Za-z]{22}==$/.test(key)) {
    return fault(`Sec-WebSocket-Key is ${quote(key)}, not 16 bytes in Base64`);
  }
  const offered = offeredProtocols(req);
  if (new Set(offered).size < offered.length || !offered.every((each) => token.test(each))) {
    return fault(
      `Sec-WebSocket-Protocol is ${quote(headers["sec-websocket-protocol"])}, not a list of distinct tokens`,
    );
  }
  return undefined;
}

/** The subprotocols that a client offers, those it likes best first. */
export function offeredProtocols({ headers }: IncomingMessage): string[] {
  const header = headers["sec-websocket-protocol"];
  return header === undefined ? [] : header.split(",").map((each) => each.trim());
}

function fault(reason: string): ColonnadeError {
  return new ColonnadeError("ERR_HANDSHAKE", `This is no WebSocket handshake: ${reason}`);
}
