import { createServer as createPlainServer } from "node:http";
import { setTimeout as wait } from "node:timers/promises";
import express from "express";
import type { ErrorRequestHandler, RequestHandler } from "express";
import { Resource, Response, post } from "colonnade";
import type { Request } from "colonnade";
import { live, serve } from "../websocket/live-socket";
import type { LiveSockets } from "../websocket/live-socket";
import { chunk, chunked, head } from "./wire";

class Uploads extends Resource {
  @post("/json", { maxContentLength: 20 })
  async json(request: Request) {
    return new Response(JSON.stringify(await request.json()));
  }

  @post("/unread", { maxContentLength: 20 })
  unread() {
    return new Response("not interested");
  }
}

const raw: RequestHandler = (req, res) => {
  let text = "";
  req.on("data", (data: Buffer) => (text += data.toString()));
  req.on("end", () => res.end(text));
};

async function sizeOf(body: AsyncIterable<Buffer>): Promise<number> {
  let size = 0;
  for await (const piece of body) {
    size += piece.length;
    await wait(0);
  }
  return size;
}

const app = () =>
  express()
    .use("/upstream", express.json())
    .use("/raw", raw)
    .use("/pipe", (req, res) => void req.pipe(res))
    .use("/slowly", (req, res, next) => void sizeOf(req).then((size) => res.end(`${size} bytes`), next))
    .use("/ignore", (_req, res) => void res.end("ignored"))
    .use("/begin", (req, res) => {
      res.write("begun ");
      req.resume().on("end", () => res.end("ended"));
    })
    .use("/upstream", new Uploads().router())
    .use(new Uploads().router());

const expecting = "Expect: 100-continue";

/** Sends the head, and the body once it is asked for. */
async function upload(
  sockets: LiveSockets,
  path: string,
  body: string,
  ...headers: string[]
): Promise<string> {
  const wire = sockets
    .wire()
    .write(head("POST", path, expecting, `Content-Length: ${body.length}`, ...headers));
  await wire.until("HTTP/1.1 ");
  if (wire.received.includes("100 Continue")) wire.write(body);
  await wire.until("\r\n\r\n", wire.received.includes("100 Continue") ? 2 : 1);
  wire.leave();
  return wire.statuses.join(" ");
}

const json = "Content-Type: application/json";

describe("createServer sends 100 Continue", () => {
  it.each(["/json", "/upstream/json", "/raw", "/pipe"])(
    "when the body is first read, by %s",
    async (path) => {
      expect(await upload(await serve(app()), path, '{"a":1}', json)).toBe("100 200");
    },
  );

  it("not for a body that is over the limit: 413", async () => {
    expect(await upload(await serve(app()), "/json", `"${"x".repeat(30)}"`, json)).toBe("413");
  });

  it("not for a body that nobody reads, behind whose answer the connection ends", async () => {
    const sockets = await serve(app());
    const wire = sockets.wire().write(head("POST", "/unread", expecting, "Content-Length: 5"));
    const answer = await wire.closed;
    expect(answer).toMatch(/^HTTP\/1.1 200 [^]*Connection: close[^]*not interested$/);
    expect(wire.statuses).toEqual([200]);
  });

  it("not for a refusal that error middleware takes its time to answer", async () => {
    const late: ErrorRequestHandler = (error: { status: number }, _req, res, _next) =>
      void setTimeout(() => res.status(error.status).end("too large"), 20);
    const sockets = await serve(express().use(new Uploads().router({ errors: "next" }), late));
    expect(await upload(sockets, "/json", `"${"x".repeat(30)}"`, json)).toBe("413");
  });

  it("not when the answer has begun", async () => {
    const sockets = await serve(app());
    const wire = sockets.wire().write(head("POST", "/begin", expecting, "Content-Length: 4"));
    await wire.until("begun");
    await wire.write("body").until("ended");
    expect(wire.statuses).toEqual([200]);
    wire.leave();
  });

  it("not where a handler of Express's ignores it, behind whose answer the connection ends", async () => {
    const sockets = await serve(app());
    const wire = sockets.wire().write(head("POST", "/ignore", expecting, "Content-Length: 5"));
    expect(await wire.closed).toMatch(/^HTTP\/1.1 200 [^]*Connection: close[^]*ignored/);
    expect(wire.statuses).toEqual([200]);
  });

  it.each(["GET", "POST"])("at once for a %s without a body, whose connection stays", async (method) => {
    const sockets = await serve(app());
    const wire = sockets.wire().write(head(method, "/ignore", expecting));
    await wire.until("ignored");
    await wire.write(head("GET", "/ignore", "Connection: close")).closed;
    expect(wire.statuses).toEqual([100, 200, 200]);
  });

  it("for a body that is read slowly, of which nothing is lost", async () => {
    const sockets = await serve(app());
    const wire = sockets.wire().write(head("POST", "/slowly", expecting, "Content-Length: 5000000"));
    await wire.until("100 Continue");
    expect(await wire.write("x".repeat(5_000_000)).until("\n5000000 bytes")).toContain("100 Continue");
    wire.leave();
  });

  it("and ends the connection of a client that asks for it", async () => {
    const sockets = await serve(app());
    const headers = [expecting, "Content-Length: 7", json, "Connection: close"];
    const wire = sockets.wire().write(head("POST", "/json", ...headers));
    await wire.until("100 Continue");
    expect(await wire.write('{"a":1}').closed).toMatch(/^Connection: close\r$/m);
  });

  it("for Express's own 404, before which Express reads the body", async () => {
    expect(await upload(await serve(app()), "/nowhere", "x")).toBe("100 404");
  });

  it("for a chunked body as well, whose limit holds", async () => {
    const sockets = await serve(app());
    const good = sockets.wire().write(head("POST", "/json", expecting, chunked, json));
    await good.until("100 Continue");
    await good.write(chunk('{"a":1}') + chunk("")).until('{"a":1}');
    expect(good.statuses).toEqual([100, 200]);
    const long = sockets.wire().write(head("POST", "/json", expecting, chunked, json));
    await long.until("100 Continue");
    await long.write(chunk(`"${"x".repeat(30)}"`)).until("413");
    expect(long.statuses).toEqual([100, 413]);
    good.leave();
    long.leave();
  });

  it("and the connection is usable behind a body that was asked for", async () => {
    const sockets = await serve(app());
    const wire = sockets.wire();
    for (let times = 1; times <= 3; times++) {
      wire.write(head("POST", "/json", expecting, "Content-Length: 7", json));
      await wire.until("100 Continue", times);
      await wire.write('{"a":1}').until('{"a":1}', times);
    }
    expect(wire.statuses).toEqual([100, 200, 100, 200, 100, 200]);
    wire.leave();
  });
});

it("leaves another expectation to Node: 417", async () => {
  const sockets = await serve(app());
  const wire = sockets.wire().write(head("POST", "/json", "Expect: a-miracle", "Content-Length: 1"));
  expect(await wire.until("417")).toMatch(/^HTTP\/1.1 417 /);
  wire.leave();
});

it("under a plain server, Node asks for the body first", async () => {
  const sockets = await live(createPlainServer(app()));
  const wire = sockets.wire().write(head("POST", "/json", expecting, "Content-Length: 32", json));
  await wire.until("413");
  expect(wire.statuses).toEqual([100, 413]);
  wire.leave();
});
