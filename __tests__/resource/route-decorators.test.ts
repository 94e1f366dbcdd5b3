import * as http from "colonnade";
import {
  ColonnadeError,
  JsonResponse,
  PathSyntaxError,
  Resource,
  Response,
  del,
  get,
  head,
  options,
  patch,
  post,
  put,
  websocket,
} from "colonnade";
import express from "express";
import supertest from "supertest";
import { misplacements } from "./misplaced";
import type { Anywhere } from "./misplaced";

const verbs = { get, put, post, patch, head, options, del };
const methods = {
  get: "GET",
  put: "PUT",
  post: "POST",
  patch: "PATCH",
  head: "HEAD",
  options: "OPTIONS",
  del: "DELETE",
};
const cases = Object.entries(verbs).map(
  ([name, verb]) => [name, methods[name as keyof typeof methods], verb] as const,
);

/** A decorator, without what its type refuses. */
/** A verb as plain JavaScript may call it. */
type Loose = (...values: unknown[]) => unknown;

function failureOf(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  return undefined;
}

describe.each(cases)("%s(pattern, options)", (name, method, verb) => {
  it(`gives a value that carries ${method}, the pattern and the options`, () => {
    expect({ ...verb("/user/:id", { maxContentLength: 10 }) }).toEqual({
      method,
      pattern: "/user/:id",
      options: { maxContentLength: 10 },
    });
  });

  it("gives a value that is frozen", () => {
    const declared = verb("/user/:id");
    expect([declared, declared.options].map((each) => Object.isFrozen(each))).toEqual([true, true]);
  });

  it("declares a route of the method that it decorates", async () => {
    class Only extends Resource {
      @verb("/here")
      answer() {
        return new Response(null, 204, { "X-Answered-By": name });
      }
    }
    const only = new Only();
    expect(only.routes().map((route) => route.slice(0, 2))).toEqual([[method, "/here"]]);
    const app = express().use(only.router());
    const response = await supertest(app)[name === "del" ? "delete" : (name as "get")]("/here");
    expect([response.status, response.headers["x-answered-by"]]).toEqual([204, name]);
  });

  it.each([
    ["no pattern", [], 'Path "undefined", index 0: a pattern is a string, not undefined'],
    ["a number for a pattern", [5], "a pattern is a string, not number"],
    ["no pattern before wrong options", [undefined, null], "a pattern is a string, not undefined"],
    ["a pattern outside the grammar", ["/user/(.*)"], 'Path "/user/(.*)", index 6'],
  ])("refuses %s", (_case, values, message) => {
    const failure = failureOf(() => (verb as Loose)(...values));
    expect(failure).toBeInstanceOf(PathSyntaxError);
    expect(failure).toMatchObject({ message: expect.stringContaining(message) });
  });

  it.each([
    [null, "are null, not an object"],
    [5, "are 5, not an object"],
    [() => null, "are function (anonymous), not an object"],
    [{ maxContentLenght: 5 }, 'has no option "maxContentLenght"; it has maxContentLength'],
    [{ maxContentLength: NaN }, "is a whole number of bytes from 0, not NaN"],
    [{ maxContentLength: -5 }, "is a whole number of bytes from 0, not -5"],
    [{ maxContentLength: 1.5 }, "is a whole number of bytes from 0, not 1.5"],
    [{ maxContentLength: "5x" }, 'is a whole number of bytes from 0, not "5x"'],
    [{ maxContentLength: null }, "is a whole number of bytes from 0, not null"],
  ])("refuses the options %p where it is declared", (given, message) => {
    const failure = failureOf(() => (verb as Loose)("/x", given));
    expect(failure).toBeInstanceOf(ColonnadeError);
    expect(failure).toMatchObject({
      code: "ERR_OPTION",
      message: expect.stringMatching(new RegExp(`@${name}\\("/x"\\).*`)),
    });
    expect(failure).toMatchObject({ message: expect.stringContaining(message) });
  });

  it.each([
    [undefined, 5_242_880],
    [{}, 5_242_880],
    [{ maxContentLength: undefined }, 5_242_880],
    [{ maxContentLength: 0 }, 0],
    [{ maxContentLength: Infinity }, Infinity],
  ])("takes the options %p for a limit of %p bytes", (given, limit) => {
    expect((verb as Loose)("/x", given)).toHaveProperty("options", { maxContentLength: limit });
  });
});

describe("delete(pattern, options)", () => {
  it("is another name of del", () => {
    expect(http.delete).toBe(del);
  });

  it("decorates from the namespace", () => {
    class Only extends Resource {
      @http.delete("/here")
      remove() {
        return new Response(null, 204);
      }
    }
    expect(new Only().routes()).toEqual([["DELETE", "/here", expect.any(Function), expect.anything()]]);
  });
});

describe("websocket(pattern, options)", () => {
  const chat = websocket("/rooms/:room");

  it("gives a frozen value that carries WEBSOCKET and the pattern", () => {
    expect({ ...chat }).toEqual({ method: "WEBSOCKET", pattern: "/rooms/:room", options: {} });
    expect([chat, chat.options].map((each) => Object.isFrozen(each))).toEqual([true, true]);
  });

  it("declares a route that is given the opcode and the payload", () => {
    class Rooms extends Resource {
      readonly heard: unknown[] = [];

      @chat
      room(_socket: http.Request<"/rooms/:room">, ...message: unknown[]) {
        this.heard.push(message);
      }
    }
    const rooms = new Rooms();
    const [[method, pattern, callback] = []] = rooms.routes();
    (callback as Loose)(null, http.WebSocketOpCode.Text, "hello");
    expect([method, pattern, rooms.heard]).toEqual([
      "WEBSOCKET",
      "/rooms/:room",
      [[http.WebSocketOpCode.Text, "hello"]],
    ]);
  });

  it("mounts beside the route of the same path that is not one", async () => {
    class Rooms extends Resource {
      @websocket("/room")
      room() {}

      @get("/room")
      show() {
        return new JsonResponse("shown");
      }
    }
    await supertest(express().use(new Rooms().router())).get("/room").expect(200, '"shown"');
  });

  it.each([
    [[], "a pattern is a string, not undefined"],
    [["room"], 'a pattern starts with "/"'],
    [["/room", null], 'The options of @websocket("/room") are null'],
    [
      ["/room", { timeout: 5 }],
      '@websocket("/room") has no option "timeout"; it has maxContentLength, heartbeat',
    ],
    [["/room", { maxContentLength: "5x" }], 'maxContentLength of @websocket("/room") is a whole number'],
    [["/room", { heartbeat: -1 }], 'heartbeat of @websocket("/room") is a whole number of milliseconds'],
    [["/room", { heartbeat: 2 ** 31 }], "not 2147483648"],
    [["/room", { maxBuffered: Number.NaN }], 'maxBuffered of @websocket("/room") is a whole number of bytes'],
    [["/room", { control: 1 }], 'control of @websocket("/room") is true or false, not 1'],
    [["/room", { perMessageDeflate: {} }], 'perMessageDeflate of @websocket("/room") is true or false'],
    [["/room", { protocols: "chat" }], 'protocols of @websocket("/room") is a list of subprotocols'],
    [["/room", { protocols: ["a b"] }], 'a list of tokens (RFC 6455, section 4.1), not one that holds "a b"'],
    [["/room", { origins: "https://a.org" }], 'origins of @websocket("/room") is a list of origins'],
    [["/room", { origins: ["a.org"] }], 'such as https://example.org, not one that holds "a.org"'],
    [["/room", { origins: ["https://A.org:443/"] }], "to hold https://a.org, not one that holds"],
  ])("refuses %p", (values, message) => {
    expect(() => (websocket as Loose)(...values)).toThrow(message);
  });
});

describe("a declaration that is kept", () => {
  const show = get("/user/:id");
  const anywhere = show as unknown as Anywhere;

  class Users extends Resource {
    @show
    first(request: http.Request<"/user/:id">) {
      return new JsonResponse(`user ${request.matches.id}`);
    }

    @show
    second() {
      return new JsonResponse("never reached");
    }
  }

  class Groups extends Resource {
    @show
    only() {
      return new JsonResponse("group");
    }
  }

  it("decorates several methods of one class", () => {
    expect(new Users().routes().map(([, pattern]) => pattern)).toEqual(["/user/:id", "/user/:id"]);
  });

  it("decorates methods of several classes, each with its own route", async () => {
    const app = express().use("/users", new Users().router()).use("/groups", new Groups().router());
    await supertest(app).get("/users/user/5").expect(200, '"user 5"');
    await supertest(app).get("/groups/user/5").expect(200, '"group"');
  });

  it.each([
    ...misplacements(anywhere),
    [
      "a class, Wrong",
      () => {
        @anywhere
        class Wrong extends Resource {}
        return Wrong;
      },
    ],
  ])("refuses to stand on %s", (where, declare) => {
    const failure = failureOf(declare);
    expect(failure).toBeInstanceOf(ColonnadeError);
    expect(failure).toMatchObject({
      code: "ERR_DECLARATION",
      message: `@get("/user/:id") stands on ${where}: it goes on an instance method`,
    });
  });

  it("refuses a decorator that was not called", () => {
    const uncalled = get as unknown as Anywhere;
    const declare = () => {
      class Wrong extends Resource {
        @uncalled method() {}
      }
      return Wrong;
    };
    expect(declare).toThrow(/a pattern is a string, not (function|object)/);
  });

  it("refuses the context of an older proposal, whose compilers do not tell members apart", () => {
    const context = { kind: "method", name: "method", static: false, private: false, addInitializer() {} };
    expect(failureOf(() => anywhere(() => {}, context))).toMatchObject({
      code: "ERR_DECLARATION",
      message: expect.stringContaining('@get("/user/:id") on method is compiled for an old proposal'),
    });
  });
});
