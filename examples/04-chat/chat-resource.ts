import { readFileSync } from "node:fs";
import { join } from "node:path";
import { JsonResponse, Resource, Response, WebSocketOpCode, get, put, use, websocket } from "colonnade";
import type { Request, WebSocketRequest } from "colonnade";
import { checkName, checkRoom } from "./name";
import { Room } from "./room";
import { signedIn } from "./session";

interface Settings {
  readonly origins: readonly string[];
  readonly rooms: Map<string, Room>;
}

const page = readFileSync(join(__dirname, "page/index.html"));

/** The class stands in a function since its decorators are evaluated with it, and need `origins` by then. */
export function chatResource({ origins, rooms }: Settings): Resource {
  class ChatResource extends Resource {
    @get("/")
    home() {
      return new Response(null, 302, { Location: "/rooms/lobby" });
    }

    /** The page of a room has the address of its socket, but for the `ws:`. */
    @get("/rooms/:room")
    @use(checkRoom)
    show() {
      return new Response(page, 200, { "Content-Type": "text/html; charset=utf-8" });
    }

    @put("/session", { maxContentLength: 1_000 })
    async signIn(request: Request<"/session">) {
      const body = await request.json<{ name?: unknown } | null>();
      const name = checkName(body?.name);
      request.raw.session.name = name;
      return new JsonResponse({ name });
    }

    @websocket("/rooms/:room", { origins, maxContentLength: 8_192 })
    @use(checkRoom, signedIn)
    talk(socket: WebSocketRequest<"/rooms/:room">, opcode: WebSocketOpCode, payload: string | Buffer) {
      const name = socket.matches.room;
      const room = rooms.get(name) ?? new Room();
      if (opcode === WebSocketOpCode.Open) {
        rooms.set(name, room);
        room.enter(socket);
      } else if (opcode === WebSocketOpCode.Close) {
        room.leave(socket);
        if (room.isEmpty) rooms.delete(name); // or made-up names would fill the memory
      } else {
        room.hear(socket, payload);
      }
    }
  }
  return new ChatResource();
}
