import { once as emitted } from "node:events";
import { connect } from "node:net";
import cors from "cors";
import express from "express";
import type { ErrorRequestHandler, RequestHandler } from "express";
import request from "supertest";
import {
  ErrorResponse,
  Resource,
  Response,
  Router,
  get,
  head,
  patch,
  post,
  put,
  use,
  websocket,
} from "colonnade";
import { listen, once } from "./live";

const trace: string[] = [];
beforeEach(() => trace.splice(0));

/** Middleware that leaves a trace. */
function mark(text: string): RequestHandler {
  return (_req, _res, next) => {
    trace.push(text);
    next();
  };
}

const pass: RequestHandler = (_req, _res, next) => next("route");

@use(mark("base 1"))
@use(mark("base 2"), mark("base 3"))
class Base extends Resource {
  @get("/base")
  @use(mark("base method"))
  base() {
    return new Response("base");
  }
}

@use(mark("class 1"), [mark("class 2")])
class Guarded extends Base {
  @use(mark("method 1"))
  @get("/things/:id")
  @use(mark("method 2"), [mark("method 3"), pass])
  passes() {
    return new Response("never");
  }

  @get("/things/:any")
  show() {
    return new Response("show");
  }

  @post("/things", { maxContentLength: 10 })
  async create() {
    trace.push("handler");
    return new Response("created");
  }

  @websocket("/socket")
  socket() {}
}

class Open extends Resource {
  @get("/open")
  @put("/things/:id")
  open() {
    return new Response("open");
  }
}

const ofClass = ["base 1", "base 2", "base 3", "class 1", "class 2"];

describe("@use on a class", () => {
  const app = express();
  app.use("/v1", new Router().registerRoutes(new Guarded()).registerRoutes(new Open()).router());

  it.each([
    ["GET", "/v1/things/1", 200, [...ofClass, "method 1", "method 2", "method 3"]],
    ["HEAD", "/v1/things/1", 200, [...ofClass, "method 1", "method 2", "method 3"]],
    ["GET", "/v1/base", 200, [...ofClass, "base method"]],
    ["POST", "/v1/things", 200, [...ofClass, "handler"]],
    ["PUT", "/v1/things/1", 200, ofClass],
    ["DELETE", "/v1/things/1", 404, ofClass],
    ["OPTIONS", "/v1/things/1", 200, ofClass],
    ["GET", "/v1/things/%ZZ", 400, ofClass],
    ["GET", "/v1/open", 200, []],
    ["GET", "/v1/none", 404, []],
    ["GET", "/v1/socket", 404, ofClass],
    ["OPTIONS", "*", 404, []],
    ["GET", "/v1", 404, []],
  ])("for %s %s, which is %d, runs %j", async (method, target, status, expected) => {
    expect((await once(app, method, target)).status).toBe(status);
    expect(trace).toEqual(expected);
  });

  it("does not run for a path that another Resource has answered before", async () => {
    @use(mark("late"))
    class Late extends Resource {
      @get("/open")
      open() {
        return new Response("late");
      }
    }
    const router = new Router().registerRoutes(new Open()).registerRoutes(new Late()).router();
    await request(express().use(router)).get("/open").expect("open");
    expect(trace).toEqual([]);
  });

  it("runs for each of two Resources that have a base class in common and that both match", async () => {
    class Other extends Base {
      @get("/things/:id")
      show() {
        return new Response("other");
      }
    }
    const router = new Router().registerRoutes(new Guarded()).registerRoutes(new Other()).router();
    await request(express().use(router)).patch("/things/1").expect(404);
    expect(trace).toEqual([...ofClass, "base 1", "base 2", "base 3"]);
  });

  it("runs for its own paths only in the stack of another router, too", async () => {
    const router = express.Router();
    router.stack.push(
      ...new Router().registerRoutes(new Guarded()).registerRoutes(new Open()).router().stack,
    );
    await request(express().use(router)).get("/open").expect("open");
    expect(trace).toEqual([]);
    await request(express().use(router)).get("/base").expect("base");
    expect(trace).toEqual([...ofClass, "base method"]);
  });

  it("lets a CORS guard answer a preflight, and say its word on every answer", async () => {
    @use(cors({ origin: "https://app.example", methods: ["PATCH"] }))
    class Shared extends Resource {
      @patch("/shared/:id")
      change() {
        return new Response("changed");
      }
    }
    const app = express().use(new Shared().router());
    const preflight = { Origin: "https://app.example", "Access-Control-Request-Method": "PATCH" };
    const { status, headers } = await once(app, "OPTIONS", "/shared/1", { headers: preflight });
    expect([status, headers["access-control-allow-methods"]]).toEqual([204, "PATCH"]);
    const { headers: answered } = await once(app, "PATCH", "/shared/1");
    expect(answered["access-control-allow-origin"]).toBe("https://app.example");
    expect((await once(app, "OPTIONS", "/none")).headers["access-control-allow-origin"]).toBeUndefined();
  });

  it("sees the request as middleware of the router does", async () => {
    const seen: RequestHandler = (req, res) => {
      res.json([req.params, req.baseUrl, req.url, req.route === undefined]);
    };
    @use(seen)
    class Seen extends Resource {
      @get("/:id")
      show() {
        return new Response("never");
      }
    }
    await request(express().use("/v1", new Seen().router()))
      .get("/v1/x?y")
      .expect(200, [{}, "/v1", "/x?y", true]);
  });
});

describe("a body over the limit", () => {
  const app = express().use(new Guarded().router());

  it.each([
    ["POST", "/things", 10, 200, [...ofClass, "handler"]],
    ["POST", "/things", 11, 413, []],
    // No route of the class answers these: what the class's middleware reads is its own affair.
    ["PATCH", "/things", 11, 404, ofClass],
  ])("of %s %s, of %d bytes, is %d before any @use runs", async (method, target, size, status, expected) => {
    const { status: actual } = await once(app, method, target, {
      body: "x".repeat(size),
      headers: { "Content-Length": `${size}` },
    });
    expect([actual, trace]).toEqual([status, expected]);
  });

  it.each([
    ["method", "GET"],
    ["method", "HEAD"],
    ["class", "GET"],
    ["class", "HEAD"],
  ])("is refused before the @use of a %s for %s", async (where, method) => {
    class OnMethod extends Resource {
      @use(mark("method"))
      @get("/x", { maxContentLength: 1 })
      x() {
        return new Response();
      }
    }
    @use(mark("class"))
    class OnClass extends Resource {
      @get("/x", { maxContentLength: 1 })
      x() {
        return new Response();
      }
      @head("/x", { maxContentLength: 100 })
      never() {
        return new Response();
      }
    }
    const resource = where === "class" ? new OnClass() : new OnMethod();
    const { status } = await once(express().use(resource.router()), method, "/x", {
      body: "xx",
      headers: { "Content-Length": "2" },
    });
    expect([status, trace]).toEqual([413, []]);
  });

  it("is limited by the path that Express has matched, which is not always the text of req.url", async () => {
    @use(mark("class"))
    class Quoted extends Resource {
      @post('/a"b', { maxContentLength: 1 })
      x() {
        return new Response();
      }
    }
    const live = await listen(express().use(new Quoted().router()));
    const socket = connect(live.port, "127.0.0.1");
    // With a fragment, Express takes the target apart as a URL, which encodes the quotation mark.
    socket.end('POST /a"b#c HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\nConnection: close\r\n\r\nxx');
    const [answer] = (await emitted(socket, "data")) as [Buffer];
    socket.destroy();
    await live.close();
    expect([answer.toString().split("\r\n")[0], trace]).toEqual(["HTTP/1.1 413 Payload Too Large", []]);
  });
});

describe("middleware of @use that fails", () => {
  const last: ErrorRequestHandler = (error: Error, _req, res, _next) => {
    res.status(599).json([error instanceof Error, error.message]);
  };

  it.each<[string, RequestHandler, number, unknown]>([
    ["throws", () => { throw new Error("failed"); }, 599, [true, "failed"]],
    ["rejects", () => Promise.reject(new Error("failed")), 599, [true, "failed"]],
    ["rejects with null", () => Promise.reject(null), 599, [true, "The middleware anonymous threw null, which is no Error"]],
    ["passes an error on", (_req, _res, next) => next(new Error("failed")), 599, [true, "failed"]],
    ["throws an ErrorResponse", () => { throw new ErrorResponse("sign in", 401); }, 401, { error: "sign in" }],
    ["rejects with an ErrorResponse", () => Promise.reject(new ErrorResponse("sign in", 401)), 401, { error: "sign in" }],
    ["passes an ErrorResponse on", (_req, _res, next) => next(new ErrorResponse("sign in", 401)), 401, { error: "sign in" }],
  ])("on a class or a method: it %s", async (_name, middleware, status, body) => {
    const anonymous = Object.defineProperty(middleware, "name", { value: "" });
    @use(anonymous)
    class OnClass extends Resource {
      @get("/x")
      x() {
        return new Response();
      }
    }
    class OnMethod extends Resource {
      @use(anonymous)
      @get("/x")
      x() {
        return new Response();
      }
    }
    for (const resource of [new OnClass(), new OnMethod()]) {
      await request(express().use(resource.router(), last)).get("/x").expect(status, body as object);
    }
  }); // prettier-ignore

  it("is heard by error middleware behind it, which the body's limit does not hide", async () => {
    const fails: RequestHandler = (_req, _res, next) => next(new Error("failed"));
    const heard: ErrorRequestHandler = (error: Error, _req, res, _next) => {
      res.status(598).send(error.message);
    };
    const never: ErrorRequestHandler = (_error, _req, _res, next) => {
      trace.push("never");
      next();
    };
    class Hears extends Resource {
      @use(never, fails, heard)
      @get("/x")
      x() {
        return new Response();
      }
    }
    @use(never, fails, heard)
    class ClassHears extends Resource {
      @get("/x")
      x() {
        return new Response();
      }
    }
    for (const resource of [new Hears(), new ClassHears()]) {
      await request(express().use(resource.router())).get("/x").expect(598, "failed");
    }
    expect(trace).toEqual([]);
  });
});

describe("asynchronous middleware", () => {
  it("is waited for, request by request", async () => {
    const wait: RequestHandler = (req, res, next) => {
      res.locals["id"] = req.get("X-Id");
      setTimeout(next, Number(req.get("X-Id")) % 5);
    };
    @use(wait)
    class Waits extends Resource {
      @use(wait)
      @get("/x/:id")
      x({ raw, matches }: { raw: { res: { locals: Record<string, unknown> } }; matches: { id: string } }) {
        return new Response(`${String(raw.res.locals["id"])} ${matches.id}`);
      }
    }
    const live = await listen(express().use(new Waits().router()));
    const bodies = await Promise.all(
      Array.from({ length: 100 }, async (_, id) => {
        const { body } = await live.send("GET", `/x/${id}`, { headers: { "X-Id": `${id}` } });
        return body;
      }),
    );
    await live.close();
    expect(bodies).toEqual(Array.from({ length: 100 }, (_, id) => `${id} ${id}`));
  });
});

describe("the layers of a class with @use", () => {
  it("are those that a hand-written router has, in name and in number", () => {
    const byHand = express.Router();
    function guard(): void {}
    function own(): void {}
    byHand.use(guard, guard);
    byHand.get("/x", own, () => {});
    @use(guard as RequestHandler, guard as RequestHandler)
    class Listed extends Resource {
      @use(own as RequestHandler)
      @get("/x")
      x() {
        return new Response();
      }
    }
    const names = ({ stack }: express.Router) =>
      stack.map(({ name, route }) => [name, route?.stack.slice(0, -1).map((layer) => layer.name)]);
    expect(names(new Listed().router())).toEqual(names(byHand));
    expect(new Listed().router().stack.at(-1)?.route?.stack.at(-1)?.name).toBe("Listed.x");
  });
});
