import { once as event } from "node:events";
import { request } from "node:http";
import type { IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import express from "express";
import { z } from "zod";
import {
  ErrorResponse,
  HTTPServer,
  JsonResponse,
  Request,
  Resource,
  Router,
  get,
  post,
  createServer,
} from "colonnade";
import type { RawResponse, Response } from "colonnade";
import { once } from "./live";

class Classy {
  readonly error = "no";
  readonly secret = "s3cret";

  toJSON() {
    return { error: this.error };
  }
}

class ByItself extends ErrorResponse<string> {
  override reply(_request: Request, res: RawResponse): void {
    res.end("by itself");
  }
}

class Users extends Resource {
  @post("/users", { body: z.object({ name: z.string() }) })
  create() {
    return new JsonResponse({}, 201);
  }

  @get("/returned")
  returned() {
    return new ErrorResponse("taken", 409, { "Retry-After": "5" });
  }

  @get("/thrown")
  thrown(): Response {
    throw new ErrorResponse({ error: "taken", code: "TAKEN", type: "https://example.org/taken" }, 409);
  }

  @get("/list")
  list() {
    return new ErrorResponse(["a", "b"], 400);
  }

  @get("/other")
  other() {
    return new ErrorResponse({ errors: [] }, 400, { "Content-Type": "application/vnd.api+json" });
  }

  @get("/classy")
  classy() {
    return new ErrorResponse(new Classy());
  }

  @get("/reserved")
  reserved() {
    return new ErrorResponse({ error: "no", status: "pending", type: 5, title: {} }, 409);
  }

  @get("/by-itself")
  byItself() {
    return new ByItself("no");
  }

  @get("/fails")
  fails(): Response {
    throw new Error("secret");
  }
}

const app = () => express().use(new Users().router({ errors: "problem" }));

async function problemOf(method: string, path: string, body?: string) {
  const answer = await once(app(), method, path, body === undefined ? {} : { body });
  return [answer.status, answer.headers["content-type"], JSON.parse(answer.body)] as unknown;
}

const type = "application/problem+json";

describe('router({ errors: "problem" })', () => {
  it("answers what it refuses with problem details", async () => {
    expect(await problemOf("POST", "/users", "{")).toEqual([
      400,
      type,
      {
        type: "about:blank",
        title: "Bad Request",
        status: 400,
        detail: "The request body is not valid JSON: at position 1",
        code: "ERR_BODY_MALFORMED",
      },
    ]);
  });

  it("has the issues among them", async () => {
    expect(await problemOf("POST", "/users", "{}")).toMatchObject([
      400,
      type,
      { status: 400, code: "ERR_VALIDATION", issues: [{ in: "body", path: ["name"] }] },
    ]);
  });

  it("makes problem details of an ErrorResponse that is returned, with its headers", async () => {
    const { status, headers, body } = await once(app(), "GET", "/returned");
    expect([status, headers["retry-after"], headers["content-type"]]).toEqual([409, "5", type]);
    expect(JSON.parse(body)).toEqual({
      type: "about:blank",
      title: "Conflict",
      status: 409,
      detail: "taken",
    });
  });

  it("keeps the members of one that is thrown", async () => {
    expect(await problemOf("GET", "/thrown")).toEqual([
      409,
      type,
      { type: "https://example.org/taken", title: "Conflict", status: 409, detail: "taken", code: "TAKEN" },
    ]);
  });

  it("keeps a list under errors", async () => {
    expect(await problemOf("GET", "/list")).toMatchObject([400, type, { errors: ["a", "b"] }]);
  });

  it("sends no more than JSON would, and none but its own status", async () => {
    expect(await problemOf("GET", "/classy")).toEqual([
      400,
      type,
      { type: "about:blank", title: "Bad Request", status: 400, detail: "no" },
    ]);
    expect(await problemOf("GET", "/reserved")).toEqual([
      409,
      type,
      { type: "about:blank", title: "Conflict", status: 409, detail: "no" },
    ]);
  });

  it("leaves alone what answers by itself", async () => {
    expect((await once(app(), "GET", "/by-itself")).body).toBe("by itself");
  });

  it("leaves another media type alone", async () => {
    expect(await problemOf("GET", "/other")).toEqual([400, "application/vnd.api+json", { errors: [] }]);
  });

  it("leaves other failures to the app", async () => {
    const failures: unknown[] = [];
    const ours = app().use(((error, _req, res, _next) => {
      failures.push(error);
      res.status(500).end("ours");
    }) as express.ErrorRequestHandler);
    expect([(await once(ours, "GET", "/fails")).body, failures]).toEqual(["ours", [new Error("secret")]]);
  });
});

describe('new HTTPServer(…, { errors: "problem" })', () => {
  it("answers 404, 405 and 500 with problem details", async () => {
    await using server = new HTTPServer(["127.0.0.1", 0], undefined, undefined, {
      errors: "problem",
      onError: () => {},
    });
    await server.registerRoutes(new Users()).run();
    const base = `http://127.0.0.1:${server.address[1]}`;
    const answers = await Promise.all(
      ["/none", "/users", "/fails"].map(async (path) => {
        const answer = await fetch(base + path);
        return [answer.headers.get("content-type"), await answer.json()] as unknown;
      }),
    );
    expect(answers).toEqual([
      [
        type,
        {
          type: "about:blank",
          title: "Not Found",
          status: 404,
          code: "ERR_NOT_FOUND",
          detail: "Nothing answers GET /none",
        },
      ],
      [
        type,
        {
          type: "about:blank",
          title: "Method Not Allowed",
          status: 405,
          code: "ERR_METHOD_NOT_ALLOWED",
          detail: "GET /users is not allowed",
        },
      ],
      [
        type,
        { type: "about:blank", title: "Internal Server Error", status: 500, detail: "Internal Server Error" },
      ],
    ]);
  });
});

describe("a handshake that no router has seen", () => {
  const upgrade = {
    Connection: "Upgrade",
    Upgrade: "websocket",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    "Sec-WebSocket-Version": "99",
  };
  async function refuse(url: string) {
    const [host, port] = new URL(url).host.split(":");
    const asked = request({ host, port, headers: upgrade }).end();
    const [answer] = (await event(asked, "response")) as [IncomingMessage];
    let body = "";
    for await (const chunk of answer.setEncoding("utf8")) body += chunk;
    return [
      answer.statusCode,
      answer.headers["content-type"],
      (JSON.parse(body) as { status?: number }).status,
    ];
  }

  it("is refused with problem details by createServer, and by HTTPServer", async () => {
    const server = createServer(app(), { errors: "problem" });
    await event(server.listen(0, "127.0.0.1"), "listening");
    const own = new HTTPServer(["127.0.0.1", 0], undefined, undefined, { errors: "problem" });
    await own.run();
    const ports = [(server.address() as AddressInfo).port, own.address[1]];
    const answers = await Promise.all(ports.map((port) => refuse(`http://127.0.0.1:${port}`)));
    await own.close();
    server.close();
    expect(answers).toEqual([
      [426, type, 426],
      [426, type, 426],
    ]);
  });

  it("has no other format", () => {
    expect(() => createServer(app(), { errors: "next" as "json" })).toThrow(
      'attachWebSockets(): errors is "json" or "problem", not "next"',
    );
  });
});

describe('new Router({ errors: "problem" })', () => {
  it("dispatches problem details", async () => {
    const router = new Router({ errors: "problem" }).registerRoutes(new Users());
    const answer = await router.dispatch(new Request(["127.0.0.1", 5], "GET", "/none"));
    expect([answer.statusCode, answer.headers, answer.payload]).toMatchObject([
      404,
      { "Content-Type": type },
      { detail: "Nothing answers GET /none" },
    ]);
  });

  it("refuses other formats", () => {
    expect(() => new Router({ errors: "xml" as "json" })).toThrow(
      'Router: errors is "json" or "problem", not "xml"',
    );
  });
});
