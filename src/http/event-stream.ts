import { Readable } from "node:stream";
import { ColonnadeError, quote } from "../errors";
import { isWebStream, iteratorOf, takeOnce } from "./payload";
import { emptyComment, encodeEvent, encodeRetry } from "./server-sent-event";
import type { ServerSentEvent } from "./server-sent-event";

/** Where events come from: a generator, a stream in object mode, a list. */
export type ServerSentEvents = AsyncIterable<ServerSentEvent | string> | Iterable<ServerSentEvent | string>;

type EventIterator = AsyncIterator<ServerSentEvent | string> | Iterator<ServerSentEvent | string>;

/** An iterator, and how to let go of it before its end. */
interface Source {
  readonly iterator: EventIterator;
  release(): void;
}

/** The text of events, one to a chunk. None is asked for before the one in front of it has been taken. */
export class EventStream extends Readable {
  readonly #source: Source;
  readonly #heartbeat: number;
  /** What goes first: the stream has begun once it is undefined. */
  #opening: string | undefined;
  #timer: NodeJS.Timeout | undefined;
  /** Whether the iterator has been asked for an event, and has given none yet. */
  #waiting = false;
  /** Whether the iterator has ended by itself, so that there is nothing to release. */
  #over = false;

  /**
   * @param heartbeat - in milliseconds: after how long without an event a comment is sent; 0 for never.
   * @param retry - in milliseconds; undefined where the client has its own.
   * @throws {ColonnadeError} `ERR_RESPONSE_INVALID` for what gives no events.
   */
  constructor(events: ServerSentEvents, heartbeat: number, retry: number | undefined) {
    super({ objectMode: true, highWaterMark: 0 });
    this.#source = open(events);
    this.#heartbeat = heartbeat;
    // An empty chunk has the head sent: an EventSource is open as soon as it has that.
    this.#opening = retry === undefined ? "" : `${encodeRetry(retry)}\n`;
  }

  override _read(): void {
    if (this.#opening !== undefined) {
      const opening = this.#opening;
      this.#opening = undefined;
      if (this.#heartbeat > 0) this.#timer = setTimeout(() => this.#beat(), this.#heartbeat).unref();
      this.push(opening);
    } else if (!this.#waiting) {
      this.#waiting = true;
      void this.#next();
    }
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    clearTimeout(this.#timer);
    if (!this.#over) {
      this.#over = true;
      this.#source.release();
    }
    callback(error);
  }

  async #next(): Promise<void> {
    let done: boolean | undefined;
    let value: unknown;
    try {
      // One that was written by hand may give what is no result.
      ({ done, value } = await this.#source.iterator.next());
    } catch (error) {
      this.#over = true;
      this.#fail(error);
      return;
    }
    if (this.destroyed) return;
    this.#waiting = false;
    if (done === true) this.#end();
    else this.#give(value as ServerSentEvent | string); // or else it is refused as it is encoded
  }

  #give(event: ServerSentEvent | string): void {
    try {
      const text = encodeEvent(event);
      this.#timer?.refresh();
      this.push(text);
    } catch (error) {
      this.#fail(error);
    }
  }

  #end(): void {
    this.#over = true;
    clearTimeout(this.#timer);
    this.push(null);
  }

  #fail(error: unknown): void {
    this.destroy(error as Error); // whatever was thrown: who sends the stream makes an Error of it
  }

  #beat(): void {
    this.#timer?.refresh();
    // What waits for the client will do as well; and comments would pile up in front of one that takes nothing.
    if (this.readableLength === 0) this.push(emptyComment);
  }
}

function open(events: ServerSentEvents): Source {
  if (typeof events !== "object" || events === null || !isIterable(events)) {
    const message = `Events come from an iterable, such as a generator, not from ${quote(events)}`;
    throw new ColonnadeError("ERR_RESPONSE_INVALID", message);
  }
  const stream = toStream(events);
  if (stream !== undefined) {
    stream.on("error", ignore); // the iterator has it too
    // Its iterator would let go of it only with the next event, or never if it has not begun.
    return { iterator: stream[Symbol.asyncIterator](), release: () => void stream.destroy() };
  }
  const iterator = iteratorOf(events);
  return { iterator, release: () => release(iterator) };
}

/** Lets go of what is not going to be sent. */
export function discardEvents(events: ServerSentEvents): void {
  try {
    open(events).release();
  } catch {
    // There is nothing to let go of.
  }
}

function isIterable(events: object): boolean {
  return Symbol.asyncIterator in events || Symbol.iterator in events;
}

function toStream(events: object): Readable | undefined {
  const isReadable = events instanceof Readable;
  if (!isReadable && !isWebStream(events)) return undefined;
  takeOnce(events);
  return isReadable ? events : Readable.fromWeb(events, { objectMode: true, highWaterMark: 1 });
}

/** Nobody is left to be told that it fails, nor to wait until it is done. */
function release(iterator: EventIterator): void {
  try {
    Promise.resolve(iterator.return?.()).catch(ignore);
  } catch {
    // As if it had rejected.
  }
}

function ignore(): void {}
