import { IncomingMessage } from "node:http";
import { Readable } from "node:stream";
import { pump } from "./pump";

/**
 * A request body as a stream of its own. To destroy it, or to leave a `for await` over it, does not
 * destroy the connection as it would with `req`, so that the answer can still be sent.
 */
export class BodyStream extends Readable {
  readonly #source: Readable;
  readonly #limit: number;
  readonly #onError: (error: Error) => void;
  #stop?: () => void;

  /** @param onError - told of every failure of reading. */
  constructor(source: Readable, limit: number, onError: (error: Error) => void) {
    super();
    this.#source = source;
    this.#limit = limit;
    this.#onError = onError;
    // As with `req`, a client that leaves does not end the process when nobody listens.
    this.on("error", ignore);
  }

  override _read(): void {
    if (this.#stop !== undefined) {
      this.#source.resume();
      return;
    }
    this.#stop = pump(this.#source, this.#limit, {
      data: (chunk) => {
        if (!this.push(chunk)) this.#source.pause();
      },
      end: () => this.push(null),
      fail: (error) => {
        this.#onError(error);
        this.destroy(error);
      },
    });
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    this.#stop?.();
    if (!(this.#source instanceof IncomingMessage)) this.#source.destroy();
    callback(error);
  }
}

function ignore(): void {}
