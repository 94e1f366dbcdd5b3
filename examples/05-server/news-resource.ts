import { Channel, Resource, WebSocketOpCode, websocket } from "colonnade";
import type { WebSocketRequest } from "colonnade";
import type { Notes } from "./notes";

/** Tells of each new note. */
export class NewsResource extends Resource {
  readonly #readers = new Channel();

  constructor(notes: Notes) {
    super();
    notes.onAdded(({ text }) => void this.#readers.publish(text));
  }

  @websocket("/api/notes/news", { maxContentLength: 0 })
  news(socket: WebSocketRequest<"/api/notes/news">, opcode: WebSocketOpCode) {
    if (opcode === WebSocketOpCode.Open) this.#readers.join(socket);
  }
}
