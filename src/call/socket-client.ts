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
  readonly #url: () => string;
  readonly #options: Connecting;
  readonly #declared: { readonly receives?: unknown; readonly sends?: unknown };
  #socket: WebSocket | undefined;
  #finish: (end: { code: number; reason: string }) => void = () => {};
  #ended = false;
  #attempts = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** What has come and nobody has taken, and who waits for more. */
  readonly #messages: unknown[] = [];
  #arrived: () => void = () => {};
  /** Who waits for an open connection. */
  #waiting: (() => void)[] = [];

  /** @internal */
  constructor(base: string, declaration: Callable<string, Options>, options: Connecting & Input) {
    const target = toCallTarget(declaration, options);
    this.#url = () => toSocketUrl(base) + target;
    this.#options = options;
    this.#declared = declaration.options as { receives?: unknown; sends?: unknown };
    this.closed = new Promise((resolve) => (this.#finish = resolve));
    const { signal } = options;
    if (signal?.aborted === true) this.#end(1000, "");
    else {
      signal?.addEventListener("abort", () => this.close(), { once: true });
      this.#connect();
    }
  }

  /** Whether messages can be sent at once. */
  get isOpen(): boolean {
    return this.#socket?.readyState === 1;
  }

  /**
   * Sends a message: as JSON where the route has `receives`.
   *
   * @returns resolves when it was given to an open connection, for which it waits; rejects once the socket is closed.
   */
  async send(message: SentTo<Options>): Promise<void> {
    const data = this.#declared.receives === undefined ? message : JSON.stringify(message);
    while (!this.isOpen) {
      if (this.#ended) throw new Error("The socket is closed");
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    this.#socket?.send(data as string);
  }

  /** Closes the socket, and does not connect again. */
  close(code = 1000, reason = ""): void {
    if (this.#ended) return;
    const socket = this.#socket;
    this.#end(code, reason);
    socket?.close(code, reason);
  }

  /** What is received, from now on, until the socket is closed. */
  async *[Symbol.asyncIterator](): AsyncGenerator<ReceivedFrom<Options>, void, undefined> {
    for (;;) {
      while (this.#messages.length > 0) yield this.#messages.shift() as ReceivedFrom<Options>; // as the server declares
      if (this.#ended) return;
      await new Promise<void>((resolve) => (this.#arrived = resolve));
    }
  }

  #connect(): void {
    const { protocols = [], WebSocket: given } = this.#options;
    const WebSocket = given ?? webSocketOf();
    const socket = (this.#socket = new WebSocket(this.#url(), [...protocols]));
    let opened = false;
    socket.addEventListener("open", () => {
      opened = true;
      this.#wake();
    });
    socket.addEventListener("message", ({ data }) => {
      this.#attempts = 0; // the server is well
      this.#receive(data);
    });
    socket.addEventListener("error", () => {}); // `close` follows
    socket.addEventListener("close", ({ code, reason }) => {
      if (this.#ended) return;
      if (opened && final.has(code)) this.#end(code, reason);
      else this.#retry(code, reason);
    });
  }

  #receive(data: unknown): void {
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
    this.#arrived();
  }

  #retry(code: number, reason: string): void {
    const { reconnect = {} } = this.#options;
    if (reconnect === false) {
      this.#end(code, reason);
      return;
    }
    const { least = 500, most = 30_000 } = reconnect;
    const delay = Math.min(most, least * 2 ** this.#attempts++);
    this.#timer = setTimeout(() => this.#connect(), delay * (0.5 + Math.random() / 2));
  }

  #end(code: number, reason: string): void {
    this.#ended = true;
    clearTimeout(this.#timer);
    this.#finish({ code, reason });
    this.#arrived();
    this.#wake();
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
