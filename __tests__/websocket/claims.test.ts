import type { IncomingMessage, RequestListener } from "node:http";
import express from "express";
import type { RequestHandler, Router as ExpressRouter } from "express";
import { get, Resource, Response, websocket } from "colonnade";
import { claims } from "../../src/websocket/claims";
import { echo, socketRouter } from "./live-socket";

let ran = 0;
const middleware: RequestHandler = (_req, _res, next) => {
  ran++;
  next();
};
beforeEach(() => (ran = 0));
afterEach(() => (ran = 0));

const ws = (path = "/ws") => socketRouter(path, echo);
const routerOf = (...handlers: (RequestHandler | ExpressRouter)[]) => express.Router().use(...handlers);
const appOf = () => express().use(middleware);

/** Whether each target is claimed, and that no middleware ran for it. */
function claimed(app: RequestListener, ...targets: string[]): boolean[] {
  const answers = targets.map((url) => claims(app, { url, headers: {} } as IncomingMessage));
  expect(ran).toBe(0);
  return answers;
}

describe("the walk finds a WebSocket route", () => {
  it("in the app, whatever stands in front of it", () => {
    const app = appOf();
    app.get("/ws", middleware);
    app.use("/ws", middleware);
    expect(claimed(app.use(ws()), "/ws", "/ws?a=/x", "/ws/", "/wsx", "/", "/ws/x")).toEqual([
      true,
      true,
      true,
      false,
      false,
      false,
    ]);
  });

  it("below a mount path, in routers within routers", () => {
    const app = appOf().use(
      "/a",
      middleware,
      routerOf(middleware, express.Router().use("/b/:id", ws("/ws/:room+"))),
    );
    expect(claimed(app, "/a/b/1/ws/x/y", "/a/b/1/ws", "/b/1/ws/x", "/a/b/ws/x", "/A/B/1/ws/x")).toEqual([
      true,
      false,
      false,
      false,
      true,
    ]);
  });

  it("below several mount paths, and below one with parameters", () => {
    const app = appOf().use(["/a", "/b"], ws()).use("/c/:id", ws("/deep"));
    expect(claimed(app, "/a/ws", "/b/ws", "/c/ws", "/c/7/deep", "/c/%ZZ/deep")).toEqual([
      true,
      true,
      false,
      true,
      false,
    ]);
  });

  it("at the mount path itself", () => {
    const app = appOf().use("/a", ws("/"));
    expect(claimed(app, "/a", "/a/", "/a?x=1", "/", "/ab")).toEqual([true, true, true, false, false]);
  });

  it("in apps within apps", () => {
    const inner = express().use(middleware, ws());
    const app = appOf().use("/sub", express().use(middleware).use("/inner", inner));
    expect(claimed(app, "/sub/inner/ws", "/sub/inner/ws?x=?y", "/sub/ws", "/inner/ws", "/ws")).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
    // Also the second time, and with what has been mounted since.
    inner.use(ws("/later"));
    expect(claimed(app, "/sub/inner/ws", "/sub/inner/later")).toEqual([true, true]);
  });

  it("mounted later", () => {
    const app = express();
    expect(claimed(app, "/ws")).toEqual([false]);
    app.use(ws());
    expect(claimed(app, "/ws")).toEqual([true]);
  });

  it("in the absolute form of a target, with its escapes", () => {
    const app = appOf().use("/a", ws("/é"), ws("/:id"));
    expect(claimed(app, "http://host/a/x", "/a/%C3%A9", "/a/%2Fx", "http://host?x=/a/x", "*")).toEqual([
      true,
      true,
      true,
      false,
      false,
    ]);
  });

  it("whose path can't be decoded: it is answered 400", () => {
    expect(claimed(appOf().use(ws("/a/:b")), "/a/%ZZ")).toEqual([true]);
  });
});

describe("the walk finds none", () => {
  it("where there are HTTP routes only, or nothing", () => {
    class Pages extends Resource {
      @get("/ws")
      ws() {
        return new Response("page");
      }
    }
    expect(claimed(appOf().use(new Pages().router()), "/ws")).toEqual([false]);
    expect(claimed(express().use("/sub", express()), "/sub", "/")).toEqual([false, false]);
  });

  it("in a router that a function calls", () => {
    const router = ws();
    const app = appOf().use((req, res, next) => void router(req, res, next));
    expect(claimed(app, "/ws")).toEqual([false]);
  });

  it("in what only looks like a router, or an app, of Express's", () => {
    function mounted_app() {
      throw new Error("it is none");
    }
    const odd = [{ stack: "text" }, { stack: { length: 1 } }, { router: { stack: "text" } }].map((own) =>
      Object.assign((() => {}) as RequestHandler, own),
    );
    expect(claimed(appOf().use(mounted_app, ...odd), "/ws")).toEqual([false]);
  });

  it("in what is no Express app", () => {
    expect(claimed(() => {}, "/ws")).toEqual([false]);
  });
});

it("finds those of a Resource", () => {
  class Chat extends Resource {
    @websocket("/rooms/:room")
    chat() {}
  }
  const app = appOf().use("/chat", new Chat().router());
  expect(claimed(app, "/chat/rooms/one", "/chat/rooms")).toEqual([true, false]);
});

it("follows the app's case sensitivity and strictness where Express does", () => {
  const app = express().enable("case sensitive routing").use("/Sub", ws());
  expect(claimed(app, "/Sub/ws", "/sub/ws")).toEqual([true, false]);
});
