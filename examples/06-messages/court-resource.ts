import {
  Channel,
  ErrorResponse,
  Resource,
  SerializableResponse,
  WebSocketOpCode,
  get,
  post,
  websocket,
} from "colonnade";
import type { Request, WebSocketRequest } from "colonnade";
import { Kick } from "./messages";
import type { World } from "./world";

export class CourtResource extends Resource {
  readonly #watchers = new Channel();

  constructor(private readonly world: World) {
    super();
    world.onStep((ball) => void this.#watchers.publish(ball.dumpb()));
  }

  @get("/court")
  show() {
    return new SerializableResponse(this.world.court);
  }

  @post("/kick", { maxContentLength: 100 })
  async kick(request: Request<"/kick">) {
    const message = await request.message();
    if (!(message instanceof Kick)) throw new ErrorResponse("send a Kick");
    this.world.kick(message.strength);
    return new SerializableResponse(this.world.ball);
  }

  @websocket("/ball", { maxContentLength: 0 })
  watch(socket: WebSocketRequest<"/ball">, opcode: WebSocketOpCode) {
    if (opcode === WebSocketOpCode.Open) this.#watchers.join(socket);
  }
}
