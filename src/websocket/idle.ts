import type { OutgoingMessage } from "node:http";
import type { Duplex } from "node:stream";

/** A connection, and the response that Node has given it. */
interface Connection extends Duplex {
  _httpMessage?: OutgoingMessage | null;
  setTimeout?(delay: number): unknown;
}

/**
 * Calls `go` once nothing that was asked for before is still being answered on a connection that Node
 * has handed over; never when it ends before that. Does what Node did until then for a response's sake.
 */
export function whenIdle(socket: Connection, go: () => void): void {
  // It may be asked for more than one upgrade that becomes a plain request.
  if (!socket.listeners("error").includes(ignore)) socket.on("error", ignore).on("drain", drain);
  wait();
  function wait(): void {
    const { _httpMessage: earlier } = socket;
    if (socket.destroyed) return;
    if (earlier) {
      earlier.once("close", wait);
    } else {
      socket.setTimeout?.(0); // the one that Node sets behind an answer
      go();
    }
  }
}

function drain(this: Connection): void {
  if (this._httpMessage?.writableNeedDrain) this._httpMessage.emit("drain");
}

function ignore(): void {}
