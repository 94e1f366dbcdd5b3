import { randomBytes } from "node:crypto";
import type { RequestListener } from "node:http";
import { Readable } from "node:stream";
import express from "express";
import type { RequestHandler } from "express";
import { ErrorResponse, Resource, Response, get, use, websocket } from "colonnade";
import type { Request } from "colonnade";
import { handshake } from "./frames";
import { echo, serve, socketRouter } from "./live-socket";

const ws = () => socketRouter("/ws/:id?", echo);
const answerer =
  (status: number): RequestHandler =>
  (_req, res) => {
    res.status(status).set("X-From", "middleware").send(`no ${status}`);
  };

describe("an upgrade that nobody accepts gets a real answer, and no 101", () => {
  it("where there is no route: 404", async () => {
    const sockets = await serve(express().use(ws()));
    const { status, body } = await sockets.refusal("/nowhere?x=1");
    expect(status).toBe(404);
    expect(body).toContain("Cannot GET /nowhere");
    const peer = await sockets.connect("/ws");
    expect(await peer.send("still here").next()).toBe("still here");
  });

  it.each([200, 401, 403])("where middleware of the app answers %d", async (status) => {
    const sockets = await serve(express().use(answerer(status)).use(ws()));
    const refusal = await sockets.refusal("/ws");
    expect(refusal).toMatchObject({ status, body: `no ${status}`, headers: { "x-from": "middleware" } });
  });

  it("where @use of the class or of the method answers, in the order of a request's", async () => {
    const seen: string[] = [];
    const note =
      (name: string): RequestHandler =>
      (_req, _res, next) => {
        seen.push(name);
        next();
      };
    @use(note("class"))
    class Guarded extends Resource {
      @websocket("/ws")
      @use(note("method"), answerer(401))
      ws() {
        seen.push("handler");
      }
    }
    const sockets = await serve(express().use(note("app")).use(new Guarded().router()));
    expect((await sockets.refusal("/ws")).status).toBe(401);
    expect(seen).toEqual(["app", "class", "method"]);
  });

  it.each(["/a/%ZZ", "/a/%C3%28"])("where the path %s can't be decoded: 400", async (path) => {
    const sockets = await serve(express().use(socketRouter("/a/:b", echo)));
    const { status, headers } = await sockets.refusal(path);
    expect(status).toBe(400);
    expect(headers["content-type"]).toContain("application/json");
  });

  it("where a route written by hand in front of it answers", async () => {
    const app = express().get("/ws", (_req, res) => void res.send("by hand"));
    const sockets = await serve(app.use(ws()));
    expect(await sockets.refusal("/ws")).toMatchObject({ status: 200, body: "by hand" });
  });

  it("where the middleware fails: the app's error middleware answers", async () => {
    const fails: RequestHandler = () => {
      throw Object.assign(new Error("no such room"), { status: 410 });
    };
    const onError: express.ErrorRequestHandler = (error: { status: number }, _req, res, _next) =>
      void res.status(error.status).json({ gone: true });
    const sockets = await serve(express().use(fails, ws(), onError));
    expect(await sockets.refusal("/ws")).toMatchObject({ status: 410, body: '{"gone":true}' });
  });

  it("where the path has a Resource's GET route only, whose handler does not run", async () => {
    let ran = false;
    class Page extends Resource {
      @get("/page")
      page() {
        ran = true;
        return new Response("page");
      }
    }
    const sockets = await serve(express().use(new Page().router()));
    expect((await sockets.refusal("/page")).status).toBe(404);
    expect(ran).toBe(false);
  });

  it("also when the answer has 13 MB, at once or as a stream", async () => {
    const bytes = randomBytes(13_000_000);
    const app = express();
    app.get("/buffer", (_req, res) => void res.status(403).send(bytes));
    app.get("/stream", (_req, res) => {
      const parts = Array.from({ length: 200 }, (_, at) => bytes.subarray(at * 65_000, (at + 1) * 65_000));
      Readable.from(parts).pipe(res.status(403));
    });
    const sockets = await serve(app);
    for (const path of ["/buffer", "/stream"]) {
      const wire = sockets.wire().write(handshake(path));
      const text = await wire.closed;
      expect(text).toMatch(/^HTTP\/1.1 403 /);
      expect(text.length).toBeGreaterThan(bytes.length);
      expect(wire.received.includes(bytes.subarray(12_999_000).toString("latin1"))).toBe(true);
    }
    expect(await sockets.connections(0)).toBe(0);
  });

  it.each([
    ["has answered", (res: express.Response) => void res.status(401).end("log in")],
    [
      "has begun to answer",
      (res: express.Response) => {
        res.status(401).write("log in");
        setTimeout(() => res.end(), 20);
      },
    ],
  ])("where middleware %s, though it calls next: no handler runs", async (_when, answer) => {
    const careless: RequestHandler = (_req, res, next) => {
      answer(res);
      next();
    };
    let opened = false;
    const sockets = await serve(
      express().use(
        careless,
        socketRouter("/ws", () => (opened = true)),
      ),
    );
    const text = await sockets.wire().write(handshake("/ws")).closed;
    expect(text).toMatch(/^HTTP\/1.1 401 [^]*log in/);
    expect(text.match(/HTTP\/1.1/g)).toHaveLength(1);
    expect(opened).toBe(false);
  });

  it("closes the connection behind it, as its answer says", async () => {
    const sockets = await serve(express().use(ws()));
    const text = await sockets.wire().write(handshake("/nowhere"), "GET /ws HTTP/1.1\r\nHost: x\r\n\r\n")
      .closed;
    expect(text).toMatch(/^HTTP\/1.1 404 /);
    expect(text).toMatch(/^Connection: close/im);
    expect(text.match(/HTTP\/1.1/g)).toHaveLength(1);
  });
});

it("is cut, and reported, where the app itself throws", async () => {
  const errors: unknown[] = [];
  const failure = new Error("not even Express");
  const app = express().use(ws());
  const listener: RequestListener = (req, res) => {
    if (req.url === "/broken") throw failure;
    app(req, res);
  };
  const sockets = await serve(listener, { onError: (error) => void errors.push(error) });
  expect(await sockets.wire().write(handshake("/broken")).closed).toBe("");
  expect(errors).toEqual([failure]);
  expect(await (await sockets.connect("/ws")).send("alive").next()).toBe("alive");
});

it("is reported to console.error by default", async () => {
  const logged = jest.spyOn(console, "error").mockImplementation(() => {});
  const failure = new Error("told to the console");
  const sockets = await serve(() => {
    throw failure;
  });
  await sockets.wire().write(handshake("/ws")).closed;
  expect(logged.mock.calls).toEqual([[failure]]);
  logged.mockRestore();
});

it("takes no path for that of another, as express-ws would spell it", async () => {
  const sockets = await serve(express().use(socketRouter("/ws", echo)));
  expect((await sockets.refusal("/ws/.websocket")).status).toBe(404);
});

it.each([["ws"], ["upgrade"]])("takes no plain request for an upgrade by its req.%s", async (name) => {
  const mark: RequestHandler = (req, _res, next) => {
    Object.assign(req, { [name]: true });
    next();
  };
  const sockets = await serve(express().use(mark, ws()));
  expect((await fetch(`http://127.0.0.1:${sockets.port}/ws`)).status).toBe(404);
});

it("passes a plain GET on a WebSocket's path on", async () => {
  const sockets = await serve(express().use(ws()).use("/ws", answerer(418)));
  const answer = await fetch(`http://127.0.0.1:${sockets.port}/ws`);
  expect(answer.status).toBe(418);
  const bare = await serve(express().use(ws()));
  expect((await fetch(`http://127.0.0.1:${bare.port}/ws`)).status).toBe(404);
});

it("keeps HTTP and WebSocket routes of one path apart", async () => {
  class Both extends Resource {
    @get("/both")
    page(_request: Request) {
      return new ErrorResponse("page", 402);
    }
    @websocket("/both")
    socket(...call: Parameters<typeof echo>) {
      void echo(...call);
    }
  }
  const sockets = await serve(express().use(new Both().router()));
  expect((await fetch(`http://127.0.0.1:${sockets.port}/both`)).status).toBe(402);
  expect(await (await sockets.connect("/both")).send("a").next()).toBe("a");
});
