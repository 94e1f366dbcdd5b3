import { connect } from "node:net";
import type { Socket } from "node:net";

/** A client that writes to a connection what it likes, and keeps what comes. */
export class Wire {
  readonly socket: Socket;
  /** All that came, once the server has closed the connection or cut it. */
  readonly closed: Promise<string>;
  received = "";

  constructor(port: number) {
    this.socket = connect(port, "127.0.0.1").setNoDelay().setEncoding("latin1");
    this.socket.on("error", () => {}).on("data", (chunk: string) => (this.received += chunk));
    this.closed = new Promise((resolve) => this.socket.once("close", () => resolve(this.received)));
  }

  write(...parts: (string | Buffer)[]): this {
    for (const part of parts) this.socket.write(part);
    return this;
  }

  /** Resolves once the text has come `times` times; rejects if the connection closes before. */
  async until(text: string, times = 1): Promise<string> {
    while (this.received.split(text).length <= times) {
      if (this.socket.destroyed) throw new Error(`No ${JSON.stringify(text)} in ${this.received}`);
      await new Promise<void>((resolve) => {
        const done = () => {
          this.socket.off("data", done).off("close", done);
          resolve();
        };
        this.socket.on("data", done).on("close", done);
      });
    }
    return this.received;
  }

  /** The status codes of the answers that came. */
  get statuses(): number[] {
    return [...this.received.matchAll(/HTTP\/1\.1 (\d+) /g)].map(([, status]) => Number(status));
  }

  leave(): void {
    this.socket.destroy();
  }
}

/** The head of a request, with the headers given. */
export function head(method: string, target = "/", ...headers: string[]): string {
  return [`${method} ${target} HTTP/1.1`, "Host: localhost", ...headers, "", ""].join("\r\n");
}

/** One chunk of a chunked body (RFC 9112, section 7.1); an empty one is the last. */
export function chunk(text: string): string {
  return `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;
}

export const chunked = "Transfer-Encoding: chunked";
