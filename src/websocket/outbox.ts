import { types } from "node:util";
import type WebSocket from "ws";
import { ColonnadeError, quote } from "../errors";
import { socketOf } from "./wire";

/** What a socket can be sent. */
export type Message = string | Uint8Array;

interface Waiter {
  /** How many frames must have been handed over before it resolves. */
  readonly count: number;
  readonly resolve: () => void;
  readonly reject: (reason: Error) => void;
}

/** In bytes: what a frame that waits takes besides its own, by a careful guess. */
const frameOverhead = 64;

/** How many that have been told are kept in front of those that wait, before all of them are moved. */
const mostTold = 1_024;

/** Most frames are handed over before `send` returns: they need no promise of their own. */
const handedOver = Promise.resolve();

/** `WebSocket.OPEN`, without loading ws. */
const open = 1;

/** Sends frames, and tells when they have been handed to the connection; ws does so in order. */
export class Outbox {
  readonly #ws: WebSocket;
  readonly #maxBuffered: number;
  readonly #overflow: () => void;
  #waiters: Waiter[] | undefined;
  /** How many of them have been told. */
  #told = 0;
  #sent = 0;
  #done = 0;

  /** @param overflow - called when a frame is not sent, for more than `maxBuffered` bytes wait. */
  constructor(ws: WebSocket, maxBuffered: number, overflow: () => void) {
    this.#ws = ws;
    this.#maxBuffered = maxBuffered;
    this.#overflow = overflow;
  }

  get isOpen(): boolean {
    return this.#ws.readyState === open;
  }

  send(message: Message): Promise<void> {
    const refusal = this.#refuse();
    if (refusal !== undefined) return quiet(Promise.reject(refusal));
    this.#sent += 1;
    this.#ws.send(message, this.#frameDone);
    return this.#handOver();
  }

  ping(): Promise<void> {
    const refusal = this.#refuse();
    if (refusal !== undefined) return quiet(Promise.reject(refusal));
    this.#sent += 1;
    this.#ws.ping(undefined, undefined, this.#frameDone);
    return this.#handOver();
  }

  /** Sends what others are sent as well, and tells nobody. */
  post(data: Uint8Array, binary: boolean): void {
    if (this.#refuse() !== undefined) return;
    this.#sent += 1;
    this.#ws.send(data, { binary }, this.#frameDone);
  }

  /** The connection has ended. */
  end(): void {
    this.#tell(Infinity, socketClosed());
  }

  #refuse(): ColonnadeError | undefined {
    if (!this.isOpen) return socketClosed();
    const waiting = this.#waiting();
    if (waiting <= this.#maxBuffered) return undefined;
    this.#overflow();
    const message = `${waiting} bytes wait for the peer, and maxBuffered is ${this.#maxBuffered}`;
    return new ColonnadeError("ERR_SOCKET_BUFFER_FULL", message);
  }

  /** In bytes: what waits for the peer, and what it takes to let it wait. */
  #waiting(): number {
    const { bufferedAmount } = this.#ws;
    return bufferedAmount === 0 ? 0 : bufferedAmount + (this.#sent - this.#done) * frameOverhead;
  }

  #handOver(): Promise<void> {
    if (this.#ws.bufferedAmount === 0 && socketOf(this.#ws).writable) return handedOver;
    const promise = new Promise<void>((resolve, reject) => {
      (this.#waiters ??= []).push({ count: this.#sent, resolve, reject });
    });
    return quiet(promise);
  }

  readonly #frameDone = (error?: Error | null): void => {
    this.#done += 1;
    if (this.#waiters !== undefined) this.#wake(error);
  };

  #wake(error: Error | null | undefined): void {
    // Node calls a write done, and not failed, that a destroyed connection has cut short.
    const failed = Boolean(error) || socketOf(this.#ws).destroyed;
    if (failed) this.#tell(Infinity, socketClosed(error ?? undefined));
    else this.#tell(this.#done);
  }

  /** Settles the promises of the first `count` frames: there may be very many. */
  #tell(count: number, failure?: Error): void {
    const waiters = this.#waiters ?? [];
    for (;;) {
      const next = waiters[this.#told];
      if (next === undefined || next.count > count) break;
      this.#told += 1;
      if (failure === undefined) next.resolve();
      else next.reject(failure);
    }
    if (this.#told === waiters.length) this.#waiters = undefined;
    else if (this.#told > mostTold) waiters.splice(0, this.#told);
    else return;
    this.#told = 0;
  }
}

/** @throws {ColonnadeError} `ERR_MESSAGE_INVALID` */
export function checkMessage(payload: unknown): asserts payload is Message {
  if (typeof payload === "string" || types.isUint8Array(payload)) return;
  const message = `A message is a string, a Buffer or a Uint8Array, not ${quote(payload)}`;
  throw new ColonnadeError("ERR_MESSAGE_INVALID", message);
}

function socketClosed(cause?: Error): ColonnadeError {
  return new ColonnadeError("ERR_SOCKET_CLOSED", "The socket is closed", cause && { cause });
}

/** A promise whose rejection is no `unhandledRejection` when nobody awaits it. */
function quiet(promise: Promise<void>): Promise<void> {
  promise.catch(ignore);
  return promise;
}

function ignore(): void {}
