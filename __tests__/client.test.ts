import { createServer } from "node:http";
import type { ServerResponse } from "node:http";
import { setTimeout as wait } from "node:timers/promises";
import { ColonnadeError, ErrorResponse, JsonResponse } from "colonnade";
import type { ClientResponse, RequestHandle } from "colonnade";
import { clientOf, echo, listen, serve, until } from "./client/served";
import type { Echoed } from "./client/served";

function echoed(response: ClientResponse): Echoed {
  if (response instanceof ErrorResponse) throw new Error("It failed", { cause: response.cause });
  return response.payload as Echoed;
}

/** A server that answers when it is told to. */
async function slow(): Promise<{ port: number; answer: () => void; waiting: ServerResponse[] }> {
  const waiting: ServerResponse[] = [];
  const port = await serve((_req, res) => void waiting.push(res));
  return {
    port,
    waiting,
    answer() {
      for (const res of waiting.splice(0)) res.end("late");
    },
  };
}

describe("HTTPClient.get(path, query, headers, callback)", () => {
  it("asks for a path, with a query and headers", async () => {
    const client = clientOf(await serve(echo));
    const query = { q: "a b&c", list: [1, "two", true], no: false };
    const { method, target, headers, body } = echoed(await client.get("/search", query, { "X-One": "1" }));
    expect([method, target, body]).toEqual([
      "GET",
      "/search?q=a+b%26c&list=1&list=two&list=true&no=false",
      "",
    ]);
    expect(headers).toMatchObject({ "x-one": "1", "accept-encoding": "gzip, deflate, br" });
    expect(headers).not.toHaveProperty("content-length");
  });

  it("takes null for what is left out", async () => {
    const client = clientOf(await serve(echo));
    expect(echoed(await client.get("/x", null, null, null)).target).toBe("/x");
  });

  it("refuses a callback that is no function", () => {
    expect(() => clientOf(1).get("/x", null, null, "done" as never)).toThrow(
      new ColonnadeError("ERR_OPTION", 'The callback of a GET request is a function, not "done"'),
    );
  });
});

describe("the other verbs", () => {
  it("send what they are given", async () => {
    const client = clientOf(await serve(echo));
    const headers = { "X-One": "1" };
    const requests = [
      client.put("/a", "text", { b: 1 }, headers),
      client.post("/a", { c: 2 }, { b: 1 }, headers),
      client.delete("/a", { b: 1 }, headers),
    ];
    const seen = [];
    for (const request of requests) {
      const { method, target, headers: sent, body } = echoed(await request);
      seen.push([method, target, sent["x-one"], sent["content-type"], body]);
    }
    expect(seen).toEqual([
      ["PUT", "/a?b=1", "1", "text/plain; charset=utf-8", "text"],
      ["POST", "/a?b=1", "1", "application/json", '{"c":2}'],
      ["DELETE", "/a?b=1", "1", undefined, ""],
    ]);
  });

  it("run their callbacks", async () => {
    const client = clientOf(await serve(echo));
    const called: string[] = [];
    const note = (response: ClientResponse) => called.push(echoed(response).method);
    client.put("/a", "", null, null, note);
    client.post("/a", null, null, null, note);
    client.delete("/a", null, null, note);
    await until(() => (client.update(), client.pending() === 0));
    expect(called.toSorted()).toEqual(["DELETE", "POST", "PUT"]);
  });
});

describe("RequestHandle", () => {
  it("has an id of its own", async () => {
    const client = clientOf(await serve(echo));
    expect([client.get("/a").id, client.post("/b").id, client.get("/c").id]).toEqual([1, 2, 3]);
  });

  it("is ready once its response is there", async () => {
    const { port, answer, waiting } = await slow();
    const handle = clientOf(port).get("/");
    expect([handle.ready, handle.response]).toEqual([false, undefined]);
    await until(() => waiting.length === 1);
    answer();
    await until(() => handle.ready);
    expect(handle.response).toMatchObject({ statusCode: 200, payload: Buffer.from("late") });
  });

  it("can be awaited before and after, by as many as like", async () => {
    const client = clientOf(await serve(echo));
    const handle = client.get("/");
    const [first, second] = await Promise.all([handle, handle]);
    expect(first).toBeInstanceOf(JsonResponse);
    expect([second, await handle, handle.response]).toEqual([first, first, first]);
  });

  it("passes on what its listeners return and throw", async () => {
    const client = clientOf(await serve(echo));
    expect(await client.get("/").then(({ statusCode }) => statusCode)).toBe(200);
    const thrown = new Error("mine");
    await expect(
      Promise.resolve(
        client.get("/").then(() => {
          throw thrown;
        }),
      ),
    ).rejects.toBe(thrown);
  });
});

describe("HTTPClient.update()", () => {
  it("runs the callbacks of what has completed, with response and handle, and nothing else does", async () => {
    const client = clientOf(await serve(echo));
    const calls: [ClientResponse, RequestHandle][] = [];
    const handle = client.get("/", null, null, (...call) => calls.push(call));
    await handle;
    await wait(20);
    expect(calls).toEqual([]);
    client.update();
    expect(calls).toEqual([[handle.response, handle]]);
    client.update();
    expect(calls).toHaveLength(1);
  });

  it("leaves what has not completed", async () => {
    const { port, answer, waiting } = await slow();
    const client = clientOf(port);
    let calls = 0;
    client.get("/", null, null, () => calls++);
    await until(() => waiting.length === 1);
    client.update();
    expect([calls, client.pending()]).toEqual([0, 1]);
    answer();
    await until(() => (client.update(), calls === 1));
    expect(client.pending()).toBe(0);
  });

  it("leaves what has no callback to getResponses()", async () => {
    const client = clientOf(await serve(echo));
    const handle = client.get("/");
    await until(() => handle.ready);
    client.update();
    expect(client.pending()).toBe(1);
    expect([...client.getResponses()]).toEqual([handle]);
  });

  it("runs callbacks in the order in which the responses came", async () => {
    const held: ServerResponse[] = [];
    const port = await serve((_req, res) => void held.push(res));
    const client = clientOf(port);
    const order: string[] = [];
    const first = client.get("/1", null, null, () => order.push("first"));
    await until(() => held.length === 1);
    const second = client.get("/2", null, null, () => order.push("second"));
    await until(() => held.length === 2);
    held[1]?.end();
    await second;
    held[0]?.end();
    await first;
    client.update();
    expect(order).toEqual(["second", "first"]);
  });

  it("goes on where a callback throws or rejects, and tells onError", async () => {
    const told: unknown[] = [];
    const client = clientOf(await serve(echo), { onError: (...call) => told.push(call) });
    const [thrown, rejected] = [new Error("thrown"), new Error("rejected")];
    let calls = 0;
    const handles = [
      client.get("/", null, null, () => {
        throw thrown;
      }),
      client.get("/", null, null, () => Promise.reject(rejected)),
      client.get("/", null, null, () => calls++),
    ];
    await Promise.all(handles);
    client.update();
    expect([calls, client.pending()]).toEqual([1, 0]);
    await until(() => told.length === 2);
    expect(told).toEqual([
      [thrown, handles[0]],
      [rejected, handles[1]],
    ]);
  });

  it.each<[string, () => void]>([
    [
      "throws",
      () => {
        throw new Error("onError");
      },
    ],
    ["rejects", () => Promise.reject(new Error("onError"))],
  ])("goes on where onError %s", async (_how, onError) => {
    const logged = jest.spyOn(console, "error").mockImplementation(() => {});
    const client = clientOf(await serve(echo), { onError });
    let calls = 0;
    await client.get("/", null, null, () => {
      throw new Error("callback");
    });
    await client.get("/", null, null, () => calls++);
    client.update();
    expect(calls).toBe(1);
    await until(() => logged.mock.calls.length > 0);
    expect(logged.mock.calls).toEqual([[new Error("onError")]]);
    logged.mockRestore();
  });

  it("logs without onError", async () => {
    const logged = jest.spyOn(console, "error").mockImplementation(() => {});
    const client = clientOf(await serve(echo));
    await client.get("/", null, null, () => {
      throw new Error("callback");
    });
    client.update();
    expect(logged.mock.calls).toEqual([[new Error("callback")]]);
    logged.mockRestore();
  });

  it("may be called by a callback, and then does nothing: the update under way goes on", async () => {
    const client = clientOf(await serve(echo));
    const order: string[] = [];
    const handles = Array.from({ length: 20_000 / 100 }, (_, index) =>
      client.get("/", null, null, () => {
        order.push(`begin ${index}`);
        client.update();
        order.push(...[...client.getResponses()].map(() => "taken"), `end ${index}`);
      }),
    );
    await Promise.all(handles);
    client.update();
    expect(order).toHaveLength(2 * handles.length);
    expect(order.every((entry, index) => entry.startsWith(index % 2 === 0 ? "begin" : "end"))).toBe(true);
  });

  it("lets a callback make requests, whose callbacks run in a later update", async () => {
    const client = clientOf(await serve(echo));
    const order: string[] = [];
    await client.get("/", null, null, () => {
      order.push("first");
      client.get("/", null, null, () => order.push("second"));
    });
    client.update();
    expect([order, client.pending()]).toEqual([["first"], 1]);
    await until(() => (client.update(), client.pending() === 0));
    expect(order).toEqual(["first", "second"]);
  });

  it("ends, where each callback makes a request and cancels it", async () => {
    const client = clientOf(await serve(echo));
    let calls = 0;
    const again = () => {
      calls++;
      client.get("/", null, null, again).cancel();
    };
    await client.get("/", null, null, again);
    client.update();
    client.update();
    expect(calls).toBe(2);
  });

  it("does not take a handle that a callback returns for awaited", async () => {
    const client = clientOf(await serve(echo));
    const further: RequestHandle[] = [];
    await client.get("/", null, null, () => {
      further.push(client.get("/further"));
      return further[0];
    });
    client.update();
    await until(() => further[0]?.ready === true);
    expect([...client.getResponses()]).toEqual(further);
  });
});

describe("HTTPClient.getResponses()", () => {
  it("yields what has completed, runs callbacks, and leaves the rest", async () => {
    const { port, waiting } = await slow();
    const client = clientOf(port);
    let calls = 0;
    const [plain, called] = [client.get("/1"), client.get("/2", null, null, () => calls++)];
    await until(() => waiting.length === 2);
    const late = client.get("/3");
    await until(() => waiting.length === 3);
    for (const res of waiting.splice(0, 2)) res.end();
    await until(() => plain.ready && called.ready);
    expect(calls).toBe(0);
    const taken = [...client.getResponses()];
    expect([new Set(taken), calls, client.pending()]).toEqual([new Set([plain, called]), 1, 1]);
    expect([...client.getResponses(), late.ready]).toEqual([false]);
  });

  it("leaves what a loop that is left early has not reached", async () => {
    const client = clientOf(await serve(echo));
    const handles = [client.get("/1"), client.get("/2"), client.get("/3")];
    await until(() => handles.every(({ ready }) => ready));
    for (const _handle of client.getResponses()) break;
    expect(client.pending()).toBe(2);
    expect([...client.getResponses()]).toHaveLength(2);
  });

  it("does not yield what update() has taken meanwhile", async () => {
    const client = clientOf(await serve(echo));
    let calls = 0;
    const handles = [1, 2, 3].map(() => client.get("/", null, null, () => calls++));
    await Promise.all(handles);
    const responses = client.getResponses();
    responses.next();
    client.update();
    expect([[...responses], calls]).toEqual([[], 3]);
  });

  it("goes on where a callback throws", async () => {
    const client = clientOf(await serve(echo), { onError: () => {} });
    const fail = () => {
      throw new Error("callback");
    };
    const handles = [client.get("/", null, null, fail), client.get("/", null, null, fail)];
    await Promise.all(handles);
    expect([...client.getResponses()]).toHaveLength(2);
  });
});

describe("HTTPClient.pending()", () => {
  it("counts a request with a callback until that has run, awaited or not", async () => {
    const client = clientOf(await serve(echo));
    const seen: number[] = [];
    const handle = client.get("/", null, null, () => seen.push(client.pending()));
    await until(() => handle.ready);
    expect(client.pending()).toBe(1);
    await handle;
    expect(client.pending()).toBe(1);
    client.update();
    expect([seen, client.pending()]).toEqual([[1], 0]);
  });

  it("counts one without until it was awaited", async () => {
    const client = clientOf(await serve(echo));
    const handle = client.get("/");
    expect(client.pending()).toBe(1);
    await until(() => handle.ready);
    expect(client.pending()).toBe(1);
    await handle;
    expect(client.pending()).toBe(0);
  });

  it("does not count one that is awaited, once it has completed", async () => {
    const client = clientOf(await serve(echo));
    const handle = client.get("/");
    void handle.then(({ statusCode }) => statusCode);
    expect(client.pending()).toBe(1);
    await until(() => handle.ready);
    expect([client.pending(), [...client.getResponses()]]).toEqual([0, []]);
  });

  it("counts one without until getResponses() has passed it", async () => {
    const client = clientOf(await serve(echo));
    const handle = client.get("/");
    await until(() => handle.ready);
    for (const passed of client.getResponses()) expect([passed, client.pending()]).toEqual([handle, 0]);
  });
});

describe("the responses of HTTPClient", () => {
  it("free their connection, whoever takes them or not", async () => {
    let connections = 0;
    const server = createServer((_req, res) => void res.end(Buffer.alloc(100_000)));
    server.on("connection", () => connections++);
    const client = clientOf(await listen(server), { connections: 2 });
    const handles = Array.from({ length: 50 }, () => client.get("/"));
    await until(() => handles.every(({ ready }) => ready));
    expect([connections, client.pending()]).toEqual([2, 50]);
  });
});
