import type { Bridge } from "./bridge";
import { checkMessage } from "./outbox";
import { bridgeOf } from "./web-socket-request";
import type { WebSocketRequest } from "./web-socket-request";

/** A WebSocket, whatever its route and its schemas. */
export type AnySocket = Pick<WebSocketRequest, "uid" | "closed" | "close">;

/** What `publish` may be told. */
export interface PublishOptions {
  /** The member that is to get nothing, most often the one whose message it is. */
  readonly except?: AnySocket | undefined;
}

/** Sockets of this process that are sent the same messages. A socket that closes leaves by itself. */
export class Channel {
  /** By member, what it leaves by. */
  readonly #members = new Map<Bridge, () => void>();

  /** How many members there are. */
  get size(): number {
    return this.#members.size;
  }

  /** Adds a socket; one that is closed, or is a member, is not added. */
  join(socket: AnySocket): this {
    const bridge = bridgeBelow(socket);
    if (!bridge.outbox.isOpen || this.#members.has(bridge)) return this;
    const leave = () => void this.#members.delete(bridge);
    this.#members.set(bridge, leave);
    bridge.onLeave(leave);
    return this;
  }

  /** @returns whether the socket was a member. */
  leave(socket: AnySocket): boolean {
    const bridge = bridgeBelow(socket);
    const leave = this.#members.get(bridge);
    if (leave === undefined) return false;
    bridge.offLeave(leave);
    return this.#members.delete(bridge);
  }

  /** Whether a socket is a member. */
  has(socket: AnySocket): boolean {
    return this.#members.has(bridgeBelow(socket));
  }

  /**
   * Sends a message to every member, as it is: JSON has to be text by then. One that is too slow for its
   * `maxBuffered` is closed with 1013, and none waits for another.
   *
   * @returns resolves when the message is on its way to every member, taken by its peer or not.
   * @throws {ColonnadeError} `ERR_MESSAGE_INVALID`, at once, for what is no message.
   */
  publish(payload: string | Buffer | Uint8Array, { except }: PublishOptions = {}): Promise<void> {
    checkMessage(payload);
    const binary = typeof payload !== "string";
    const data = binary ? payload : Buffer.from(payload); // encoded once for all
    const excepted = except && bridgeBelow(except);
    for (const member of this.#members.keys()) if (member !== excepted) member.outbox.post(data, binary);
    return Promise.resolve();
  }
}

function bridgeBelow(socket: AnySocket): Bridge {
  return (socket as WebSocketRequest)[bridgeOf];
}
