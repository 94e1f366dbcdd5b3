import { ServerResponse } from "node:http";
import type { IncomingMessage, OutgoingHttpHeaders } from "node:http";
import type { Duplex } from "node:stream";
import type WebSocket from "ws";
import { ColonnadeError } from "../errors";
import { toJson } from "../http/json-response";
import { toErrorResponse } from "../http/answer";
import { presented } from "../http/problem";
import type { ErrorFormat } from "../http/problem";
import type { Bridge } from "./bridge";
import { shakeHands } from "./handshake";
import type { HandshakeOptions } from "./handshake";
import { letEnd } from "./idle";
import { noteUpgrade } from "./upgrade-of";

/** In milliseconds: how long a client has to take the answer that refuses it, once all of it is sent. */
const refusalDelay = 1_000;

const nothing = Buffer.alloc(0);

/** What an upgrade knows of the gate that it came to. */
export interface UpgradeGate {
  /** Whether the server is closing. */
  readonly closing: boolean;
  /** The sockets that are open. */
  readonly bridges: Set<Bridge>;
  /** Called when the upgrade is accepted. */
  release(socket: Duplex): void;
}

/** A websocket upgrade between its coming and its answer: 101, or what the app sends. */
export class Upgrade {
  readonly res: ServerResponse;
  readonly #gate: UpgradeGate;
  readonly #req: IncomingMessage;
  readonly #socket: Duplex;
  readonly #errors: ErrorFormat;
  #head: Buffer;

  constructor(
    req: IncomingMessage,
    socket: Duplex,
    head: Buffer,
    gate: UpgradeGate,
    errors: ErrorFormat = "json",
  ) {
    this.#errors = errors;
    this.#req = req;
    this.#socket = socket;
    this.#head = head;
    this.#gate = gate;
    this.res = new ServerResponse(req);
    this.res.shouldKeepAlive = false;
    // Node's types want a Socket, of which it uses what every Duplex has.
    this.res.assignSocket(socket as never);
    this.res.on("finish", end);
    noteUpgrade(req, this);
  }

  /** Answers with a refusal of Colonnade's own. */
  refuse(error: ColonnadeError): void {
    const { statusCode, headers, payload } = presented(toErrorResponse(error), this.#errors);
    const body = Buffer.from(toJson(payload));
    this.res
      .writeHead(statusCode, { ...headers, "Content-Length": body.length } as OutgoingHttpHeaders)
      .end(body);
  }

  /**
   * Answers 101. What middleware writes into the response afterwards goes nowhere.
   *
   * @param protocol - the subprotocol that was chosen.
   * @returns undefined where the client has left, the server is closing, and the second time.
   */
  accept(options: HandshakeOptions, protocol: string | undefined): WebSocket | undefined {
    const { res } = this;
    if (this.#gate.closing) {
      this.refuse(new ColonnadeError("ERR_SERVER_CLOSING", "The server is closing"));
      return undefined;
    }
    const socket = this.#socket;
    if (socket.destroyed || res.socket !== socket) return undefined;
    res.off("finish", end);
    letEnd(socket);
    this.#gate.release(socket);
    res.detachSocket(socket as never);
    socket.on("close", () => res.emit("close"));
    const head = this.#head;
    this.#head = nothing; // not kept for as long as the socket lives
    return shakeHands(this.#req, socket, head, options, protocol);
  }

  /** The sockets that the server closes when it closes itself. */
  get siblings(): Set<Bridge> {
    return this.#gate.bridges;
  }
}

/** Ends the connection behind a refusal. */
function end(this: ServerResponse): void {
  const { socket } = this;
  if (socket === null) return;
  this.detachSocket(socket);
  this.emit("close");
  socket.end();
  // What is left unread at the end makes of it a reset, by which the client may lose the answer.
  socket.resume();
  const timer = setTimeout(() => socket.destroy(), refusalDelay).unref();
  socket.once("close", () => clearTimeout(timer));
}
