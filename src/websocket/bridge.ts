import type WebSocket from "ws";
import { ColonnadeError } from "../errors";
import type { CheckedWebSocketOptions } from "../http/web-socket-options";
import { checkClose, closeCodes, codeOfFailure } from "./close-code";
import { startHeartbeat, stopHeartbeat } from "./heartbeat";
import type { Beating } from "./heartbeat";
import { Inbox } from "./inbox";
import type { Deliver } from "./inbox";
import { WebSocketOpCode } from "./op-code";
import { Outbox } from "./outbox";
import { bytesAccepted, socketOf } from "./wire";

/** How many pongs may wait for a peer. */
const mostPongs = 50;

/**
 * Between a WebSocket of ws and a handler. It bounds what waits on either side, and sees that the
 * handler is told of the end, whatever it is.
 */
export class Bridge implements Beating {
  readonly ws: WebSocket;
  readonly outbox: Outbox;
  /** Undefined until the socket has closed. */
  closeCode: number | undefined;
  closeReason = "";
  readonly #options: CheckedWebSocketOptions;
  readonly #inbox: Inbox;
  readonly #failed: (error: unknown) => void;
  #siblings: Set<Bridge> | undefined;
  /** Called once nothing more can be sent. */
  #leaves: Set<() => void> | undefined;
  /** How many pings have been answered behind what waits for the peer. */
  #pongs = 0;
  /** The code and reason that it was closed with on this side. */
  #own: readonly [code: number, reason: string] | undefined;
  /** How much had been read at the last heartbeat; undefined where the peer could not have been heard since. */
  #bytesRead: number | undefined;
  /** How much of what waited then had been accepted; undefined where nothing waited. */
  #bytesAccepted: number | undefined;

  /** @param failed - is told what the handler throws. */
  constructor(
    ws: WebSocket,
    options: CheckedWebSocketOptions,
    deliver: Deliver,
    failed: (error: unknown) => void,
  ) {
    this.ws = ws;
    this.#options = options;
    this.#failed = failed;
    this.#inbox = new Inbox(ws, deliver, this.#fail);
    this.outbox = new Outbox(ws, options.maxBuffered, () => this.close(closeCodes.tryAgainLater, "Too slow"));
  }

  /**
   * Delivers `Open`, and then what comes.
   *
   * @param siblings - has it for as long as it is open.
   */
  start(siblings?: Set<Bridge>): void {
    const { ws } = this;
    siblings?.add(this);
    this.#siblings = siblings;
    ws.on("message", this.#message);
    ws.on("ping", this.#ping);
    if (this.#options.control) ws.on("pong", this.#pong);
    ws.on("error", this.#error);
    ws.on("close", this.#closed);
    startHeartbeat(this, this.#options.heartbeat);
    this.#inbox.receive(WebSocketOpCode.Open, "");
  }

  /** Calls `leave` once nothing more can be sent. */
  onLeave(leave: () => void): void {
    (this.#leaves ??= new Set()).add(leave);
  }

  offLeave(leave: () => void): void {
    this.#leaves?.delete(leave);
  }

  /**
   * Begins the closing handshake; what comes until its end is thrown away.
   *
   * @throws {RangeError} for a code or reason that no close frame can carry.
   */
  close(code: number = closeCodes.normal, reason = ""): void {
    checkClose(code, reason);
    this.#inbox.discard();
    if (!this.outbox.isOpen) return;
    this.#own = [code, reason];
    this.ws.close(code, reason);
    this.#leave();
  }

  /**
   * Pings the peer. One that has sent nothing since the last time is gone, unless it has been busy: taking what
   * the ping had to wait behind. A peer is not heard while the handler is, and the connection's buffer is full.
   */
  beat(): void {
    const { ws } = this;
    const socket = socketOf(ws);
    const isBusy = this.#bytesAccepted !== undefined && bytesAccepted(ws) !== this.#bytesAccepted;
    if (socket.bytesRead === this.#bytesRead && !isBusy) {
      ws.terminate();
      return;
    }
    if (this.outbox.isOpen) ws.ping();
    const isFull = socket.readableLength >= socket.readableHighWaterMark;
    this.#bytesRead = isFull ? undefined : socket.bytesRead;
    this.#bytesAccepted = ws.bufferedAmount > 0 ? bytesAccepted(ws) : undefined;
  }

  /** ws 8 gives a Buffer and whether it is binary, ws 7 a Buffer or a string. */
  readonly #message = (data: Buffer | string, isBinary = typeof data !== "string"): void => {
    const limit = this.#options.maxContentLength;
    // No string has more than three bytes in UTF-8 for each of its UTF-16 code units.
    if (data.length * 3 > limit && Buffer.byteLength(data) > limit) {
      this.close(closeCodes.tooBig, "The message is too long");
    } else if (isBinary) {
      this.#inbox.receive(WebSocketOpCode.Binary, data);
    } else {
      this.#inbox.receive(WebSocketOpCode.Text, typeof data === "string" ? data : data.toString());
    }
  };

  readonly #ping = (data: Buffer): void => {
    // ws answers each one, read by its peer or not; older releases of it answer any number.
    this.#pongs = this.ws.bufferedAmount === 0 ? 0 : this.#pongs + 1;
    if (this.#pongs > mostPongs) this.ws.terminate();
    else if (this.#options.control) this.#inbox.receive(WebSocketOpCode.Ping, data);
  };

  readonly #pong = (data: Buffer): void => {
    this.#inbox.receive(WebSocketOpCode.Pong, data);
  };

  /** What a peer sends that is no WebSocket frame, and a connection that is reset: `close` follows. */
  readonly #error = (error: Error): void => {
    this.#own ??= [codeOfFailure(error), ""];
  };

  readonly #fail = (error: unknown): void => {
    // To a handler that awaits its `send`, a peer that leaves is no fault: `Close` tells of it.
    if (this.outbox.isOpen || !isClosed(error)) this.#failed(error);
    this.close(closeCodes.internalError);
  };

  readonly #closed = (code: number, reason: Buffer | string): void => {
    const [ownCode, ownReason] = this.#own ?? [code, ""];
    const byPeer = code !== closeCodes.abnormal;
    this.closeCode = byPeer ? code : ownCode;
    this.closeReason = byPeer ? String(reason) : ownReason;
    stopHeartbeat(this, this.#options.heartbeat);
    this.outbox.end();
    this.#siblings?.delete(this);
    this.#leave();
    this.#inbox.finish();
  };

  #leave(): void {
    for (const leave of this.#leaves ?? []) leave();
    this.#leaves = undefined;
  }
}

function isClosed(error: unknown): boolean {
  return error instanceof ColonnadeError && error.code === "ERR_SOCKET_CLOSED";
}
