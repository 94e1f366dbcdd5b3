import { ErrorResponse, Serializable } from "colonnade";
import type { HTTPClient, Response, ServerAddress } from "colonnade";
import WebSocket from "ws";
import { Ball, Court, Kick } from "./messages";

/** The player's side: what it last heard, and a loop that decides when it hears of answers. */
export class Game {
  court = new Court();
  ball = new Ball();
  kicks = 0;
  error = "";
  readonly #client: HTTPClient;
  readonly #socket: WebSocket;

  constructor(client: HTTPClient, [host, port]: ServerAddress) {
    this.#client = client;
    this.#socket = new WebSocket(`ws://${host}:${port}/ball`);
    this.#socket.on("message", (payload: Buffer) => (this.ball = Serializable.loadb(payload) as Ball));
    this.#socket.on("error", ({ message }) => (this.error = message));
    client.get(
      "/court",
      null,
      null,
      this.#answered((court) => (this.court = court as Court)),
    );
  }

  /** One turn of the loop: the callbacks of what has been answered run now, and at no other time. */
  update(): void {
    this.#client.update();
  }

  kick(): void {
    const kick = Kick.of({ strength: 0.5 });
    this.#client.post(
      "/kick",
      kick,
      null,
      null,
      this.#answered(() => (this.kicks += 1)),
    );
  }

  close(): void {
    this.#socket.close();
  }

  get line(): string {
    const { court, ball, kicks, error } = this;
    if (court.width === 0) return error || "waiting for the court";
    const at = Math.round(ball.x);
    const field = `|${" ".repeat(at)}o${" ".repeat(court.width - at)}|`;
    return `${court.names[0]} ${field} ${court.names[1]}  ${ball.bounces} bounces, ${kicks} kicks ${error}`;
  }

  #answered(use: (payload: unknown) => void) {
    return (response: Response) => {
      if (response instanceof ErrorResponse) this.error = JSON.stringify(response.payload);
      else use(response.payload);
    };
  }
}
