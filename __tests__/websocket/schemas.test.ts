import { createServer as createPlainServer } from "node:http";
import express from "express";
import type { RequestHandler } from "express";
import { z } from "zod";
import { Resource, WebSocketOpCode, header, websocket } from "colonnade";
import type { MessageOf, RequestOf, Schema, SocketOptions, WebSocketRequest } from "colonnade";
import { changing, given } from "../schema/given";
import { Calls, live, serve } from "./live-socket";
import type { LiveSockets } from "./live-socket";

// oxlint-disable-next-line typescript/no-require-imports -- it has no types that leave Express's alone
const expressWs = require("express-ws") as (app: object, server: object) => void;

/** What is read by the schema `receives` is any value. */
type Payloads = { calls: unknown[][]; sockets: WebSocketRequest[]; ended: Promise<void> };

function routerOf(options: SocketOptions): { router: RequestHandler; seen: Payloads } {
  let end = () => {};
  const seen: Payloads = { calls: [], sockets: [], ended: new Promise((resolve) => (end = resolve)) };
  class Chat extends Resource {
    @websocket("/rooms/:room", options)
    talk(socket: WebSocketRequest, opcode: WebSocketOpCode, payload: unknown) {
      seen.calls.push([WebSocketOpCode[opcode], payload]);
      seen.sockets.push(socket);
      if (opcode === WebSocketOpCode.Close) end();
    }
  }
  return {
    router: new Chat().router({ onError: (error) => seen.calls.push(["error", String(error)]) }),
    seen,
  };
}

/** By `createServer`, and by the app's own express-ws. */
const servers: Record<string, (router: RequestHandler) => Promise<LiveSockets>> = {
  createServer: (router) => serve(express().use(router)),
  "express-ws": async (router) => {
    const app = express();
    const server = createPlainServer(app);
    expressWs(app, server);
    app.use(router);
    return live(server);
  },
};

const Said = z.object({ text: z.string(), loud: z.boolean().default(false) });
const slowly = <Output>(schema: Schema<unknown, Output>): Schema<unknown, Output> =>
  given(async (value) => {
    await new Promise((resolve) => setTimeout(resolve, 20));
    return schema["~standard"].validate(value);
  });

describe.each(Object.entries(servers))("receives, by %s", (_name, start) => {
  it.each([
    ["synchronous", Said],
    ["asynchronous", slowly(Said as Schema<unknown, unknown>)],
  ])("has the handler given what a %s schema makes of a text message, in order", async (_kind, receives) => {
    const { router, seen } = routerOf({ receives });
    const sockets = await start(router);
    const peer = await sockets.connect("/rooms/a");
    peer.send('{"text":"1"}').send(Buffer.from("2")).send('{"text":"3","loud":true}');
    await peer.close();
    await seen.ended;
    expect(seen.calls).toEqual([
      ["Open", ""],
      ["Text", { text: "1", loud: false }],
      ["Binary", Buffer.from("2")],
      ["Text", { text: "3", loud: true }],
      ["Close", ""],
    ]);
  });

  it("keeps from the handler what it does not accept, and tells the peer why", async () => {
    const { router, seen } = routerOf({ receives: slowly(Said as Schema<unknown, unknown>) });
    const sockets = await start(router);
    const peer = await sockets.connect("/rooms/a");
    peer.send('{"text":5}').send("{").send('{"text":"6"}');
    const told = (await peer.take(2)).map((message) => JSON.parse(String(message)) as unknown);
    expect(told).toMatchObject([
      {
        error: expect.stringContaining(
          "The message to WEBSOCKET /rooms/:room is not valid: message.text: ",
        ) as string,
        code: "ERR_VALIDATION",
        issues: [{ in: "message", path: ["text"] }],
      },
      { code: "ERR_VALIDATION", issues: [{ in: "message", path: [], message: "It is not JSON" }] },
    ]);
    await peer.close();
    await seen.ended;
    expect(seen.calls).toEqual([
      ["Open", ""],
      ["Text", { text: "6", loud: false }],
      ["Close", ""],
    ]);
  });

  it('closes with 1008 where the route says "close"', async () => {
    const { router, seen } = routerOf({ receives: Said, invalid: "close" });
    const sockets = await start(router);
    const peer = await sockets.connect("/rooms/a");
    peer.send("[]").send('{"text":"1"}');
    expect(await peer.closed).toEqual({ code: 1008, reason: "The message is not valid" });
    await seen.ended;
    expect(seen.calls).toEqual([
      ["Open", ""],
      ["Close", ""],
    ]);
  });

  it("ends with 1011 where the schema itself fails", async () => {
    const fails = changing(() => {
      throw new Error("the schema fails");
    });
    const { router, seen } = routerOf({ receives: fails });
    const sockets = await start(router);
    const peer = await sockets.connect("/rooms/a");
    peer.send("1");
    expect((await peer.closed).code).toBe(1011);
    await seen.ended;
    expect(seen.calls).toEqual([
      ["Open", ""],
      ["error", "Error: the schema fails"],
      ["Close", ""],
    ]);
  });
});

describe("sends", () => {
  it("sends what the schema allows as JSON", async () => {
    const chat = websocket("/rooms/:room", { sends: z.union([Said, z.string()]) });
    class Chat extends Resource {
      @chat
      async talk(socket: RequestOf<typeof chat>, ...[opcode]: MessageOf<typeof chat>) {
        if (opcode !== WebSocketOpCode.Open) return;
        await socket.send({ text: "a", loud: true });
        await socket.send("text");
      }
    }
    const sockets = await serve(express().use(new Chat().router()));
    const peer = await sockets.connect("/rooms/a");
    expect(await peer.take(2)).toEqual(['{"text":"a","loud":true}', '"text"']);
  });

  it("refuses at once what JSON has no value for", async () => {
    const { router, seen } = routerOf({ sends: z.unknown() });
    const sockets = await serve(express().use(router));
    const peer = await sockets.connect("/rooms/a");
    await peer.close();
    await seen.ended;
    const circular: unknown[] = [];
    circular.push(circular);
    for (const message of [undefined, 5n, circular]) {
      expect(() => seen.sockets[0]?.send(message as never)).toThrow(
        "A message that JSON has no value for can't be sent",
      );
    }
  });
});

describe("the schemas of a handshake", () => {
  const options = {
    matches: z.object({ room: z.coerce.number() }),
    query: slowly(z.object({ token: z.string() }) as unknown as Schema<unknown, { token: string }>),
  };

  it("refuse it with 400, and all that is wrong", async () => {
    const { router, seen } = routerOf(options);
    const sockets = await serve(express().use(router));
    const { status, body } = await sockets.refusal("/rooms/a");
    expect([status, JSON.parse(body)]).toMatchObject([
      400,
      {
        code: "ERR_VALIDATION",
        issues: [
          { in: "matches", path: ["room"] },
          { in: "query", path: ["token"] },
        ],
      },
    ]);
    expect(seen.calls).toEqual([]);
  });

  it("close a socket that express-ws has accepted with 1008", async () => {
    const { router, seen } = routerOf(options);
    const sockets = await (servers["express-ws"] as (router: RequestHandler) => Promise<LiveSockets>)(router);
    const peer = await sockets.connect("/rooms/a");
    expect((await peer.closed).code).toBe(1008);
    expect(seen.calls).toEqual([]);
  });

  it.each(Object.entries(servers))(
    "give the handler what they make, and lose no message, by %s",
    async (_name, start) => {
      const { router, seen } = routerOf(options);
      const sockets = await start(router);
      const peer = await sockets.connect("/rooms/5?token=x");
      peer.send("at once");
      await peer.close();
      await seen.ended;
      expect(seen.calls).toEqual([
        ["Open", ""],
        ["Text", "at once"],
        ["Close", ""],
      ]);
      expect([seen.sockets[0]?.matches, seen.sockets[0]?.query]).toEqual([{ room: 5 }, { token: "x" }]);
    },
  );

  it("are also what @header says", async () => {
    const calls = new Calls();
    class Chat extends Resource {
      @websocket("/x")
      @header("X-Key", { required: true })
      talk(_socket: WebSocketRequest, opcode: WebSocketOpCode) {
        calls.add(opcode, "");
      }
    }
    const sockets = await serve(express().use(new Chat().router()));
    expect((await sockets.refusal("/x")).status).toBe(400);
    await (await sockets.connect("/x", { headers: { "X-Key": "a" } })).close();
    expect(await calls.ended()).toHaveLength(2);
  });
});
