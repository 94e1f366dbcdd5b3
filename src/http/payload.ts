import { Readable } from "node:stream";
import { ReadableStream } from "node:stream/web";

/** What a {@link Response} can send as its body. */
export type Payload =
  | string
  | NodeJS.ArrayBufferView
  | Readable
  | ReadableStream<Uint8Array | string>
  | AsyncIterable<Uint8Array | string>
  | null;

/** A streamed payload as a Readable; undefined for what is no stream. */
export function toReadable(payload: object): Readable | undefined {
  if (payload instanceof Readable) return payload;
  if (payload instanceof ReadableStream) return Readable.fromWeb(payload);
  if (Symbol.asyncIterator in payload) return Readable.from(payload as AsyncIterable<unknown>);
  return undefined;
}

/** Releases what a payload holds that is not going to be sent: a stream would stay open. */
export function discard(payload: unknown): void {
  if (typeof payload !== "object" || payload === null) return;
  try {
    toReadable(payload)?.on("error", ignore).destroy();
  } catch {
    // A web stream that is locked is its reader's to cancel.
  }
}

function ignore(): void {}
