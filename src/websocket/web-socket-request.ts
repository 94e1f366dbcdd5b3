import type WebSocket from "ws";
import { Request } from "../http/request";
import type { RequestSource } from "../http/request-source";
import type { Bridge } from "./bridge";
import type { SentBy } from "./message-types";
import { checkMessage } from "./outbox";
import type { Message } from "./outbox";

/** A channel's hold on a socket; not for users of the package. */
export const bridgeOf = Symbol("colonnade.bridge");

let opened = 0;

/** A WebSocket, with the request that asked for it: the same object in every call of its handler. */
export class WebSocketRequest<Pattern extends string = string, Options = unknown> extends Request<
  Pattern,
  Options
> {
  /** Unlike that of every other socket of this process. */
  readonly uid: string = String(++opened);
  /** @internal */
  readonly [bridgeOf]: Bridge;
  readonly #write: ((message: unknown) => Message) | undefined;

  /**
   * @internal
   * @param write - makes what is sent of what `send` is given, where that is not sent as it is.
   */
  constructor(source: RequestSource, bridge: Bridge, write?: (message: unknown) => Message) {
    super(source);
    this[bridgeOf] = bridge;
    this.#write = write;
  }

  /** Whether it is open no more: `send` rejects. */
  get closed(): boolean {
    return !this[bridgeOf].outbox.isOpen;
  }

  /**
   * Why it has closed (RFC 6455, section 7.4), from the call with `Close` on: the peer's code; that of
   * this side where the peer did not answer it; 1006 where the connection broke.
   */
  get closeCode(): number | undefined {
    return this[bridgeOf].closeCode;
  }

  /** What came with the code; "" for nothing. */
  get closeReason(): string {
    return this[bridgeOf].closeReason;
  }

  /** In bytes: what has been sent and not yet been taken by the connection. */
  get bufferedAmount(): number {
    return this.socket.bufferedAmount;
  }

  /** The subprotocol that was chosen; "" for none. */
  get protocol(): string {
    return this.socket.protocol;
  }

  /** The WebSocket of ws itself. */
  get socket(): WebSocket {
    return this[bridgeOf].ws;
  }

  /**
   * Sends a message: a string as text, bytes as binary. Where the route was declared with `sends`, what that
   * allows, as JSON.
   *
   * @returns resolves when the bytes have been handed to the connection, so that who awaits it sends no
   *   faster than the peer takes; rejects with `ERR_SOCKET_CLOSED` once the socket is closed, and with
   *   `ERR_SOCKET_BUFFER_FULL` when more than `maxBuffered` already waits, which closes it with 1013. A
   *   rejection that nobody awaits is no `unhandledRejection`.
   * @throws {ColonnadeError} `ERR_MESSAGE_INVALID` for anything else, at once.
   */
  send(message: SentBy<Options>): Promise<void> {
    const payload = this.#write === undefined ? (message as Message) : this.#write(message);
    checkMessage(payload);
    return this[bridgeOf].outbox.send(payload);
  }

  /**
   * Sends a ping, which the peer answers by itself: with the option `control`, the answer is delivered
   * as `Pong`.
   *
   * @returns resolves, and rejects, as that of {@link send}.
   */
  ping(): Promise<void> {
    return this[bridgeOf].outbox.ping();
  }

  /**
   * Begins to close the socket. What it still receives, and what waits for the handler, is thrown away;
   * `Close` is delivered when the peer has answered, or has had its time. Once closed, it does nothing.
   *
   * @param code - 1000 by default.
   * @param reason - at most 123 bytes in UTF-8.
   * @throws {RangeError} for a code or a reason that can't be sent (RFC 6455, sections 5.5 and 7.4).
   */
  close(code?: number, reason?: string): void {
    this[bridgeOf].close(code, reason);
  }
}
