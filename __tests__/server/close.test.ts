import { once } from "node:events";
import { Agent, get as ask } from "node:http";
import type { IncomingMessage } from "node:http";
import { connect } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { Response } from "colonnade";
import type { HTTPServer, Route } from "colonnade";
import { WebSocket } from "ws8";
import { Wire, head } from "../express/wire";
import { deferred, until } from "../websocket/live-socket";
import { Things, create, run } from "./running";

interface Got {
  readonly status: number | undefined;
  readonly connection: string | undefined;
  readonly body: string;
}

async function read(response: IncomingMessage): Promise<Got> {
  let body = "";
  for await (const chunk of response.setEncoding("utf8")) body += chunk;
  return { status: response.statusCode, connection: response.headers.connection, body };
}

/** A server whose `GET /slow` waits for the test, and tells how many wait. */
async function start() {
  const go = deferred();
  let waiting = 0;
  const slow: Route = [
    "GET",
    "/slow",
    async () => {
      waiting++;
      await go.promise;
      return new Response("x".repeat(100_000), 200, { "Content-Type": "text/plain" });
    },
  ];
  const server = create().registerRoutes([slow]).registerRoutes(new Things());
  const url = await run(server);
  const asked = (count: number) => until(() => waiting === count);
  return { server, url, go: go.resolve, asked };
}

function port(server: HTTPServer): number {
  return server.address[1];
}

async function fetchSlow(url: string, agent: Agent): Promise<Got> {
  const [response] = (await once(ask(`${url}/slow`, { agent }), "response")) as [IncomingMessage];
  return read(response);
}

describe("HTTPServer.close()", () => {
  it("answers 100 requests in full, closes 100 WebSockets with 1001, and takes no more", async () => {
    const { server, url, go, asked } = await start();
    const agent = new Agent({ keepAlive: true });
    const answers = Promise.all(Array.from({ length: 100 }, () => fetchSlow(url, agent)));
    const sockets = Array.from({ length: 100 }, () => new WebSocket(`${url.replace("http", "ws")}/socket`));
    await Promise.all(sockets.map((socket) => once(socket, "open")));
    const codes = Promise.all(
      sockets.map((socket) => once(socket, "close").then(([code]) => code as number)),
    );
    await asked(100);

    const refusing = port(server);
    const closed = server.close();
    expect(new Set(await codes)).toEqual(new Set([1001]));
    const late = connect(refusing, "127.0.0.1");
    expect((await once(late, "error"))[0]).toMatchObject({ code: "ECONNREFUSED" });
    go();
    expect(new Set(await answers)).toEqual(
      new Set(
        Array.from({ length: 100 }, () => ({ status: 200, connection: "close", body: "x".repeat(100_000) })),
      ),
    );
    expect(await closed).toBe(undefined);
  });

  it("ends connections at once that wait for nothing, and those that never asked", async () => {
    const { server, url } = await start();
    const agent = new Agent({ keepAlive: true });
    await read((await once(ask(`${url}/things/1`, { agent }), "response"))[0] as IncomingMessage);
    const silent = new Wire(port(server));
    await once(silent.socket, "connect");
    await server.close({ timeout: 60_000 });
    expect(await silent.closed).toBe("");
  });

  it("answers a request whose head was still coming", async () => {
    const { server, go, asked } = await start();
    const slow = new Wire(port(server)).write(head("GET", "/slow"));
    const [begin, rest] = ["GET /things/7 HTTP/1.1\r\n", "Host: localhost\r\n\r\n"];
    const late = new Wire(port(server)).write(begin);
    await asked(1);
    await wait(100); // Node 26 ends connections at once that have sent nothing
    const closed = server.close();
    await wait(20);
    late.write(rest);
    expect(await late.closed).toMatch(/^HTTP\/1.1 200 [^]*Connection: close[^]*{"id":"7"}$/);
    go();
    await slow.closed;
    await closed;
  });

  it("answers all of a pipeline, the last of it with Connection: close", async () => {
    const { server, go, asked } = await start();
    const wire = new Wire(port(server)).write(
      head("GET", "/slow"),
      head("GET", "/things/1"),
      head("GET", "/slow"),
    );
    await asked(2);
    const closed = server.close();
    go();
    const received = await wire.closed;
    expect(wire.statuses).toEqual([200, 200, 200]);
    expect(received.match(/^Connection: .*$/gm)).toEqual([
      "Connection: keep-alive",
      "Connection: keep-alive",
      "Connection: close",
    ]);
    await closed;
  });

  it("lets an answer end whose head was sent, and then its connection", async () => {
    const { server } = await start();
    const go = deferred();
    async function* parts() {
      yield "begin ";
      await go.promise;
      yield "end";
    }
    server.registerRoutes([["GET", "/parts", () => new Response(parts())]]);
    const wire = new Wire(port(server)).write(head("GET", "/parts"));
    await wire.until("begin ");
    const closed = server.close({ timeout: 60_000 });
    await wait(20);
    go.resolve();
    expect(await wire.closed).toMatch(/end\r\n0\r\n\r\n$/);
    await closed;
  });

  it("cuts off what is left at the deadline", async () => {
    const { server, asked } = await start();
    const slow = new Wire(port(server)).write(head("GET", "/slow"));
    const halfAsked = new Wire(port(server)).write("GET /things/1 HT");
    const deaf = new Wire(port(server)).write(
      head(
        "GET",
        "/socket",
        "Connection: Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
      ),
    );
    await deaf.until("\r\n\r\n"); // and it never answers the close frame
    await asked(1);
    await server.close({ timeout: 100 });
    expect(await slow.closed).toBe("");
    expect(await halfAsked.closed).toBe("");
    expect(await deaf.closed).toMatch(/^HTTP\/1.1 101 /);
  });

  it("may be called twice, before run() has ended, and where it never ran", async () => {
    const idle = create();
    await idle.close();
    const server = create().registerRoutes(new Things());
    const started = server.run();
    await Promise.all([server.close(), server.close(), started]);
    expect((await fetch(`${await run(server)}/things/1`)).status).toBe(200);
    await Promise.all([server.close(), server.close()]);
  });

  it("tells its address until it has ended, and takes the shorter of two timeouts", async () => {
    const { server, asked } = await start();
    const slow = new Wire(port(server)).write(head("GET", "/slow"));
    await asked(1);
    const { address } = server;
    const first = server.close({ timeout: 60_000 });
    expect(server.address).toEqual(address);
    await server.close({ timeout: 50 });
    await first;
    expect(await slow.closed).toBe("");
  });

  it("is what await using calls", async () => {
    const server = create();
    await run(server);
    const closing = port(server);
    await server[Symbol.asyncDispose]();
    const late = connect(closing, "127.0.0.1");
    expect((await once(late, "error"))[0]).toMatchObject({ code: "ECONNREFUSED" });
  });

  it.each([-1, Number.NaN, "1s", Infinity, null])("refuses the timeout %p", async (timeout) => {
    await expect(create().close({ timeout: timeout as number })).rejects.toMatchObject({
      code: "ERR_OPTION",
    });
  });
});
