import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer as createPlainServer } from "node:http";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { connect } from "node:tls";
import express from "express";
import { JsonResponse, Resource, attachWebSockets, createServer, get, post } from "colonnade";
import type { Request } from "colonnade";
import { chunk, chunked } from "../express/wire";
import { handshake } from "./frames";
import { echo, live, serve, socketRouter } from "./live-socket";
import type { LiveSockets } from "./live-socket";

class Plain extends Resource {
  @get("/plain")
  plain({ path, headers }: Request) {
    return new JsonResponse({ path, upgrade: headers["upgrade"] ?? null, accept: headers["accept"] ?? null });
  }

  @get("/slow")
  async slow() {
    await wait(30);
    return new JsonResponse("at last");
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
  it.each([
    ["in the case of another client", (text: string) => text.replace("Upgrade: h2c", "UPGRADE: H2C")],
    ["with a header in Latin-1", (text: string) => text.replace("Accept: text/x", "Accept: text/é")],
  ])("%s", async (_name, change) => {
    const sockets = await start();
    const text = change(h2c("GET", "/plain", "Accept: text/x"));
    const wire = sockets.wire().write(Buffer.from(text, "latin1"));
    await wire.until('"path":"/plain"');
    const accept = Buffer.from(/"accept":\["(.*)"\]/.exec(wire.received)?.[1] ?? "", "latin1").toString();
    expect(text).toContain(`Accept: ${accept}`);
    expect(wire.statuses).toEqual([200]);
    wire.leave();
  });

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
    await wait(20);
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

  it("over TLS", async () => {
    const [key, cert] = ["key.pem", "cert.pem"].map((name) =>
      readFileSync(join(__dirname, "../fixtures/tls", name)),
    ) as [Buffer, Buffer];
    const sockets = await live(createServer(express().use(new Plain().router()), { key, cert }));
    const client = connect({ port: sockets.port, host: "127.0.0.1", rejectUnauthorized: false });
    client.write(h2c("GET", "/plain"));
    const [answer] = (await once(client, "data")) as [Buffer];
    expect(answer.toString()).toMatch(/^HTTP\/1.1 200 /);
    client.destroy();
  });

  it("in a pipeline, in its turn", async () => {
    const sockets = await start();
    const wire = sockets.wire().write("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n" + h2c("GET", "/plain"));
    expect(await wire.until('"path":"/plain"')).toMatch(/at last[^]*"path":"\/plain"/);
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

describe("beside another listener", () => {
  /** It notes what it is asked for, and answers by itself. */
  async function withOther() {
    const seen: unknown[] = [];
    const sockets = await start();
    sockets.server.on("upgrade", (req, socket) => {
      seen.push(req.headers.upgrade);
      socket.end("HTTP/1.1 410 Theirs\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
    });
    return { sockets, seen };
  }

  it("HTTP/2 is a plain request, and another protocol is theirs", async () => {
    const { sockets, seen } = await withOther();
    const plain = sockets.wire().write(h2c("GET", "/plain").replace("h2c", "H2C"));
    await plain.until('"path":"/plain"');
    plain.leave();
    const theirs = sockets.wire().write(h2c("GET", "/plain").replace("h2c", "TLS/1.2"));
    expect(await theirs.closed).toMatch(/^HTTP\/1.1 410 /);
    expect(seen).toEqual(["TLS/1.2"]);
  });

  it("a Node that asks is told the same", () => {
    const server = createPlainServer();
    const asking = Object.assign(server, { shouldUpgradeCallback: () => true });
    attachWebSockets(asking, express());
    const asked = () =>
      ["websocket", "WebSocket", "h2c", "TLS/1.2"].map((upgrade) =>
        (asking.shouldUpgradeCallback as (req: object) => boolean)({ headers: { upgrade } }),
      );
    expect(asked()).toEqual([true, true, false, false]);
    server.on("upgrade", () => {});
    expect(asked()).toEqual([true, true, false, true]);
  });

  it("a Node that asks is refused what its owner refuses", () => {
    const asking = Object.assign(createPlainServer(), { shouldUpgradeCallback: () => false });
    attachWebSockets(asking, express());
    const { shouldUpgradeCallback } = asking as { shouldUpgradeCallback: (req: object) => boolean };
    expect(shouldUpgradeCallback({ headers: { upgrade: "websocket" } })).toBe(false);
  });
});

it("answers what was asked for before a handshake on its connection first", async () => {
  const sockets = await start();
  const wire = sockets.wire().write("GET /plain HTTP/1.1\r\nHost: x\r\n\r\n" + handshake("/ws"));
  await wire.until("HTTP/1.1 101");
  expect(wire.statuses).toEqual([200, 101]);
  wire.leave();
});
