import type { InputOf, OutputOf, Schema } from "../schema/schema";
import { toCallTarget } from "./call-target";
import type { Input } from "./call-target";
import type { Callable, CallInput } from "./call-types";
import { isRefusal, webSocketOf } from "./web-socket";
import type { Refusal, WebSocketClass } from "./web-socket";

/** How a socket is connected. */
export interface Connecting {
  /** The subprotocols to offer. */
  readonly protocols?: readonly string[];
  /** Closes the socket when it aborts. */
  readonly signal?: AbortSignal;
  /**
   * How a connection that has broken is made again: after `least` milliseconds (500 by default) at first, twice as long each
   * time, up to `most` (30,000), a random half of it less. False for not at all.
   */
  readonly reconnect?: { readonly least?: number; readonly most?: number } | false;
  /** How many messages may wait to be taken: 1,000 by default. With more, the socket is closed with 4000. */
  readonly maxQueued?: number;
  /** Told when the server does not accept a message that was sent to it; `console.error` by default. */
  readonly onRefused?: (refusal: Refusal) => void;
  /** In place of the global `WebSocket`, which Node has from version 22 on. */
  readonly WebSocket?: WebSocketClass;
}

/** What a route is connected to with, and how. */
export type ConnectOptions<Pattern extends string, Options> = Omit<
  CallInput<Pattern, Options>,
  "headers" | "body"
> &
  Connecting;

/** What a client is sent by a route that was declared with `sends`; text, or a Blob, without. */
export type ReceivedFrom<Options> = Options extends { readonly sends: infer Given extends Schema }
  ? OutputOf<Given>
  : string | Blob;

/** What a client sends to a route that was declared with `receives`. */
export type SentTo<Options> = Options extends { readonly receives: infer Given extends Schema }
  ? InputOf<Given>
  : string | Blob | ArrayBuffer | ArrayBufferView;

/** Those after which connecting again is of no use (RFC 6455, section 7.4.1): done, or refused. */
const final: ReadonlySet<number> = new Set([1000, 1002, 1003, 1007, 1008, 1009, 1010]);

/** A socket that connects again when its connection breaks. Iterating over it gives what it receives. */
export class SocketClient<Options> implements AsyncIterable<ReceivedFrom<Options>> {
  /** Resolves, with the code and the reason, once it is closed for good. */
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>;
  readonly #url: string;
  readonly #options: Connecting;
  readonly #declared: { readonly receives?: unknown; readonly sends?: unknown };
  #socket: WebSocket | undefined;
  #finish: (end: { code: number; reason: string }) => void = () => {};
  #ended = false;
  #attempts = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** What has come and nobody has taken. */
  readonly #messages: unknown[] = [];
  /** Who waits: for a message, or for an open connection. */
  #waiting: (() => void)[] = [];

  /** @internal */
  constructor(base: string, declaration: Callable<string, Options>, options: Connecting & Input) {
    this.#url = toSocketUrl(base) + toCallTarget(declaration, options);
    this.#options = options;
    this.#declared = declaration.options as { receives?: unknown; sends?: unknown };
    this.closed = new Promise((resolve) => (this.#finish = resolve));
    const { signal } = options;
    if (signal?.aborted === true) {
      this.#end(1000, "");
      return;
    }
    this.#connect();
    signal?.addEventListener("abort", this.#abort);
  }

  /** Whether messages can be sent at once. */
  get isOpen(): boolean {
    return !this.#ended && this.#socket?.readyState === 1;
  }

  /**
   * Sends a message: as JSON where the route has `receives`.
   *
   * @returns resolves when it was given to an open connection, for which it waits; rejects once the socket is closed,
   *   and with a TypeError for what JSON has no value for.
   */
  async send(message: SentTo<Options>): Promise<void> {
    const data = this.#declared.receives === undefined ? message : (JSON.stringify(message) as unknown);
    if (data === undefined) throw new TypeError("A message that JSON has no value for can't be sent");
    while (!this.isOpen) {
      if (this.#ended) throw new Error("The socket is closed");
      await this.#news();
    }
    this.#socket?.send(data as string);
  }

  /**
   * Closes the socket, and does not connect again.
   *
   * @param code - 1000, or 3000 to 4999. @throws what the browser throws for any other
   */
  close(code = 1000, reason = ""): void {
    if (this.#ended) return;
    this.#socket?.close(code, reason); // before all else: it may throw
    this.#end(code, reason);
  }

  /** What is received and nobody has taken, until the socket is closed. */
  async *[Symbol.asyncIterator](): AsyncGenerator<ReceivedFrom<Options>, void, undefined> {
    for (;;) {
      while (this.#messages.length > 0) yield this.#messages.shift() as ReceivedFrom<Options>; // as the server declares
      if (this.#ended) return;
      await this.#news();
    }
  }

  readonly #abort = (): void => this.close();

  #connect(): void {
    const { protocols = [], WebSocket: given } = this.#options;
    const WebSocket = given ?? webSocketOf();
    const socket = (this.#socket = new WebSocket(this.#url, [...protocols]));
    let opened: number | undefined;
    socket.addEventListener("open", () => {
      opened = Date.now();
      this.#wake();
    });
    socket.addEventListener("message", ({ data }) => this.#receive(data));
    socket.addEventListener("error", () => {}); // `close` follows
    socket.addEventListener("close", ({ code, reason }) => {
      if (this.#ended) return;
      if (opened !== undefined && final.has(code)) this.#end(code, reason);
      else this.#retry(code, reason, opened === undefined ? 0 : Date.now() - opened);
    });
  }

  #receive(data: unknown): void {
    if (this.#ended) return;
    this.#attempts = 0; // the server is well
    const { receives, sends } = this.#declared;
    let message = data;
    if (typeof data === "string" && (receives ?? sends) !== undefined) {
      try {
        message = JSON.parse(data);
      } catch {
        if (sends !== undefined) return this.close(4000, "A message is not JSON");
      }
      if (isRefusal(message)) return (this.#options.onRefused ?? console.error)(message);
      if (sends === undefined) message = data;
    }
    this.#messages.push(message);
    const { maxQueued = 1_000 } = this.#options;
    if (this.#messages.length > maxQueued) return this.close(4000, "Too many messages wait");
    this.#wake();
  }

  /** @param lived - for how long the connection was open, in milliseconds. */
  #retry(code: number, reason: string, lived: number): void {
    const { reconnect = {} } = this.#options;
    if (reconnect === false) {
      this.#end(code, reason);
      return;
    }
    const { least = 500, most = 30_000 } = reconnect;
    if (lived > most) this.#attempts = 0;
    const delay = Math.min(most, least * 2 ** this.#attempts++);
    this.#timer = setTimeout(() => this.#connect(), delay * (0.5 + Math.random() / 2));
  }

  #end(code: number, reason: string): void {
    this.#ended = true;
    clearTimeout(this.#timer);
    this.#options.signal?.removeEventListener("abort", this.#abort);
    this.#finish({ code, reason });
    this.#wake();
  }

  #news(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}

/** `http` becomes `ws`; a path is one of the page's own server. */
function toSocketUrl(base: string): string {
  const { location } = globalThis as { location?: { origin: string } };
  const absolute = base.startsWith("/") && location !== undefined ? location.origin + base : base;
  return absolute.replace(/^http/, "ws");
}
