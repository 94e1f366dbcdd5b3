import { isUtf8 } from "node:buffer";
import { sourceOf } from "./request";
import type { Request } from "./request";

/**
 * The `id` of the last event that an `EventSource` got before it lost its connection, so that a handler can
 * go on behind it; undefined where it comes for the first time.
 */
export function lastEventId<Pattern extends string, Options>(
  request: Request<Pattern, Options>,
): string | undefined {
  const { headers } = request[sourceOf]; // of `request.headers`, a schema may have left this one out
  const value = headers["last-event-id"]?.[0];
  if (value === undefined || value === "") return undefined;
  // Sent as UTF-8; Node reads every header as Latin-1.
  const bytes = Buffer.from(value, "latin1");
  return bytes.toString("latin1") === value && isUtf8(bytes) ? bytes.toString() : value;
}
