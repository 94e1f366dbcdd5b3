import type { OutgoingMessage } from "node:http";
import type { Duplex } from "node:stream";

/** A connection, and the response that Node has given it. */
interface Connection extends Duplex {
  _httpMessage?: OutgoingMessage | null;
  setTimeout?(delay: number): unknown;
}

/**
 * Calls `go` once nothing that was asked for before is still being answered on a connection that Node
 * has handed over; never when it ends before that. Does what Node did until then for a response's sake, and
 * destroys the connection of a client that leaves, until {@link letEnd}.
 */
export function whenIdle(socket: Connection, go: () => void): void {
  // It may be asked for more than one upgrade that becomes a plain request.
  if (!socket.listeners("error").includes(ignore)) socket.on("error", ignore).on("drain", drain);
  socket.on("end", leave);
  wait();
  function wait(): void {
    const { _httpMessage: earlier } = socket;
    if (socket.destroyed) return;
    if (earlier) {
      earlier.once("close", wait);
    } else {
      socket.setTimeout?.(0); // the one that Node sets behind an answer
      // Node reads no more where too many answers wait, and what would have it read again is gone.
      if (!socket.readableEnded) socket._read(0);
      go();
    }
  }
}

/** The end of what a client sends is no longer the end of the connection. */
export function letEnd(socket: Duplex): void {
  socket.off("end", leave);
}

function leave(this: Duplex): void {
  this.destroy();
}

function drain(this: Connection): void {
  if (this._httpMessage?.writableNeedDrain) this._httpMessage.emit("drain");
}

function ignore(): void {}
