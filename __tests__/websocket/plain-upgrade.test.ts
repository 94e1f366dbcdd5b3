import express from "express";
import { JsonResponse, Resource, get, post } from "colonnade";
import type { Request } from "colonnade";
import { chunk, chunked } from "../express/wire";
import { handshake } from "./frames";
import { echo, serve, socketRouter } from "./live-socket";
import type { LiveSockets } from "./live-socket";

class Plain extends Resource {
  @get("/plain")
  plain({ path, headers }: Request) {
    return new JsonResponse({ path, upgrade: headers["upgrade"] ?? null, accept: headers["accept"] ?? null });
  }

  @post("/plain")
  async posted(request: Request) {
    return new JsonResponse({ got: await request.text() });
  }
}

const start = () => serve(express().use(new Plain().router(), socketRouter("/ws", echo)));

/** As curl and Java's HttpClient ask for HTTP/2 (RFC 7540, section 3.2). */
function h2c(method: string, target: string, ...headers: string[]): string {
  const upgrade = ["Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAMAAABkAAQAAP__"];
  return [`${method} ${target} HTTP/1.1`, "Host: localhost", ...upgrade, ...headers, "", ""].join("\r\n");
}

async function expectUsable(sockets: LiveSockets): Promise<void> {
  expect(await (await sockets.connect("/ws")).send("a").next()).toBe("a");
}

describe("an upgrade to HTTP/2 is a plain request", () => {
  it("GET, on a connection that is usable afterwards", async () => {
    const sockets = await start();
    const wire = sockets.wire().write(h2c("GET", "/plain?x=%20", "Accept: text/x"));
    await wire.until('"path":"/plain"');
    expect(wire.received).toContain('"accept":["text/x"]');
    wire.write("GET /plain HTTP/1.1\r\nHost: x\r\n\r\n");
    await wire.until('"accept":null');
    wire.write(handshake("/ws"));
    await wire.until("HTTP/1.1 101");
    expect(wire.statuses).toEqual([200, 200, 101]);
    wire.leave();
    await expectUsable(sockets);
  });

  it("POST, with the body behind it, in one piece or in several", async () => {
    const sockets = await start();
    const wire = sockets.wire().write(h2c("POST", "/plain", "Content-Length: 11") + "first");
    await new Promise((resolve) => setTimeout(resolve, 20));
    wire.write(" piece");
    await wire.until('{"got":"first piece"}');
    wire.write(h2c("POST", "/plain", chunked) + chunk("chun") + chunk("ked") + chunk(""));
    await wire.until('{"got":"chunked"}');
    expect(wire.statuses).toEqual([200, 200]);
    wire.leave();
    await expectUsable(sockets);
  });

  it("404 where there is no route", async () => {
    const sockets = await start();
    const wire = sockets.wire().write(h2c("GET", "/nowhere"));
    await wire.until("Cannot GET /nowhere");
    wire.leave();
    await expectUsable(sockets);
  });

  it("twenty times on a connection, which keeps no more listeners for it", async () => {
    const sockets = await start();
    let listeners = () => 0;
    sockets.server.once("connection", (socket) => {
      listeners = () => socket.eventNames().reduce((sum, name) => sum + socket.listenerCount(name), 0);
    });
    const wire = sockets.wire();
    const counts: number[] = [];
    for (let times = 1; times <= 20; times++) {
      await wire.write(h2c("GET", "/plain")).until('"path":"/plain"', times);
      counts.push(listeners());
    }
    expect(counts.at(-1)).toBeLessThanOrEqual((counts[1] ?? 0) + 1);
    wire.leave();
  });

  it("in a pipeline, in its turn", async () => {
    const sockets = await start();
    const wire = sockets.wire().write("GET /plain?1 HTTP/1.1\r\nHost: x\r\n\r\n", h2c("GET", "/plain?2"));
    await wire.until('"path":"/plain"', 2);
    expect(wire.statuses).toEqual([200, 200]);
    wire.leave();
  });

  it("to any other protocol as well", async () => {
    const sockets = await start();
    const wire = sockets.wire().write(h2c("GET", "/plain").replace("h2c", "TLS/1.2"));
    expect(await wire.until('"path":"/plain"')).toMatch(/^HTTP\/1.1 200 /);
    wire.leave();
  });
});

it("answers what was asked for before a handshake on its connection first", async () => {
  const sockets = await start();
  const wire = sockets.wire().write("GET /plain HTTP/1.1\r\nHost: x\r\n\r\n" + handshake("/ws"));
  await wire.until("HTTP/1.1 101");
  expect(wire.statuses).toEqual([200, 101]);
  wire.leave();
});
