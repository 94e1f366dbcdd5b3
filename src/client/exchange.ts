import { Readable } from "node:stream";
import type { Dispatcher } from "undici";
import { ColonnadeError } from "../errors";
import { toResponse } from "./answer";
import type { Answer, ClientResponse } from "./answer";
import type { Connections } from "./connections";
import { decode, tooLong } from "./decode";
import { toFailure } from "./failure";
import { nameOf } from "./hop";
import type { Hop } from "./hop";
import type { CheckedClientOptions } from "./options";
import { toReceivedHeaders } from "./received-headers";
import type { ReceivedHeaders } from "./received-headers";
import { followRedirect, isRedirect } from "./redirect";

/** A request on its way to its response, redirects included. */
export class Exchange implements Dispatcher.DispatchHandler {
  readonly #connections: Connections;
  readonly #options: CheckedClientOptions;
  readonly #complete: (response: ClientResponse) => void;
  readonly #timer: NodeJS.Timeout | undefined;
  #hop: Hop;
  /** Where the answer that is coming sends us. */
  #next: Hop | undefined;
  #redirects = 0;
  #controller: Dispatcher.DispatchController | undefined;
  #statusCode = 0;
  #headers: ReceivedHeaders = {};
  #chunks: Buffer[] = [];
  #length = 0;
  #completed = false;

  /** @param complete - told of the response, once. */
  constructor(
    hop: Hop,
    connections: Connections,
    options: CheckedClientOptions,
    complete: (response: ClientResponse) => void,
  ) {
    this.#hop = hop;
    this.#connections = connections;
    this.#options = options;
    this.#complete = complete;
    if (options.timeout > 0) this.#timer = setTimeout(expire, options.timeout, this);
  }

  start(): void {
    this.#connections.dispatch(this.#hop, this);
  }

  /** Ends it with a failure, wherever it is. */
  end(reason: Error): void {
    const controller = this.#controller;
    this.#finish(toFailure(reason));
    controller?.abort(reason);
  }

  expire(): void {
    const message = `${nameOf(this.#hop)} had no whole answer within ${this.#options.timeout} ms`;
    this.end(new ColonnadeError("ERR_CLIENT_TIMEOUT", message));
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    // It has ended while it waited. To throw spares the connection, which abort() would close.
    if (this.#completed) throw new Error("The request has ended");
    this.#controller = controller;
  }

  // What is thrown here and below comes back to onResponseError.
  onResponseStart(
    _controller: Dispatcher.DispatchController,
    statusCode: number,
    headers: Readonly<Record<string, string | string[] | undefined>>,
  ): void {
    // A 1xx but 100, which undici refuses, leaves nothing behind: the final answer follows, and says all of this again.
    this.#statusCode = statusCode;
    this.#headers = toReceivedHeaders(headers);
    const { maxRedirects, maxResponseLength } = this.#options;
    if (Number(headers["content-length"]) > maxResponseLength) throw tooLong(this.#hop, maxResponseLength);
    if (maxRedirects === 0 || !isRedirect(statusCode, this.#headers)) return;
    if (this.#redirects === maxRedirects) throw tooManyRedirects(this.#hop, maxRedirects);
    this.#next = followRedirect(this.#hop, statusCode, this.#headers);
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    const { maxResponseLength } = this.#options;
    this.#length += chunk.length;
    if (this.#length > maxResponseLength) throw tooLong(this.#hop, maxResponseLength);
    if (this.#next === undefined) this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    this.#controller = undefined;
    if (this.#next !== undefined) this.#follow(this.#next);
    else this.#answer();
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#controller = undefined;
    this.#finish(toFailure(error));
  }

  #follow(next: Hop): void {
    this.#hop = next;
    this.#next = undefined;
    this.#redirects += 1;
    this.#length = 0;
    // Later: undici is still parsing, and can't begin to parse for another connection.
    queueMicrotask(() => {
      if (!this.#completed) this.start();
    });
  }

  #answer(): void {
    const [first = Buffer.alloc(0), ...more] = this.#chunks;
    const answer: Answer = {
      hop: this.#hop,
      statusCode: this.#statusCode,
      headers: this.#headers,
      bytes: more.length === 0 ? first : Buffer.concat(this.#chunks),
    };
    if (answer.headers["content-encoding"] === undefined) this.#respond(answer);
    else void this.#decode(answer);
  }

  async #decode(answer: Answer): Promise<void> {
    try {
      this.#respond(await decode(answer, this.#options.maxResponseLength));
    } catch (error) {
      // An error's status holds even where its body can't be read.
      if (answer.statusCode >= 400) this.#respond(answer);
      else this.#finish(toFailure(error, answer.bytes));
    }
  }

  #respond(answer: Answer): void {
    let response: ClientResponse;
    try {
      response = toResponse(answer);
    } catch (error) {
      response = toFailure(error, answer.bytes);
    }
    this.#finish(response);
  }

  #finish(response: ClientResponse): void {
    if (this.#completed) return;
    this.#completed = true;
    clearTimeout(this.#timer);
    const { content } = this.#hop.body;
    if (content instanceof Readable) content.destroy();
    this.#controller = undefined;
    this.#chunks = [];
    this.#complete(response);
  }
}

function expire(exchange: Exchange): void {
  exchange.expire();
}

function tooManyRedirects(hop: Hop, count: number): ColonnadeError {
  const message = `${nameOf(hop)} is redirected once more, after ${count} redirects, which is maxRedirects`;
  return new ColonnadeError("ERR_CLIENT_RESPONSE", message);
}
