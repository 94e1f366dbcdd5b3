import type { Socket } from "node:net";
import type { Writable } from "node:stream";
import type WebSocket from "ws";

/** What a WebSocket of ws 7 and of ws 8 has, and their types leave out. */
interface Internals {
  readonly _socket: Connection;
  readonly _receiver: Writable;
}

interface Connection extends Socket {
  /** In bytes: how much libuv has been given. */
  readonly _bytesDispatched?: number;
  /** In bytes: how much of that the kernel has not accepted yet. */
  readonly _handle?: { readonly writeQueueSize?: number } | null;
}

/** In bytes: how much has been handed to the kernel, which takes no more than the peer does for long. */
export function bytesAccepted(ws: WebSocket): number {
  const { _bytesDispatched = 0, _handle } = (ws as unknown as Internals)._socket;
  return _bytesDispatched - (_handle?.writeQueueSize ?? 0);
}

/** The connection below a WebSocket. */
export function socketOf(ws: WebSocket): Socket {
  return (ws as unknown as Internals)._socket;
}

/** Reads no more from the connection; what has been read still comes. */
export function pause(ws: WebSocket): void {
  if (typeof ws.pause === "function") ws.pause();
  else pauseSocket(ws as unknown as Internals);
}

export function resume(ws: WebSocket): void {
  if (typeof ws.resume === "function") ws.resume();
  else resumeSocket(ws as unknown as Internals);
}

const receivers = new WeakMap<Writable, { paused: boolean }>();

/** ws 7 has no `pause`, and resumes the connection whenever its receiver has caught up. */
function pauseSocket({ _socket, _receiver }: Internals): void {
  let state = receivers.get(_receiver);
  if (state === undefined) {
    const added = (state = { paused: true });
    receivers.set(_receiver, added);
    _receiver.on("drain", () => {
      if (added.paused) _socket.pause();
    });
  }
  state.paused = true;
  _socket.pause();
}

function resumeSocket({ _socket, _receiver }: Internals): void {
  const state = receivers.get(_receiver);
  if (state !== undefined) state.paused = false;
  if (!_receiver.writableNeedDrain) _socket.resume();
}
