import type { Readable } from "node:stream";
import { ColonnadeError, quote } from "../errors";
import { EventStream, discardEvents } from "./event-stream";
import type { ServerSentEvents } from "./event-stream";
import { checkKeys } from "./options";
import { Response, withDefaults } from "./response";
import type { ResponseHeaders } from "./response";

/** Options of {@link EventStreamResponse}. */
export interface EventStreamOptions {
  /**
   * In milliseconds: after how long without an event a comment is sent, so that nobody on the way takes the
   * connection for a dead one. 15,000 by default; 0 for never.
   */
  readonly heartbeat?: number | undefined;
  /** In milliseconds: how long the client waits before it connects again. By default, what the client likes. */
  readonly retry?: number | undefined;
  readonly headers?: ResponseHeaders | undefined;
}

const defaults = {
  "Content-Type": "text/event-stream",
  "Cache-Control": "no-cache, no-transform", // what compresses would hold events back
  "X-Accel-Buffering": "no", // as would nginx
};

const keys: ReadonlySet<string> = new Set(["heartbeat", "retry", "headers"]);

/**
 * Answers with server-sent events, each as soon as it is there (WHATWG HTML, section 9.2). The head is sent
 * at once. When the client leaves, the iterator's `return()` is called.
 */
export class EventStreamResponse extends Response<Readable, 200> {
  /**
   * @param events - where they come from: a generator, a stream in object mode, a list. A string is an event
   *   with nothing but data.
   * @throws {ColonnadeError} `ERR_OPTION`; `ERR_RESPONSE_INVALID` for what gives no events, and for headers that
   *   can't be sent.
   */
  constructor(events: ServerSentEvents, options: EventStreamOptions = {}) {
    super(toStream(events, options), 200, toHeaders(options.headers ?? {}));
  }
}

function toStream(events: ServerSentEvents, options: EventStreamOptions): EventStream {
  try {
    checkKeys(options, keys, "EventStreamResponse");
    const { heartbeat = 15_000, retry } = options;
    checkMilliseconds("heartbeat", heartbeat);
    if (retry !== undefined) checkMilliseconds("retry", retry);
    return new EventStream(events, heartbeat, retry);
  } catch (error) {
    discardEvents(events); // nobody else will: the handler made them for this response
    throw error;
  }
}

function toHeaders(headers: ResponseHeaders): ResponseHeaders {
  // What is no object is for Response to refuse, which lets go of the events.
  return typeof headers === "object" ? withDefaults(headers, defaults) : headers;
}

function checkMilliseconds(name: string, value: unknown): void {
  // Of a longer one, a timer would make one millisecond.
  if (typeof value === "number" && Number.isInteger(value) && value >= 0 && value < 2 ** 31) return;
  const message = `EventStreamResponse: ${name} is a whole number of milliseconds from 0, not ${quote(value)}`;
  throw new ColonnadeError("ERR_OPTION", message);
}
