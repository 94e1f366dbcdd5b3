import express from "express";
import { WebSocketOpCode } from "colonnade";
import { frame, handshake } from "./frames";
import { Calls, echo, serve, socketRouter } from "./live-socket";
import type { Handler, LiveSockets } from "./live-socket";

/** A server's close frame: its code (RFC 6455, section 5.5.1); undefined where there is none. */
function closeCodeIn(received: string): number | undefined {
  const frames = Buffer.from(received.slice(received.indexOf("\r\n\r\n") + 4), "latin1");
  const at = frames.indexOf(0x88);
  return at === -1 || frames.length < at + 4 ? undefined : frames.readUInt16BE(at + 2);
}

function closeFrame(code: number): Buffer {
  const payload = Buffer.alloc(2);
  payload.writeUInt16BE(code);
  return frame(8, payload);
}

async function start(): Promise<{ sockets: LiveSockets; calls: Calls; codes: unknown[] }> {
  const calls = new Calls();
  const codes: unknown[] = [];
  const handler: Handler = (socket, opcode, payload) => {
    calls.add(opcode, payload);
    if (opcode === WebSocketOpCode.Close) codes.push(socket.closeCode);
    return echo(socket, opcode, payload);
  };
  const sockets = await serve(express().use(socketRouter("/ws/:id?", handler)));
  return { sockets, calls, codes };
}

const unmasked = Buffer.from([0x81, 0x02, 0x61, 0x61]);

describe("what is no frame ends that socket, and tells its handler once", () => {
  it.each([
    ["an unmasked frame", unmasked, 1002],
    ["a text that is not UTF-8", frame(1, Buffer.from([0xc3, 0x28])), 1007],
    ["a reserved bit", frame(1, "a", 0xc0), 1002],
    ["a reserved opcode", frame(3, "a"), 1002],
    [
      "a length over 2^53",
      Buffer.from([0x82, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0]),
      1009,
    ],
    ["a ping of 126 bytes", Buffer.from([0x89, 0xfe, 0, 126, 0, 0, 0, 0]), 1002],
    ["a fragmented ping", frame(9, "a", 0), 1002],
    ["a continuation of nothing", frame(0, "a"), 1002],
    ["close code 1005", closeFrame(1005), 1002],
    ["close code 999", closeFrame(999), 1002],
    ["a close frame of one byte", frame(8, "a"), 1002],
    ["a close reason that is not UTF-8", frame(8, Buffer.from([0x03, 0xe8, 0xc3, 0x28])), 1007],
  ])("%s", async (_name, bytes, code) => {
    const { sockets, calls, codes } = await start();
    const bystander = await sockets.connect("/ws");
    calls.all.length = 0;
    const wire = sockets.wire().write(handshake("/ws/1"), bytes);
    await calls.ended();
    wire.socket.end();
    expect(closeCodeIn(await wire.closed)).toBe(code);
    expect(calls.all).toEqual([
      [255, ""],
      [8, ""],
    ]);
    expect(codes).toEqual([code]);
    expect(await bystander.send("alive").next()).toBe("alive");
  });
});

it.each(["/nowhere", "/ws/%ZZ", "/refused"])(
  "answers a handshake with garbage behind it on %s",
  async (path) => {
    const app = express().use("/refused", (_req, res) => void res.status(401).end());
    const sockets = await serve(app.use(socketRouter("/ws/:id?", echo)));
    const text = await sockets.wire().write(Buffer.concat([Buffer.from(handshake(path)), unmasked])).closed;
    expect(text).toMatch(/^HTTP\/1.1 (400|401|404) /);
    expect(await (await sockets.connect("/ws")).send("alive").next()).toBe("alive");
  },
);

it("survives garbage while slow middleware runs", async () => {
  const slow: express.RequestHandler = (_req, _res, next) => void setTimeout(next, 30);
  const calls = new Calls();
  const app = express().use(
    slow,
    socketRouter("/ws", (_socket, opcode, payload) => calls.add(opcode, payload)),
  );
  const sockets = await serve(app);
  const wire = sockets.wire().write(handshake("/ws"), unmasked);
  await calls.ended();
  wire.socket.end();
  expect(closeCodeIn(await wire.closed)).toBe(1002);
});

it("ends a message of 20,000 fragments", async () => {
  const { sockets, calls, codes } = await start();
  const wire = sockets.wire().write(handshake("/ws"));
  await wire.until("\r\n\r\n");
  const fragments = Array.from({ length: 20_000 }, (_, at) => frame(at === 0 ? 1 : 0, "a", 0));
  wire.write(Buffer.concat(fragments));
  await calls.ended();
  wire.leave();
  expect(codes).toEqual([1008]);
  expect(calls.all).toHaveLength(2);
});
