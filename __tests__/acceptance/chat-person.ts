import { createApp } from "../../examples/04-chat";
import type { ServerMessage } from "../../examples/04-chat/message";
import type { Room } from "../../examples/04-chat/room";
import { serve } from "../websocket/live-socket";
import type { Peer, Sockets } from "../websocket/live-socket";

export const origin = "https://chat.example";

export async function openChat() {
  const rooms = new Map<string, Room>();
  const sockets = await serve(createApp({ origins: [origin], rooms }));
  const enter = async (room: string, name: string, cookie?: string) =>
    Person.enter(sockets, room, name, cookie);
  return { rooms, sockets, enter };
}

/** @returns the session's cookie. */
export async function signIn({ port }: { port: number }, name: string, cookie?: string): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${port}/session`, {
    method: "PUT",
    headers: { "Content-Type": "application/json", ...(cookie !== undefined && { cookie }) },
    body: JSON.stringify({ name }),
  });
  if (!response.ok) throw new Error(`PUT /session was answered with ${response.status}`);
  await response.arrayBuffer();
  return response.headers.getSetCookie()[0]?.split(";")[0] ?? cookie ?? "";
}

/** Somebody in a room of 04-chat. */
export class Person {
  constructor(
    readonly peer: Peer,
    readonly cookie: string,
  ) {}

  static async enter(sockets: Sockets, room: string, name: string, cookie?: string): Promise<Person> {
    const session = await signIn(sockets, name, cookie);
    const path = `/rooms/${encodeURIComponent(room)}`;
    return new Person(await sockets.connect(path, { headers: { cookie: session } }), session);
  }

  async next(): Promise<ServerMessage> {
    return JSON.parse(String(await this.peer.next()));
  }

  /** The next that is of a type; what comes before it is passed over. */
  async nextOf<Type extends ServerMessage["type"]>(type: Type) {
    for (;;) {
      const message = await this.next();
      if (message.type === type) return message as Extract<ServerMessage, { type: Type }>;
    }
  }

  /** The texts of what is said next. */
  async hear(count: number): Promise<string[]> {
    const texts: string[] = [];
    while (texts.length < count) texts.push((await this.nextOf("said")).text);
    return texts;
  }

  send(message: unknown): this {
    this.peer.send(JSON.stringify(message));
    return this;
  }

  say(text: string): this {
    return this.send({ type: "say", text });
  }

  kick(name: string): this {
    return this.send({ type: "kick", name });
  }
}
