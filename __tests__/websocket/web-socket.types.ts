// What the compiler accepts and refuses, in both decorator modes: `npm run typecheck`. Nothing here runs.
import type { Server } from "node:http";
import type { Server as SecureServer } from "node:https";
import { expectTypeOf } from "expect-type";
import type { Express } from "express";
import { Channel, Resource, attachWebSockets, createServer, websocket } from "colonnade";
import type { Request, WebSocketOpCode, WebSocketRequest } from "colonnade";

export class Accepted extends Resource {
  channel = new Channel();

  @websocket("/rooms/:room/:rest*", { heartbeat: 0, protocols: ["a"], origins: [], control: true })
  async own(
    socket: WebSocketRequest<"/rooms/:room/:rest*">,
    opcode: WebSocketOpCode,
    payload: string | Buffer,
  ): Promise<void> {
    expectTypeOf(socket).toExtend<Request<"/rooms/:room/:rest*">>();
    expectTypeOf(socket.matches).toEqualTypeOf<{ readonly room: string; readonly rest?: string }>();
    expectTypeOf(socket.uid).toEqualTypeOf<string>();
    expectTypeOf(socket.closeCode).toEqualTypeOf<number | undefined>();
    expectTypeOf(socket.closeReason).toEqualTypeOf<string>();
    expectTypeOf(socket.bufferedAmount).toEqualTypeOf<number>();
    expectTypeOf(socket.send(payload)).toEqualTypeOf<Promise<void>>();
    expectTypeOf(socket.ping()).toEqualTypeOf<Promise<void>>();
    expectTypeOf(opcode).toEqualTypeOf<WebSocketOpCode>();
    socket.close();
    socket.close(1000);
    socket.close(1000, "done");
    this.channel.join(socket).leave(socket);
    await this.channel.publish(new Uint8Array(1), { except: socket });
  }

  @websocket("/any")
  anySocket(socket: WebSocketRequest) {
    void socket.send("");
  }

  @websocket("/none")
  none() {}
}

export class Refused extends Resource {
  // @ts-expect-error -- the pattern is another
  @websocket("/rooms/:room")
  otherPattern(_socket: WebSocketRequest<"/halls/:hall">) {}

  // @ts-expect-error -- binary messages are Buffers
  @websocket("/rooms")
  stringsOnly(_socket: WebSocketRequest<"/rooms">, _opcode: WebSocketOpCode, _payload: string) {}

  // @ts-expect-error -- a socket is answered by send()
  @websocket("/rooms")
  answers(_socket: WebSocketRequest<"/rooms">) {
    return "hello";
  }
}

declare const socket: WebSocketRequest<"/a">;
declare const app: Express;
declare const plain: Server;

// @ts-expect-error -- a message is a string or bytes
void socket.send({ text: "hello" });
// @ts-expect-error -- it is the library's to say
socket.closed = true;
// @ts-expect-error -- a code is a number
socket.close("1000");
// @ts-expect-error -- an option that there is not
websocket("/a", { maxPayload: 1 });
// @ts-expect-error -- a list
websocket("/a", { origins: "https://example.org" });

expectTypeOf(createServer(app)).toEqualTypeOf<Server>();
expectTypeOf(createServer(app, { sendTimeout: 0, keepAliveTimeout: 1 })).toEqualTypeOf<Server>();
expectTypeOf(createServer(app, { key: "", cert: "" })).toEqualTypeOf<SecureServer>();
expectTypeOf(createServer(app, { pfx: Buffer.alloc(0) })).toEqualTypeOf<SecureServer>();
expectTypeOf(attachWebSockets(plain, app, { claims: (req) => req.url === "/a" })).toEqualTypeOf<Server>();
// @ts-expect-error -- claims is asked
attachWebSockets(plain, app, { claims: true });
