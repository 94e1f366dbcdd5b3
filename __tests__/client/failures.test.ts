import { createServer } from "node:http";
import { createServer as createRawServer } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { ErrorResponse, HTTPClient, Response } from "colonnade";
import type { ColonnadeError } from "colonnade";
import { clientOf, closedPort, listen, serve, serveBytes, until } from "./served";

const head = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n";
const chunked = "Transfer-Encoding: chunked\r\n\r\n";

/** What nobody can catch. */
const escaped: unknown[] = [];
const note = (reason: unknown) => escaped.push(reason);
beforeAll(() => void process.on("unhandledRejection", note));
afterAll(() => void process.off("unhandledRejection", note));
function expectFailure(response: unknown): ErrorResponse {
  expect(response).toBeInstanceOf(ErrorResponse);
  return response as ErrorResponse;
}

describe("a request without a whole answer", () => {
  it.each<[what: string, bytes: string, then: "end" | "reset" | "stay", cause: RegExp]>([
    ["nothing, and closes", "", "end", /SocketError/],
    ["nothing, and resets", "", "reset", /ECONNRESET|SocketError/],
    ["half a head", "HTTP/1.1 200 OK\r\nContent-Ty", "end", /SocketError/],
    ["less than its length", `${head}Content-Length: 10\r\n\r\nabc`, "end", /SocketError/],
    ["less, and resets", `${head}Content-Length: 10\r\n\r\nabc`, "reset", /ECONNRESET|SocketError/],
    [
      "less, on a connection that was to be closed",
      `${head}Connection: close\r\nContent-Length: 10\r\n\r\nabc`,
      "end",
      /ResponseContentLengthMismatchError/,
    ],
    ["half of its chunks", `${head}${chunked}3\r\nabc\r\n`, "end", /SocketError/],
    ["a chunk that is none", `${head}${chunked}xyz\r\n`, "stay", /HTTPParserError/],
    ["two lengths", `${head}Content-Length: 1\r\nContent-Length: 2\r\n\r\nab`, "stay", /Mismatch/],
    ["a length that is none", `${head}Content-Length: 1x\r\n\r\nab`, "stay", /Mismatch/],
    ["a length and chunks", `${head}Content-Length: 1\r\n${chunked}0\r\n\r\n`, "stay", /Mismatch/],
    ["what is no HTTP", "220 smtp.example.com ESMTP\r\n", "stay", /HTTPParserError/],
    ["a control character in a header", `${head}X: a\u0001b\r\n\r\n`, "stay", /HTTPParserError/],
    ["a head of 100 kB", `${head}X: ${"x".repeat(100_000)}\r\n\r\n`, "stay", /HeadersOverflowError/],
    ["a status of 099", "HTTP/1.1 099 Odd\r\nContent-Length: 0\r\n\r\n", "stay", /AssertionError/],
    ["an upgrade", "HTTP/1.1 101 Hm\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n", "stay", /SocketError/],
  ])("ends as a 502 with the cause: %s", async (_what, bytes, then, cause) => {
    const response = expectFailure(await clientOf(await serveBytes(bytes, then)).get("/"));
    expect(response.statusCode).toBe(502);
    expect(response.payload).toEqual({ error: "No answer came" });
    expect(response.headers).toEqual({ "Content-Type": "application/json" });
    const { name, code } = response.cause as NodeJS.ErrnoException;
    expect(`${name} ${code}`).toMatch(cause);
  });

  it("ends as a 502 where the connection is refused", async () => {
    const response = expectFailure(await clientOf(await closedPort()).get("/"));
    expect([response.statusCode, response.payload]).toEqual([502, { error: "No answer came" }]);
    expect(response.cause).toMatchObject({ code: "ECONNREFUSED" });
  });

  it("ends as a 502 where the name has no address", async () => {
    const client = new HTTPClient(["nowhere.invalid", 80]);
    const response = expectFailure(await client.get("/"));
    expect(response.statusCode).toBe(502);
    expect((response.cause as NodeJS.ErrnoException).syscall).toBe("getaddrinfo");
    await client.stop();
  });

  it("is handed to the callback, and update() does not throw", async () => {
    const client = clientOf(await closedPort());
    const responses: unknown[] = [];
    await client.get("/", null, null, (response) => responses.push(response));
    client.update();
    expect(expectFailure(responses[0]).cause).toMatchObject({ code: "ECONNREFUSED" });
  });

  it("ends each of those that wait for the same connection", async () => {
    const client = clientOf(await closedPort(), { connections: 1 });
    const responses = await Promise.all(Array.from({ length: 20 }, () => client.post("/", "text")));
    const codes = responses.map((response) => (expectFailure(response).cause as NodeJS.ErrnoException).code);
    expect(new Set(codes)).toEqual(new Set(["ECONNREFUSED"]));
  });

  it("leaves the client usable", async () => {
    let first = true;
    const port = await serve((req, res) => {
      if (first) req.socket.destroy();
      else res.end("well");
      first = false;
    });
    const client = clientOf(port, { connections: 1 });
    expectFailure(await client.get("/"));
    expect((await client.get("/")).payload).toEqual(Buffer.from("well"));
  });
});

describe("a server that comes back", () => {
  it.each([1, 100])("is asked again, over %d connections", async (connections) => {
    const port = await closedPort();
    const client = clientOf(port, { connections });
    const ask = () => Promise.all(Array.from({ length: 5 }, () => client.get("/")));
    const before = await ask();
    const server = createServer((_req, res) => void res.end());
    await listen(server, "127.0.0.1", port);
    const after = await ask();
    expect([...before, ...after].map(({ statusCode }) => statusCode)).toEqual([
      ...before.map(() => 502),
      ...after.map(() => 200),
    ]);
  });
});

describe("an answer longer than its Content-Length", () => {
  it("is what the length says, and the rest answers nothing else", async () => {
    const smuggled = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil";
    const port = await serveBytes(`${head}Content-Length: 2\r\n\r\nab${smuggled}`, "stay");
    const client = clientOf(port, { connections: 1 });
    expect((await client.get("/1")).payload).toEqual(Buffer.from("ab"));
    expect((await client.get("/2")).payload).toEqual(Buffer.from("ab"));
  });
});

describe("HTTPClient's timeout", () => {
  const expectTimedOut = (response: unknown) => {
    const { statusCode, payload, cause } = expectFailure(response);
    expect([statusCode, payload]).toEqual([504, { error: "No answer came in time" }]);
    expect(cause).toMatchObject({ code: "ERR_CLIENT_TIMEOUT", name: "ColonnadeError" });
    return (cause as ColonnadeError).message;
  };

  it("ends a request that gets no answer, and names it without its query", async () => {
    const port = await serve(() => {});
    const message = expectTimedOut(await clientOf(port, { timeout: 50 }).get("/slow?secret=1"));
    expect(message).toBe(`GET http://127.0.0.1:${port}/slow had no whole answer within 50 ms`);
  });

  it("ends one whose answer goes on and on", async () => {
    const port = await serve((_req, res) => {
      const timer = setInterval(() => res.write("more"), 10);
      res.on("close", () => clearInterval(timer));
    });
    expectTimedOut(await clientOf(port, { timeout: 80 }).get("/"));
  });

  it("closes the connection of what it ends", async () => {
    let closed = false;
    const port = await serve((req) => void req.socket.on("close", () => (closed = true)));
    expectTimedOut(await clientOf(port, { timeout: 50 }).get("/"));
    await until(() => closed);
  });

  it("ends one that redirects keep alive", async () => {
    const port = await serve((_req, res) => {
      setTimeout(() => res.writeHead(302, { Location: "/" }).end(), 30);
    });
    expectTimedOut(await clientOf(port, { timeout: 100, maxRedirects: 1_000 }).get("/"));
  });

  it("ends those that wait for a connection with the one that has it, and the next has another", async () => {
    const port = await serve((req, res) => {
      if (req.url === "/next") res.end("well");
    });
    const client = clientOf(port, { timeout: 500, connections: 1 });
    const handles = Array.from({ length: 5 }, () => client.get("/"));
    for (const handle of handles) expectTimedOut(await handle);
    expect((await client.get("/next")).payload).toEqual(Buffer.from("well"));
  });

  it("ends one whose connection is never made, always as itself", async () => {
    const port = await listen(createRawServer((socket) => void socket.resume().on("error", () => {})));
    const handles = [];
    for (let count = 0; count < 4; count++) {
      handles.push(clientOf(port, { timeout: 1_200 }, "https").get("/"));
      await wait(150);
    }
    for (const handle of handles) expectTimedOut(await handle);
  });

  it("is none with 0", async () => {
    const port = await serve((_req, res) => void setTimeout(() => res.end(), 100));
    expect(await clientOf(port, { timeout: 0 }).get("/")).toBeInstanceOf(Response);
  });
});

describe("RequestHandle.cancel()", () => {
  const expectCancelled = (response: unknown) => {
    const { statusCode, payload, cause } = expectFailure(response);
    expect([statusCode, payload]).toEqual([503, { error: "The request was cancelled" }]);
    expect(cause).toMatchObject({ code: "ERR_CLIENT_CANCELLED", name: "ColonnadeError" });
  };

  it("ends a request at once, and closes its connection", async () => {
    const closed: string[] = [];
    const port = await serve((req) => void req.socket.on("close", () => closed.push(req.url ?? "")));
    const client = clientOf(port);
    const [handle, other] = [client.get("/1"), client.get("/2")];
    await until(() => client.pending() === 2);
    await wait(30);
    handle.cancel();
    expect([handle.ready, other.ready]).toEqual([true, false]);
    expectCancelled(await handle);
    await until(() => closed.length === 1);
    expect(closed).toEqual(["/1"]);
  });

  it("ends one that has not been sent, and is then never sent, without closing a connection", async () => {
    const asked: string[] = [];
    let connections = 0;
    const server = createServer((req, res) => {
      asked.push(req.url ?? "");
      setTimeout(() => res.end(), 30);
    });
    server.on("connection", () => connections++);
    const client = clientOf(await listen(server), { connections: 1 });
    const first = client.get("/1");
    await until(() => asked.length === 1);
    const second = client.get("/2");
    const third = client.get("/3");
    second.cancel();
    expectCancelled(await second);
    await Promise.all([first, third]);
    expect([asked, connections]).toEqual([["/1", "/3"], 1]);
  });

  it("ends one while its answer comes", async () => {
    let sent = false;
    const port = await serve((_req, res) => void res.write("begun", () => (sent = true)));
    const handle = clientOf(port).get("/");
    await until(() => sent);
    await wait(20);
    handle.cancel();
    expectCancelled(await handle);
  });

  it("does nothing once the request is ready", async () => {
    const handle = clientOf(await serve((_req, res) => void res.end("done"))).get("/");
    const response = await handle;
    handle.cancel();
    expect(handle.response).toBe(response);
    expect(response.payload).toEqual(Buffer.from("done"));
  });

  it("is called back", async () => {
    const client = clientOf(await serve(() => {}));
    const responses: unknown[] = [];
    const handle = client.get("/", null, null, (response) => responses.push(response));
    handle.cancel();
    expect([responses, client.pending()]).toEqual([[], 1]);
    client.update();
    expect(client.pending()).toBe(0);
    expectCancelled(responses[0]);
  });
});

describe("all of these", () => {
  it("let nothing out that nobody can catch", async () => {
    await wait(20);
    expect(escaped).toEqual([]);
  });
});
