import express from "express";
import type { RequestHandler } from "express";
import { WebSocketOpCode } from "colonnade";
import type { RouteOptions } from "colonnade";
import { handshake } from "./frames";
import { echo, serve, socketRouter } from "./live-socket";
import type { Handler } from "./live-socket";

const start = (options: RouteOptions, handler: Handler = echo) =>
  serve(express().use(socketRouter("/ws", handler, options)));

describe("origins", () => {
  const origins = ["https://example.org", "http://localhost:8080"];

  it.each([
    "https://evil",
    "https://example.org.evil",
    "http://example.org",
    "https://example.org:444",
    "null",
    "",
  ])("refuses a page of %p with 403", async (origin) => {
    const sockets = await start({ origins });
    const text = await sockets.wire().write(handshake("/ws", `Origin: ${origin}`)).closed;
    expect(text).toMatch(/^HTTP\/1.1 403 /);
    expect(text).toContain("ERR_ORIGIN");
  });

  it.each(origins)("accepts a page of %s", async (origin) => {
    const sockets = await start({ origins });
    const peer = await sockets.connect("/ws", { origin });
    expect(await peer.send("a").next()).toBe("a");
  });

  it("accepts a client that sends no Origin", async () => {
    const sockets = await start({ origins });
    expect(await (await sockets.connect("/ws")).send("a").next()).toBe("a");
  });

  it("are asked for before the route's middleware", async () => {
    let ran = false;
    const middleware: RequestHandler = (_req, _res, next) => {
      ran = true;
      next();
    };
    const sockets = await start({
      origins,
      middleware: [middleware],
    });
    expect((await sockets.refusal("/ws", { origin: "https://evil" })).status).toBe(403);
    expect(ran).toBe(false);
  });

  it("by default are all of them; with none, no page may connect", async () => {
    const all = await start({});
    expect(await (await all.connect("/ws", { origin: "https://evil" })).send("a").next()).toBe("a");
    const none = await start({ origins: [] });
    expect((await none.refusal("/ws", { origin: "https://example.org" })).status).toBe(403);
    expect(await (await none.connect("/ws")).send("a").next()).toBe("a");
  });
});

describe("protocols", () => {
  const told: Handler = (socket, opcode) => {
    if (opcode === WebSocketOpCode.Open) void socket.send(`speaks ${socket.protocol}`);
  };

  it.each([
    [["chat"], ["evil", "chat"], "chat"],
    [["chat", "talk"], ["talk", "chat"], "talk"],
    [["chat"], [], ""],
    [undefined, ["first", "second"], "first"],
    [undefined, [], ""],
  ])("declared as %j, of the offered %j chooses %p", async (protocols, offered, chosen) => {
    const sockets = await start(protocols === undefined ? {} : { protocols }, told);
    const peer = await sockets.connect("/ws", {}, offered);
    expect(peer.socket.protocol).toBe(chosen);
    expect(await peer.next()).toBe(`speaks ${chosen}`);
  });

  it.each([
    [["chat"], ["evil", "worse"]],
    [["chat"], ["Chat"]],
    [[], ["chat"]],
  ])("declared as %j, refuses %j with 400", async (protocols, offered) => {
    const sockets = await start({ protocols });
    const { status, body } = await sockets.refusal("/ws", {}, offered);
    expect(status).toBe(400);
    expect(JSON.parse(body)).toMatchObject({ error: expect.stringContaining(offered.join(", ")) as string });
  });

  it.each(["a,,b", "a b", "a, a", "(a)", ","])("refuses the header %p with 400", async (header) => {
    const sockets = await start({});
    const text = await sockets.wire().write(handshake("/ws", `Sec-WebSocket-Protocol: ${header}`)).closed;
    expect(text).toMatch(/^HTTP\/1.1 400 /);
  });

  it("of two headers are one list", async () => {
    const sockets = await start({ protocols: ["chat"] }, told);
    const headers = ["Sec-WebSocket-Protocol: evil", "Sec-WebSocket-Protocol: chat"];
    const wire = sockets.wire().write(handshake("/ws", ...headers));
    expect(await wire.until("speaks")).toMatch(/^Sec-WebSocket-Protocol: chat\r$/im);
    wire.leave();
  });
});

it("keeps to the lists as they were when the route was declared", async () => {
  const [origins, protocols] = [["https://example.org"], ["chat"]];
  const sockets = await start({ origins, protocols });
  origins.push("https://evil");
  protocols.push("evil");
  expect((await sockets.refusal("/ws", { origin: "https://evil" })).status).toBe(403);
  expect((await sockets.refusal("/ws", {}, ["evil"])).status).toBe(400);
});
