import { on, EventEmitter } from "node:events";
import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { ReadableStream } from "node:stream/web";
import { setImmediate } from "node:timers/promises";
import { EventStreamResponse, Request, Response, Router } from "colonnade";
import type { EventStreamOptions, RouteCallback, ServerSentEvent, ServerSentEvents } from "colonnade";

const sent = (...events: (ServerSentEvent | string)[]) => text(new EventStreamResponse(events).payload);

const refusal = (message: string, code = "ERR_RESPONSE_INVALID") =>
  expect.objectContaining({ code, message: expect.stringContaining(message) });

/** Events by hand, which note what they are asked for. */
function noted(next: () => Promise<IteratorResult<string>>) {
  const calls: string[] = [];
  const iterator: AsyncIterator<string> = {
    next: () => {
      calls.push("next");
      return next();
    },
    return: async () => {
      calls.push("return");
      return { done: true, value: undefined };
    },
  };
  return { events: { [Symbol.asyncIterator]: () => iterator }, calls };
}

const never = () => new Promise<never>(() => {});

describe("an event of an EventStreamResponse", () => {
  it.each<[string, ServerSentEvent | string, string]>([
    ["a string", "hello", "data: hello\n\n"],
    ["an empty string", "", "data: \n\n"],
    ["text of several lines", { data: "a\nb\r\nc\rd" }, "data: a\ndata: b\ndata: c\ndata: d\n\n"],
    ["text that ends in a line break", { data: "a\n" }, "data: a\ndata: \n\n"],
    ["text that begins with a space", { data: " a" }, "data:  a\n\n"],
    ["text with a colon", { data: "id: 5" }, "data: id: 5\n\n"],
    ["an object", { data: { a: ["é\n"] } }, 'data: {"a":["é\\n"]}\n\n'],
    ["null", { data: null }, "data: null\n\n"],
    ["zero", { data: 0 }, "data: 0\n\n"],
    ["false", { data: false }, "data: false\n\n"],
    ["what has a toJSON", { data: new Date(0) }, 'data: "1970-01-01T00:00:00.000Z"\n\n'],
    ["a type", { event: "joined", data: "Ada" }, "event: joined\ndata: Ada\n\n"],
    ["a type alone, which a client would drop", { event: "joined" }, "event: joined\ndata: \n\n"],
    ["an id alone", { id: "5" }, "id: 5\n\n"],
    ["an empty id, which takes the last one back", { id: "", data: "a" }, "id: \ndata: a\n\n"],
    ["a delay", { retry: 0 }, "retry: 0\n\n"],
    ["a comment of two lines", { comment: "a\nb" }, ": a\n: b\n\n"],
    [
      "all of it",
      { data: 1, event: "e", id: "i", retry: 2, comment: "c" },
      ": c\nevent: e\nid: i\nretry: 2\ndata: 1\n\n",
    ],
    ["what else it has", { data: "a", createdAt: 5 } as ServerSentEvent, "data: a\n\n"],
  ])("may be %s", async (_name, event, expected) => {
    expect(await sent(event)).toBe(expected);
  });

  it.each<[string, unknown, string]>([
    ["a type of two lines", { event: "a\nb" }, 'its event is one line, not "a\\nb"'],
    ["a type with a carriage return", { event: "a\r" }, "its event is one line"],
    ["an id of two lines", { id: "1\r\ndata: x" }, "its id is one line"],
    ["an id with a NUL", { id: "1\0" }, "its id has no NUL"],
    ["a number as its id", { id: 5 }, "its id is a string, not 5"],
    ["a number as its type", { event: 5, data: "" }, "its event is a string, not 5"],
    ["a number as its comment", { comment: 5 }, "its comment is a string, not 5"],
    ["a negative delay", { retry: -1 }, "its retry is a whole number of milliseconds from 0, not -1"],
    ["half a millisecond", { retry: 0.5 }, "its retry is"],
    ["a delay as text", { retry: "1" }, "its retry is"],
    ["nothing", {}, "it has data, event, id, retry or comment"],
    ["undefined as its data", { data: undefined }, "it has data, event, id, retry or comment"],
    ["bytes", Buffer.from("a"), "it has data, event, id, retry or comment"],
    ["a number", 5, "it is a string or an object, not 5"],
    ["null", null, "it is a string or an object, not null"],
    ["a BigInt as its data", { data: 1n }, "can't be JSON"],
    ["a function as its data", { data: () => 1 }, "can't be JSON"],
  ])("is refused with %s", async (_name, event, message) => {
    await expect(sent(event as ServerSentEvent)).rejects.toEqual(refusal(message));
  });
});

describe("new EventStreamResponse(events, options)", () => {
  it("is a Response with 200 and the headers of an event stream", () => {
    const response = new EventStreamResponse([]);
    expect(response).toBeInstanceOf(Response);
    expect([response.statusCode, response.headers]).toEqual([
      200,
      {
        "Content-Type": "text/event-stream",
        "Cache-Control": "no-cache, no-transform",
        "X-Accel-Buffering": "no",
      },
    ]);
  });

  it("has the headers that it is given, in whatever case, before its own", () => {
    const headers = { "cache-control": "no-store", "X-A": "1" };
    expect(new EventStreamResponse([], { headers }).headers).toEqual({
      "Content-Type": "text/event-stream",
      "X-Accel-Buffering": "no",
      ...headers,
    });
  });

  it("sends the delay first", async () => {
    expect(await text(new EventStreamResponse(["a"], { retry: 5_000 }).payload)).toBe(
      "retry: 5000\n\ndata: a\n\n",
    );
  });

  it.each<[string, () => ServerSentEvents]>([
    ["a list", () => ["a", { data: "b" }]],
    ["a generator", () => (function* () { yield* ["a", "b"]; })()], // prettier-ignore
    ["an async generator", () => (async function* () { yield* ["a", "b"]; })()], // prettier-ignore
    ["a Readable of objects", () => Readable.from([{ data: "a" }, { data: "b" }])],
    ["a Readable of text", () => Readable.from(["a", "b"])],
    [
      "a web stream",
      () =>
        new ReadableStream<ServerSentEvent>({
          start: (controller) => {
            for (const data of ["a", "b"]) controller.enqueue({ data });
            controller.close();
          },
        }),
    ],
  ])("takes events from %s", async (_name, events) => {
    expect(await text(new EventStreamResponse(events()).payload)).toBe("data: a\n\ndata: b\n\n");
  });

  it.each<[string, unknown, string]>([
    ["a string", "ab", 'not from "ab"'],
    ["nothing", undefined, "not from undefined"],
    ["null", null, "not from null"],
    ["an object", {}, "not from an object of class Object"],
    ["a function", async function* events() {}, "not from function events"],
  ])("refuses %s as events", (_name, events, message) => {
    expect(() => new EventStreamResponse(events as ServerSentEvents)).toThrow(refusal(message));
  });

  it("refuses a generator that has been taken before, of which each would get the half", async () => {
    const events = (async function* () {})();
    expect(await text(new EventStreamResponse(events).payload)).toBe("");
    expect(() => new EventStreamResponse(events)).toThrow(refusal("has been sent before"));
  });

  it.each<[string, () => ServerSentEvents]>([
    ["a Readable", () => Readable.from(["a", "b"])],
    ["a web stream", () => new ReadableStream<string>({ start: (controller) => controller.close() })],
  ])("refuses %s that has been taken before, and leaves it to the first", async (_name, make) => {
    const events = make();
    const first = new EventStreamResponse(events);
    expect(() => new EventStreamResponse(events)).toThrow(refusal("has been sent before"));
    expect(await text(first.payload)).toBe(events instanceof Readable ? "data: a\n\ndata: b\n\n" : "");
  });

  it.each<[string, object, string]>([
    ["an option that does not exist", { hearbeat: 5 }, 'has no option "hearbeat"'],
    ["a negative heartbeat", { heartbeat: -1 }, "heartbeat is a whole number of milliseconds from 0, not -1"],
    ["one that no timer has", { heartbeat: 2 ** 31 }, "heartbeat is"],
    ["a heartbeat of false", { heartbeat: false }, "heartbeat is"],
    ["a delay of NaN", { retry: NaN }, "retry is"],
  ])("refuses %s, and lets go of the events", (_name, options, message) => {
    const { events, calls } = noted(never);
    expect(() => new EventStreamResponse(events, options)).toThrow(refusal(message, "ERR_OPTION"));
    expect(calls).toEqual(["return"]);
  });

  it("refuses headers that can't be sent, and lets go of the events", () => {
    const { events, calls } = noted(never);
    const headers = { "X-A": "a\nb" };
    expect(() => new EventStreamResponse(events, { headers })).toThrow(refusal("X-A"));
    expect(calls).toEqual(["return"]);
  });

  it.each([new Map([["X-A", "1"]]), new Headers({ "X-A": "1" }), 5, "X-A: 1"])(
    "refuses headers that are no object, and lets go of the events",
    (headers) => {
      const { events, calls } = noted(never);
      const options = { headers } as unknown as EventStreamOptions;
      expect(() => new EventStreamResponse(events, options)).toThrow(refusal("plain object"));
      expect(calls).toEqual(["return"]);
    },
  );
});

describe("the payload of an EventStreamResponse", () => {
  it("asks for an event when it is read, and for one at a time", async () => {
    let count = 0;
    const { events, calls } = noted(async () => ({ value: `${(count += 1)}` }));
    const { payload } = new EventStreamResponse(events);
    await setImmediate();
    expect(calls).toEqual([]);
    const chunks: string[] = [];
    payload.on("data", (chunk: string) => {
      chunks.push(chunk);
      if (chunk.includes("2")) payload.pause();
    });
    await setImmediate();
    expect(chunks).toEqual(["", "data: 1\n\n", "data: 2\n\n"]);
    expect(calls).toEqual(["next", "next"]);
    payload.destroy();
  });

  it("lets go of the iterator once when it is destroyed, though that waits for ever", async () => {
    const { events, calls } = noted(never);
    const { payload } = new EventStreamResponse(events);
    payload.resume();
    await setImmediate();
    payload.destroy().destroy();
    await setImmediate();
    expect(calls).toEqual(["next", "return"]);
  });

  it("does nothing with what comes late", async () => {
    let give: (result: IteratorResult<string>) => void = () => {};
    const { events, calls } = noted(() => new Promise((resolve) => (give = resolve)));
    const { payload } = new EventStreamResponse(events);
    payload.resume();
    await setImmediate();
    payload.destroy();
    give({ value: "late" });
    await setImmediate();
    expect(calls).toEqual(["next", "return"]);
  });

  it.each<[string, () => Promise<IteratorResult<string>>]>([
    ["has ended", async () => ({ done: true, value: undefined })],
    ["has failed", async () => Promise.reject(new Error("failed"))],
  ])("lets an iterator be that %s by itself", async (_name, next) => {
    const { events, calls } = noted(next);
    await text(new EventStreamResponse(events).payload).catch(() => {});
    expect(calls).toEqual(["next"]);
  });

  it("lets go of an iterator whose event is refused", async () => {
    const { events, calls } = noted(async () => ({ value: 5 as unknown as string }));
    await expect(text(new EventStreamResponse(events).payload)).rejects.toEqual(refusal("not 5"));
    expect(calls).toEqual(["next", "return"]);
  });

  it.each<[string, unknown]>([
    ["nothing", undefined],
    ["what throws when it is read", { get done() { throw new Error("done"); } }], // prettier-ignore
  ])("fails when the iterator gives %s in place of a result", async (_name, result) => {
    const { events } = noted(async () => result as IteratorResult<string>);
    await expect(text(new EventStreamResponse(events).payload)).rejects.toThrow(Error);
  });

  it.each<[string, () => unknown]>([
    ["throws", () => { throw new Error("return"); }], // prettier-ignore
    ["rejects", async () => { throw new Error("return"); }], // prettier-ignore
    ["is none", () => 5],
  ])("does not mind a return() that %s", async (_name, release) => {
    const iterator = { next: never, return: release as () => Promise<IteratorResult<string>> };
    const { payload } = new EventStreamResponse({ [Symbol.asyncIterator]: () => iterator });
    payload.destroy();
    await setImmediate();
    expect(payload.errored).toBeNull();
  });

  it("destroys a Readable that it has not begun to read, and one that gives nothing", async () => {
    for (const begun of [false, true]) {
      const events = new Readable({ objectMode: true, read: () => {} });
      const { payload } = new EventStreamResponse(events);
      if (begun) payload.resume();
      await setImmediate();
      payload.destroy();
      expect(events.destroyed).toBe(true);
    }
  });

  it("cancels a web stream", async () => {
    let cancelled = false;
    const cancel = () => void (cancelled = true);
    const { payload } = new EventStreamResponse(new ReadableStream<string>({ cancel }));
    payload.resume();
    await setImmediate();
    payload.destroy();
    await setImmediate();
    expect(cancelled).toBe(true);
  });

  it("listens from the moment it is made", async () => {
    const emitter = new EventEmitter();
    async function* events() {
      for await (const [data] of on(emitter, "news")) yield { data: data as unknown };
    }
    const pushed = Readable.from(events());
    const { payload } = new EventStreamResponse(pushed);
    payload.resume();
    await setImmediate();
    expect(emitter.listenerCount("news")).toBe(1);
    payload.destroy();
  });
});

describe("the heartbeat of an EventStreamResponse", () => {
  beforeEach(() => jest.useFakeTimers({ doNotFake: ["nextTick", "setImmediate", "queueMicrotask"] }));
  afterEach(() => jest.useRealTimers());

  /** Reads events that a test gives; what it returns has what was read. */
  async function read(options?: EventStreamOptions) {
    const emitter = new EventEmitter();
    const { events, calls } = noted(() => new Promise((resolve) => emitter.once("event", resolve)));
    const { payload } = new EventStreamResponse(events, options);
    const chunks: string[] = [];
    payload.on("data", (chunk: string) => chunks.push(chunk));
    const give = async (value: string) => {
      emitter.emit("event", { value });
      await setImmediate();
    };
    await setImmediate();
    return { payload, chunks, calls, give };
  }

  it.each([
    [15_000, undefined],
    [500, { heartbeat: 500 }],
  ])("is a comment after %i ms without an event", async (time, options) => {
    const { payload, chunks } = await read(options);
    jest.advanceTimersByTime(time - 1);
    expect(chunks).toEqual([""]);
    jest.advanceTimersByTime(1);
    expect(chunks).toEqual(["", ":\n\n"]);
    jest.advanceTimersByTime(2 * time);
    expect(chunks).toEqual(["", ":\n\n", ":\n\n", ":\n\n"]);
    payload.destroy();
  });

  it("waits anew after each event", async () => {
    const { payload, chunks, give, calls } = await read({ heartbeat: 100 });
    jest.advanceTimersByTime(99);
    await give("a");
    jest.advanceTimersByTime(99);
    expect(chunks).toEqual(["", "data: a\n\n"]);
    jest.advanceTimersByTime(1);
    await give("b");
    expect(chunks).toEqual(["", "data: a\n\n", ":\n\n", "data: b\n\n"]);
    expect(calls).toEqual(["next", "next", "next"]);
    payload.destroy();
  });

  it("does not pile up before one that reads nothing", async () => {
    const { payload, chunks } = await read({ heartbeat: 100 });
    payload.pause();
    jest.advanceTimersByTime(1_000);
    expect([chunks, payload.readableLength]).toEqual([[""], 1]);
    payload.destroy();
  });

  it("is none where it is 0", async () => {
    const { payload, chunks } = await read({ heartbeat: 0 });
    expect(jest.getTimerCount()).toBe(0);
    jest.advanceTimersByTime(1_000_000);
    expect(chunks).toEqual([""]);
    payload.destroy();
  });

  it("ends with the stream", async () => {
    const { payload } = await read();
    expect(jest.getTimerCount()).toBe(1);
    payload.destroy();
    expect(jest.getTimerCount()).toBe(0);
  });

  it("ends with the events, though nobody reads their end", async () => {
    const { payload } = new EventStreamResponse([]);
    payload.read();
    payload.read();
    await setImmediate();
    expect(jest.getTimerCount()).toBe(0);
    payload.destroy();
  });
});

describe("Router.dispatch(request) with an EventStreamResponse", () => {
  const dispatch = (callback: RouteCallback, method = "GET") =>
    new Router()
      .registerRoutes([["GET", "/", callback]])
      .dispatch(new Request(["127.0.0.1", 1], method, "/"));

  it("gives the text as a stream, one event to a chunk", async () => {
    const response = await dispatch(() => new EventStreamResponse(["a", { id: "2", data: "b" }]));
    expect(response.headers["Content-Type"]).toBe("text/event-stream");
    const chunks: unknown[] = [];
    for await (const chunk of response.payload as Readable) chunks.push(chunk);
    expect(chunks.filter((chunk) => chunk !== "")).toEqual(["data: a\n\n", "id: 2\ndata: b\n\n"]);
  });

  it("lets go of the events of a HEAD", async () => {
    const { events, calls } = noted(never);
    const response = await dispatch(() => new EventStreamResponse(events), "HEAD");
    expect([response.payload, response.headers["Content-Type"]]).toEqual([null, "text/event-stream"]);
    expect(calls).toEqual(["return"]);
  });
});
