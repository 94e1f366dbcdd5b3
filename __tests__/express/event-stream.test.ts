import { EventEmitter, on, once } from "node:events";
import { get } from "node:http";
import type { IncomingMessage } from "node:http";
import { connect } from "node:net";
import type { Socket } from "node:net";
import { setImmediate, setTimeout as wait } from "node:timers/promises";
import compression from "compression";
import express from "express";
import type { ErrorRequestHandler } from "express";
import { EventSource } from "undici";
import type { MessageEvent } from "undici";
import { EventStreamResponse, Response, createServer, lastEventId } from "colonnade";
import type {
  EventStreamOptions,
  RouteCallback,
  RouterOptions,
  ServerSentEvent,
  ServerSentEvents,
} from "colonnade";
import { listen } from "./live";
import { appOf, ask, readAll, serve } from "./served";

/** Events that a test gives one by one, and what the iterator was asked for. */
function hand() {
  const emitter = new EventEmitter();
  const calls: string[] = [];
  const iterator: AsyncIterator<ServerSentEvent | string> = {
    next: async () => {
      calls.push("next");
      const [result] = (await once(emitter, "event")) as [IteratorResult<ServerSentEvent | string>];
      return result;
    },
    return: async () => {
      calls.push("return");
      emitter.emit("return");
      return { done: true, value: undefined };
    },
  };
  return {
    events: { [Symbol.asyncIterator]: () => iterator },
    calls,
    give: (value: ServerSentEvent | string) => emitter.emit("event", { value }),
    released: once(emitter, "return"),
  };
}

/** Waits for a socket to have got some text, and nothing later than it. */
async function read(socket: Socket, wanted: string): Promise<string> {
  let received = "";
  const onData = (chunk: Buffer) => (received += chunk.toString());
  socket.on("data", onData);
  while (!received.includes(wanted)) await once(socket, "data");
  socket.off("data", onData);
  return received;
}

const noting =
  (errors: unknown[]): ErrorRequestHandler =>
  (error, _req, res, _next) => {
    errors.push(error);
    res.end();
  };

const streaming = (events: () => ServerSentEvents, options?: EventStreamOptions): RouteCallback => {
  return () => new EventStreamResponse(events(), options);
};

describe("an EventStreamResponse", () => {
  it("is an event stream, sent to its end", async () => {
    const answer = await ask(appOf(streaming(() => ["a", { event: "b", data: [1] }])));
    expect([answer.status, answer.complete]).toEqual([200, true]);
    expect(answer.header("Content-Type")).toBe("text/event-stream");
    expect(answer.header("Cache-Control")).toBe("no-cache, no-transform");
    expect(answer.header("X-Accel-Buffering")).toBe("no");
    expect(answer.header("ETag")).toBeUndefined();
    expect(answer.body.toString()).toBe("data: a\n\nevent: b\ndata: [1]\n\n");
  });

  it.each([
    ["by app.listen", undefined],
    ["by createServer", createServer],
  ])("sends its head at once, and each event as it comes, %s", async (_name, create) => {
    const { events, give } = hand();
    const app = appOf(streaming(() => events, { retry: 10 }));
    const server = (create?.(app) ?? app).listen(0);
    await once(server, "listening");
    const { port } = server.address() as { port: number };
    const request = get({ port, agent: false });
    const [response] = (await once(request, "response")) as [IncomingMessage];
    expect(String((await once(response, "data"))[0])).toBe("retry: 10\n\n");
    for (const event of ["a", "b"]) {
      give(event);
      expect(String((await once(response, "data"))[0])).toBe(`data: ${event}\n\n`);
    }
    request.destroy();
    await new Promise((resolve) => server.close(resolve));
  });

  it("sends its head before the first event, and nothing else", async () => {
    const { events } = hand();
    const served = await serve(appOf(streaming(() => events)));
    const socket = served.begin();
    const head = await read(socket, "\r\n\r\n");
    await wait(20);
    expect(head).toMatch(/^HTTP\/1\.1 200 OK\r\n[^]*\r\n\r\n$/);
    socket.destroy();
    await served.close();
  });

  it("is sent to a client of HTTP/1.0, which knows no chunks", async () => {
    const served = await serve(appOf(streaming(() => ["a"])));
    const socket = connect(served.port, "127.0.0.1");
    socket.write("GET / HTTP/1.0\r\n\r\n");
    expect((await readAll(socket)).toString()).toMatch(/\r\n\r\ndata: a\n\n$/);
    await served.close();
  });

  it.each([
    ["gzip", {}],
    ["br", { level: 1 }],
  ])("is not held back by compression, for a client that takes %s", async (coding, options) => {
    const { events, give } = hand();
    const app = appOf(
      streaming(() => events),
      {},
      express().use(compression({ threshold: 0, ...options })),
    );
    const served = await serve(app);
    const request = get({ port: served.port, agent: false, headers: { "Accept-Encoding": coding } });
    const [response] = (await once(request, "response")) as [IncomingMessage];
    expect(response.headers["content-encoding"]).toBeUndefined();
    for (const event of ["a", "b"]) {
      give(event);
      expect(String((await once(response, "data"))[0])).toBe(`data: ${event}\n\n`);
    }
    request.destroy();
    await served.close();
  });

  it("sends a comment when no event comes", async () => {
    const { events, give } = hand();
    const served = await serve(appOf(streaming(() => events, { heartbeat: 10 })));
    const socket = served.begin();
    expect(await read(socket, ":\n\n")).not.toContain("data:");
    give("a");
    expect(await read(socket, "data: a\n\n")).toContain("data: a\n\n");
    socket.destroy();
    await served.close();
  });

  it("has no body for HEAD, and lets go of the events", async () => {
    const { events, calls } = hand();
    const answer = await ask(appOf(streaming(() => events)), { method: "HEAD" });
    expect([answer.status, answer.header("Content-Type"), answer.complete]).toEqual([
      200,
      "text/event-stream",
      true,
    ]);
    expect(calls).toEqual(["return"]);
  });

  it("is cut when its source fails, also before the first event, and the failure told", async () => {
    for (const events of [[], ["a"]]) {
      const errors: unknown[] = [];
      const failure = new Error("source");
      const failing = async function* () {
        yield* events;
        await setImmediate();
        throw failure;
      };
      const answer = await ask(appOf(streaming(failing)).use(noting(errors)));
      expect([answer.status, answer.complete, errors]).toEqual([200, false, [failure]]);
    }
  });

  it("is cut at what is no event, and the source let go of", async () => {
    const errors: unknown[] = [];
    const { events, calls, give } = hand();
    const served = await serve(appOf(streaming(() => events)).use(noting(errors)));
    const socket = served.begin();
    await read(socket, "\r\n\r\n");
    give(5 as unknown as string);
    if (!socket.closed) await once(socket.resume(), "close");
    expect(errors).toEqual([expect.objectContaining({ code: "ERR_RESPONSE_INVALID" })]);
    expect(calls).toEqual(["next", "return"]);
    await served.close();
  });
});

describe("the client of an EventStreamResponse", () => {
  it("ends it by leaving: return() is called once, though next() never settles", async () => {
    const errors: unknown[] = [];
    const { events, calls, released } = hand();
    const served = await serve(appOf(streaming(() => events)).use(noting(errors)));
    const socket = served.begin();
    await read(socket, "\r\n\r\n");
    socket.destroy();
    await released;
    await wait(20);
    expect([calls, errors]).toEqual([["next", "return"], []]);
    await served.close();
  });

  it("ends it by leaving, and is told of no AbortError that comes of that", async () => {
    const told: unknown[] = [];
    const ended = new EventEmitter();
    async function* events(signal: AbortSignal) {
      yield "first";
      try {
        for await (const [data] of on(new EventEmitter(), "news", { signal }))
          yield { data: data as unknown };
      } finally {
        ended.emit("ended");
      }
    }
    const options: RouterOptions = { onError: (error) => void told.push(error) };
    const app = appOf(({ signal }) => new EventStreamResponse(events(signal)), options);
    const served = await serve(app.use(noting(told)));
    const socket = served.begin();
    await read(socket, "data: first");
    const over = once(ended, "ended");
    socket.destroy();
    await over;
    await wait(20);
    expect(told).toEqual([]);
    await served.close();
  });

  it("ends one whose handler it has not waited for", async () => {
    const { events, calls, released } = hand();
    const begun = new EventEmitter();
    const app = appOf(async ({ signal }) => {
      begun.emit("begun");
      await once(signal, "abort");
      return new EventStreamResponse(events);
    });
    const served = await serve(app);
    const asked = once(begun, "begun");
    const socket = served.begin();
    await asked;
    socket.destroy();
    await released;
    expect(calls).toEqual(["return"]);
    await served.close();
  });

  it("makes the source wait while it does not read", async () => {
    let count = 0;
    const text = "x".repeat(1 << 16);
    const source = async function* () {
      for (; ; count++) yield text;
    };
    const served = await serve(appOf(streaming(source, { heartbeat: 1 })));
    const socket = served.begin();
    await once(socket, "readable"); // it is read no further
    let before = -1;
    while (before !== count) {
      before = count;
      await wait(50);
    }
    expect(count).toBeLessThan(1_000);
    socket.on("data", () => {});
    const goesOn = () => count > before;
    while (!goesOn()) await wait(10);
    socket.destroy();
    await served.close();
  });

  it("says which event it got last when it comes again", async () => {
    const app = appOf((request) => new EventStreamResponse([lastEventId(request) ?? "none"]));
    const live = await listen(app);
    const id = Buffer.from("é–1").toString("latin1"); // as bytes of UTF-8, which is how a browser sends it
    const answers = [
      await live.send("GET", "/"),
      await live.send("GET", "/", { headers: { "Last-Event-ID": id } }),
    ];
    await live.close();
    expect(answers.map(({ body }) => body)).toEqual(["data: none\n\n", "data: é–1\n\n"]);
  });
});

describe("an EventSource", () => {
  it("opens before the first event, gets the events, and comes again where it was", async () => {
    const { events, give } = hand();
    const app = appOf((request) => {
      const last = lastEventId(request);
      if (last === undefined) return new EventStreamResponse(events, { retry: 10, heartbeat: 5 });
      return last === "1"
        ? new EventStreamResponse([{ id: "2", event: "news", data: `since ${last}\nlater` }])
        : new Response(null, 204); // it stays away then
    });
    const served = await serve(app);
    const source = new EventSource(`http://127.0.0.1:${served.port}/`);
    await once(source, "open");
    give({ id: "1", event: "news", data: { a: ["\n"] } });
    const [first] = (await once(source, "news")) as [MessageEvent<string>];
    expect([JSON.parse(first.data), first.lastEventId]).toEqual([{ a: ["\n"] }, "1"]);
    served.cut();
    const [second] = (await once(source, "news")) as [MessageEvent<string>];
    expect([second.data, second.lastEventId]).toEqual(["since 1\nlater", "2"]);
    while (source.readyState !== EventSource.CLOSED) await wait(10);
    source.close();
    await served.close();
  });
});

it("keeps no process alive by its heartbeat", async () => {
  const timers = jest.spyOn(globalThis, "setTimeout");
  const { payload } = new EventStreamResponse(hand().events);
  payload.resume();
  await setImmediate();
  expect(timers.mock.results.map(({ value }) => value.hasRef())).toEqual([false]);
  timers.mockRestore();
  payload.destroy();
});
