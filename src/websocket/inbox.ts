import type WebSocket from "ws";
import { isPromise } from "../promise";
import { WebSocketOpCode } from "./op-code";
import { pause, resume } from "./wire";

/** Calls the handler of a socket. */
export type Deliver = (opcode: WebSocketOpCode, payload: string | Buffer) => unknown;

type Item = readonly [opcode: WebSocketOpCode, payload: string | Buffer];

/**
 * Delivers what a socket receives, in order and one call at a time. What comes while the handler is
 * pending waits: the first of it pauses the connection, so that no more than one chunk is held.
 */
export class Inbox {
  /** Whether the connection is paused. */
  paused = false;
  readonly #ws: WebSocket;
  readonly #deliver: Deliver;
  readonly #failed: (error: unknown) => void;
  #pending = false;
  #queue: Item[] | undefined;
  /** How many of the queue have been delivered. */
  #delivered = 0;
  /** Whether only `Close` is still to be delivered. */
  #discarding = false;
  #close: "to come" | "due" | "delivered" = "to come";

  /** @param failed - is told what the handler throws; nothing but `Close` follows. */
  constructor(ws: WebSocket, deliver: Deliver, failed: (error: unknown) => void) {
    this.#ws = ws;
    this.#deliver = deliver;
    this.#failed = failed;
  }

  receive(opcode: WebSocketOpCode, payload: string | Buffer): void {
    if (this.#discarding) return;
    if (!this.#pending) {
      this.#call(opcode, payload);
      return;
    }
    (this.#queue ??= []).push([opcode, payload]);
    if (this.paused) return;
    this.paused = true;
    pause(this.#ws);
  }

  /** Throws away what waits and what still comes; reads on, for the closing handshake. */
  discard(): void {
    this.#discarding = true;
    this.#queue = undefined;
    this.#resume();
  }

  /** Delivers `Close`, behind all that has come. */
  finish(): void {
    this.#close = "due";
    if (!this.#pending) this.#drain();
  }

  #call(opcode: WebSocketOpCode, payload: string | Buffer): void {
    try {
      const result = this.#deliver(opcode, payload);
      if (!isPromise(result)) return;
      this.#pending = true;
      Promise.resolve(result).then(this.#settled, this.#rejected);
    } catch (error) {
      this.#fail(error);
    }
  }

  readonly #settled = (): void => {
    this.#pending = false;
    this.#drain();
  };

  readonly #rejected = (error: unknown): void => {
    this.#fail(error);
    this.#settled();
  };

  #fail(error: unknown): void {
    this.discard();
    this.#failed(error);
  }

  #drain(): void {
    while (this.#queue !== undefined) {
      const item = this.#queue[this.#delivered++];
      if (item === undefined) {
        this.#queue = undefined;
        break;
      }
      this.#call(...item);
      if (this.#pending) return;
    }
    this.#delivered = 0;
    if (this.#close === "to come") {
      this.#resume();
    } else if (this.#close === "due") {
      this.#close = "delivered";
      this.#call(WebSocketOpCode.Close, "");
    }
  }

  #resume(): void {
    if (!this.paused) return;
    this.paused = false;
    resume(this.#ws);
  }
}
