import { randomUUID } from "node:crypto";
import { Channel } from "colonnade";
import type { WebSocketRequest } from "colonnade";
import { parseMessage } from "./message";
import type { Said, ServerMessage } from "./message";
import { keyOf } from "./name";

/** Our own codes; to the page, each of them means that it is not to connect again. */
const closeCodes = { kicked: 4001, replaced: 4002, nameTaken: 4003 };

const historyLength = 50;

export class Room {
  readonly #channel = new Channel();
  /** By the key of the name: the socket that each person talks through. */
  readonly #people = new Map<string, WebSocketRequest>();
  readonly #history: Said[] = [];

  get isEmpty(): boolean {
    return this.#people.size === 0;
  }

  enter(socket: WebSocketRequest): void {
    const you = nameOf(socket);
    const before = this.#people.get(keyOf(you));
    if (before !== undefined && before.raw.sessionID !== socket.raw.sessionID) {
      socket.close(closeCodes.nameTaken, `Somebody here is called ${you}`);
      return;
    }
    before?.close(closeCodes.replaced, "You have joined in another window");
    this.#people.set(keyOf(you), socket);
    const people = Array.from(this.#people.values(), nameOf);
    tell(socket, { type: "welcome", you, people, history: this.#history });
    this.#channel.join(socket);
    if (before === undefined) this.#tellAll({ type: "joined", name: you }, socket);
  }

  hear(socket: WebSocketRequest, payload: string | Buffer): void {
    const message = parseMessage(payload);
    if (message.type === "say") this.#say(nameOf(socket), message.text);
    else if (message.type === "kick") this.#kick(message.name, socket);
    else tell(socket, message);
  }

  /** @param by - who sends the person away; nobody, where the socket has closed. */
  leave(socket: WebSocketRequest, by?: string): void {
    const name = nameOf(socket);
    if (this.#people.get(keyOf(name)) !== socket) return; // replaced, sent away, or never let in
    this.#people.delete(keyOf(name));
    this.#tellAll({ type: "left", name, by });
  }

  #say(name: string, text: string): void {
    const said: Said = { type: "said", id: randomUUID(), at: Date.now(), name, text };
    this.#history.push(said);
    if (this.#history.length > historyLength) this.#history.shift();
    this.#tellAll(said);
  }

  /** Anybody may: a real app asks who it is. */
  #kick(name: string, asker: WebSocketRequest): void {
    const socket = this.#people.get(keyOf(name));
    if (socket === undefined) {
      tell(asker, { type: "error", error: `Nobody here is called ${name}` });
      return;
    }
    const by = nameOf(asker);
    socket.close(closeCodes.kicked, `${by} has sent you away`);
    this.leave(socket, by);
  }

  #tellAll(message: ServerMessage, except?: WebSocketRequest): void {
    void this.#channel.publish(JSON.stringify(message), { except });
  }
}

function tell(socket: WebSocketRequest, message: ServerMessage): void {
  void socket.send(JSON.stringify(message));
}

/** The name that the session had at the handshake. */
function nameOf(socket: WebSocketRequest): string {
  return socket.raw.session.name ?? ""; // `signedIn` lets nobody in without one
}
