import { Readable } from "node:stream";
import type * as web from "node:stream/web";
import type { ReadableStream } from "node:stream/web";
import { ColonnadeError } from "../errors";
import { lazy } from "../lazy";

const loadWebStreams = lazy(() => require("node:stream/web") as typeof web);

/** What a {@link Response} can send as its body. */
export type Payload =
  | string
  | NodeJS.ArrayBufferView
  | Readable
  | ReadableStream<Uint8Array | string>
  | AsyncIterable<Uint8Array | string>
  | null;

const taken = new WeakSet();

/**
 * A streamed payload as a Readable; undefined for what is no stream.
 *
 * @throws {ColonnadeError} `ERR_RESPONSE_INVALID` for an iterator that has been taken before.
 */
export function toReadable(payload: object): Readable | undefined {
  if (payload instanceof Readable) return payload;
  if (isWebStream(payload)) return Readable.fromWeb(payload);
  if (!isAsyncIterable(payload)) return undefined;
  const iterator = iteratorOf(payload);
  return Readable.from({ [Symbol.asyncIterator]: () => iterator });
}

/** Whether a value is a `ReadableStream` of the web's kind. */
export function isWebStream(value: object): value is ReadableStream {
  return value instanceof loadWebStreams().ReadableStream;
}

/**
 * The iterator of what is about to be sent.
 *
 * @throws {ColonnadeError} `ERR_RESPONSE_INVALID` for one that has been taken before.
 */
export function iteratorOf<Item>(iterable: AsyncIterable<Item>): AsyncIterator<Item>;
export function iteratorOf<Item>(
  iterable: AsyncIterable<Item> | Iterable<Item>,
): AsyncIterator<Item> | Iterator<Item>;
export function iteratorOf<Item>(
  iterable: AsyncIterable<Item> | Iterable<Item>,
): AsyncIterator<Item> | Iterator<Item> {
  const iterator = isAsyncIterable(iterable) ? iterable[Symbol.asyncIterator]() : iterable[Symbol.iterator]();
  // An iterator of its own, such as a generator's, can be gone through once.
  if ((iterator as unknown) === iterable) takeOnce(iterator);
  return iterator;
}

function isAsyncIterable(value: object): value is AsyncIterable<unknown> {
  return Symbol.asyncIterator in value;
}

/**
 * Notes that something is sent: half of an answer each, to two requests that share it, would look whole to both.
 *
 * @throws {ColonnadeError} `ERR_RESPONSE_INVALID` for what has been sent before.
 */
export function takeOnce(source: object): void {
  if (taken.has(source)) {
    throw new ColonnadeError("ERR_RESPONSE_INVALID", "The stream of this Response has been sent before");
  }
  taken.add(source);
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
