import { isUtf8 } from "node:buffer";
import { internals } from "./request";
import type { Request } from "./request";

/**
 * The `id` of the last event that an `EventSource` got before it lost its connection, so that a handler can
 * go on behind it; undefined where it comes for the first time.
 */
export function lastEventId<Pattern extends string, Options>(
  request: Request<Pattern, Options>,
): string | undefined {
  // Bound once more, to what it is bound to, be that an object or what a schema has made of it: for the headers as they
  // came, of which a schema may have left this one out.
  const { headers } = request[internals](request.pattern, request.matches as object);
  const value = headers["last-event-id"]?.[0];
  if (value === undefined || value === "") return undefined;
  // Sent as UTF-8; Node reads every header as Latin-1.
  const bytes = Buffer.from(value, "latin1");
  return bytes.toString("latin1") === value && isUtf8(bytes) ? bytes.toString() : value;
}
