import { execFile } from "node:child_process";
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer as createRawServer } from "node:net";
import { resolve } from "node:path";
import { Readable } from "node:stream";
import { setTimeout as wait } from "node:timers/promises";
import tls from "node:tls";
import { promisify } from "node:util";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { ErrorResponse, HTTPClient } from "colonnade";
import type { ClientResponse } from "colonnade";
import { clientOf, closedPort, listen, serve, until } from "./served";

const well = (_req: IncomingMessage, res: ServerResponse) => void res.end("well");

function expectStopped(response: ClientResponse | undefined): void {
  expect(response).toBeInstanceOf(ErrorResponse);
  expect(response).toMatchObject({
    statusCode: 503,
    payload: { error: "The client was stopped" },
    cause: { name: "ColonnadeError", code: "ERR_CLIENT_STOPPED" },
  });
}

/** A server that counts its open connections. */
async function counted(listener: (req: IncomingMessage, res: ServerResponse) => void) {
  const server = createServer({ keepAliveTimeout: 60_000 }, listener);
  const open = () =>
    new Promise<number>((settle, fail) =>
      server.getConnections((error, count) => (error ? fail(error) : settle(count))),
    );
  let accepted = 0;
  server.on("connection", () => accepted++);
  return { port: await listen(server), open, accepted: () => accepted };
}

describe("HTTPClient.start()", () => {
  it("is not needed: the first request does it", async () => {
    expect((await clientOf(await serve(well)).get("/")).statusCode).toBe(200);
  });

  it("may be called before, and again", async () => {
    const client = clientOf(await serve(well));
    client.start();
    client.start();
    expect((await client.get("/")).statusCode).toBe(200);
  });

  it("makes a client that was stopped work again", async () => {
    const client = clientOf(await serve(well));
    for (let round = 0; round < 3; round++) {
      client.start();
      expect((await client.get("/")).statusCode).toBe(200);
      await client.stop();
    }
  });

  it("does so at once, while stop() still waits", async () => {
    const client = clientOf(await serve(well));
    await client.get("/");
    const stopping = client.stop();
    client.start();
    expect((await client.get("/")).statusCode).toBe(200);
    await stopping;
    expect((await client.get("/")).statusCode).toBe(200);
  });
});

describe("HTTPClient.stop()", () => {
  it("ends what is under way at once, and closes every connection", async () => {
    const { port, open, accepted } = await counted(() => {});
    const client = clientOf(port, { connections: 2 });
    const handles = [1, 2, 3, 4].map(() => client.get("/"));
    while ((await open()) < 2) await wait(5);
    const stopping = client.stop();
    for (const { response } of handles) expectStopped(response);
    await stopping;
    while ((await open()) > 0) await wait(5);
    await wait(50);
    expect(accepted()).toBe(2);
  });

  it("closes idle connections", async () => {
    const { port, open } = await counted(well);
    const client = clientOf(port);
    await client.get("/");
    expect(await open()).toBe(1);
    await client.stop();
    while ((await open()) > 0) await wait(5);
  });

  it("ends an answer that is coming", async () => {
    let begun = false;
    const port = await serve((_req, res) => void res.write("begun", () => (begun = true)));
    const client = clientOf(port);
    const handle = client.get("/");
    await until(() => begun);
    await client.stop();
    expectStopped(handle.response);
  });

  it("closes a connection that is being made", async () => {
    // It takes connections, and says nothing of TLS.
    let accepted = 0;
    let closed = 0;
    const server = createRawServer((socket) => {
      accepted++;
      socket
        .resume()
        .on("error", () => {})
        .on("close", () => closed++);
    });
    const client = clientOf(await listen(server), { timeout: 0 }, "https");
    const connect = jest.spyOn(tls, "connect");
    const handle = client.get("/");
    await until(() => accepted === 1);
    const order: string[] = [];
    for (const { value } of connect.mock.results) {
      (value as tls.TLSSocket).once("close", () => order.push("closed"));
    }
    connect.mockRestore();
    await client.stop();
    expect([...order, "stopped"]).toEqual(["closed", "stopped"]);
    expectStopped(handle.response);
    await until(() => closed === 1);
  });

  it("makes no further connection for what waited for one that was refused", async () => {
    const port = await closedPort();
    const client = clientOf(port, { connections: 1 });
    const handles = Array.from({ length: 20 }, () => client.get("/"));
    await until(() => handles[0]?.ready === true);
    await client.stop();
    const later: unknown[] = [];
    const server = createServer(well);
    server.on("connection", (socket) => later.push(socket)).listen(port, "127.0.0.1");
    await wait(50);
    server.close();
    expect(later).toEqual([]);
    expect(handles.every(({ ready }) => ready)).toBe(true);
  });

  it("lets update() run the callbacks of what it ended", async () => {
    const client = clientOf(await serve(() => {}));
    const responses: ClientResponse[] = [];
    client.get("/", null, null, (response) => responses.push(response));
    const plain = client.get("/");
    await client.stop();
    expect([responses, client.pending()]).toEqual([[], 2]);
    client.update();
    expectStopped(responses[0]);
    expect([...client.getResponses()]).toEqual([plain]);
  });

  it("leaves what has completed as it is", async () => {
    const client = clientOf(await serve(well));
    const handle = client.get("/");
    await until(() => handle.ready);
    await client.stop();
    expect((await handle).statusCode).toBe(200);
  });

  it("ends what is asked afterwards, until start()", async () => {
    const port = await serve(well);
    const client = clientOf(port);
    await client.stop();
    const handle = client.post("/", "text");
    expectStopped(handle.response);
    expectStopped(await handle);
    client.start();
    expect((await client.get("/")).statusCode).toBe(200);
  });

  it("connects nothing for what waits where a redirect has led", async () => {
    let connections = 0;
    const away = createServer().on("connection", () => connections++);
    const location = `http://127.0.0.1:${await listen(away)}/`;
    const port = await serve((_req, res) => void res.writeHead(302, { Location: location }).end());
    const client = clientOf(port, { connections: 1 });
    for (let count = 0; count < 3; count++) client.get("/");
    await until(() => connections === 1);
    await wait(50);
    await client.stop();
    await wait(50);
    expect(connections).toBe(1);
  });

  it("destroys the stream of what is asked afterwards", async () => {
    const client = clientOf(await serve(well));
    await client.stop();
    const stream = Readable.from(["a"]);
    expectStopped(await client.put("/", stream));
    expect(stream.destroyed).toBe(true);
  });

  it("may be called by a callback, whose request is then ended too", async () => {
    const client = clientOf(await serve(well));
    const order: string[] = [];
    await client.get("/", null, null, () => {
      void client.stop();
      client.get("/", null, null, ({ statusCode }) => order.push(`second ${statusCode}`));
      order.push("first");
    });
    client.update();
    expect(order).toEqual(["first"]);
    client.update();
    expect(order).toEqual(["first", "second 503"]);
  });

  it("may be called twice, and where there was no request", async () => {
    const client = clientOf(await serve(well));
    await Promise.all([client.stop(), client.stop()]);
    client.start();
    const handle = client.get("/");
    await Promise.all([client.stop(), client.stop()]);
    expectStopped(handle.response);
  });

  it("is what Symbol.asyncDispose does", async () => {
    const client = clientOf(await serve(() => {}));
    const handle = client.get("/");
    await client[Symbol.asyncDispose]();
    expectStopped(handle.response);
  });
});

/** Runs a program that has a client of a server which keeps connections open. @returns what it printed. */
async function run(program: string): Promise<string> {
  const script = `
    const { createServer } = require("node:http");
    const { createServer: createRawServer } = require("node:net");
    const { HTTPClient } = require("./src");
    ${program}`;
  const args = ["--require", "tsx/cjs", "--eval", script];
  const { stdout } = await promisify(execFile)(process.execPath, args, {
    cwd: resolve(__dirname, "../.."),
    timeout: 20_000,
  });
  return stdout.trim();
}

describe("a process with an HTTPClient", () => {
  it("loads undici with the first request, and leaves Node's own fetch alone", async () => {
    const output = await run(`
      const loaded = () => Object.keys(require.cache).some((path) => /node_modules.undici\\b/.test(path));
      const client = new HTTPClient(["127.0.0.1", 1]);
      const before = loaded();
      client.start();
      const own = globalThis[Symbol.for("undici.globalDispatcher.1")];
      const { Agent } = require("undici");
      console.log(before, loaded(), own instanceof Agent);`);
    expect(output).toBe("false true false");
  });

  it("ends after stop(), whatever was under way", async () => {
    const output = await run(`
      const raw = createRawServer((socket) => socket.on("error", () => {})).unref();
      const server = createServer((req, res) => { if (req.url === "/well") res.end(); }).unref();
      server.listen(0, () => raw.listen(0, async () => {
        server.unref(); raw.unref();
        const client = new HTTPClient(["localhost", server.address().port], "http", { connections: 2 });
        const secure = new HTTPClient(["localhost", raw.address().port], "https", { timeout: 0 });
        await client.get("/well");
        const handles = [1, 2, 3].map(() => client.get("/never")).concat(secure.get("/"));
        setTimeout(() => {
          client.stop();
          secure.stop();
          console.log(handles.map(({ response }) => response.statusCode).join());
          setTimeout(() => console.log("alive"), 5_000).unref();
        }, 200);
      }));`);
    expect(output).toBe("503,503,503,503");
  });

  it("ends without stop() once nothing is under way", async () => {
    const output = await run(`
      const server = createServer({ keepAliveTimeout: 60_000 }, (_req, res) => res.end());
      server.listen(0, async () => {
        const client = new HTTPClient(["localhost", server.address().port]);
        console.log((await client.get("/")).statusCode);
        server.unref();
        server.on("connection", (socket) => socket.unref());
        setTimeout(() => console.log("alive"), 2_500).unref();
      });
      server.on("connection", (socket) => socket.unref());`);
    expect(output).toBe("200");
  });

  it("stays while a request is under way", async () => {
    const output = await run(`
      const server = createServer((_req, res) => setTimeout(() => res.end(), 300).unref());
      server.on("connection", (socket) => socket.unref());
      server.listen(0, () => {
        server.unref();
        new HTTPClient(["localhost", server.address().port]).get("/").then(({ statusCode }) => console.log(statusCode));
      });`);
    expect(output).toBe("200");
  });
});

describe("many requests whose responses nobody takes", () => {
  it("hold no memory once getResponses() has passed them", async () => {
    const client = new HTTPClient([
      "127.0.0.1",
      await serve((_req, res) => void res.end(Buffer.alloc(100_000))),
    ]);
    const references: WeakRef<object>[] = [];
    for (let round = 0; round < 5; round++) {
      const handles = Array.from({ length: 20 }, () => client.get("/"));
      await until(() => handles.every(({ ready }) => ready));
      for (const handle of client.getResponses()) references.push(new WeakRef(handle));
    }
    const [first] = references;
    setFlagsFromString("--expose-gc");
    const collect = runInNewContext("gc") as () => void;
    await until(() => (collect(), first?.deref() === undefined));
    expect(client.pending()).toBe(0);
    await client.stop();
  });
});
