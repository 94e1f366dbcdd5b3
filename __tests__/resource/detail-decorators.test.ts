import {
  ColonnadeError,
  ErrorResponse,
  JsonResponse,
  Resource,
  get,
  header,
  param,
  post,
  use,
} from "colonnade";
import express from "express";
import type { ErrorRequestHandler, RequestHandler } from "express";
import supertest from "supertest";
import { misplacements } from "./misplaced";
import type { Anywhere } from "./misplaced";

/** A decorator, without what its type refuses. */
/** A maker of decorators as plain JavaScript may call it. */
type Loose = (...values: unknown[]) => Anywhere;

function failureOf(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  return undefined;
}

/** Middleware that leaves its name in `X-Trail`. */
function trail(name: string): RequestHandler {
  return (_req, res, next) => {
    res.append("X-Trail", name);
    next();
  };
}

const blank = () => new JsonResponse(null);

@use(trail("base 1"), trail("base 2"))
@use(trail("base 3"))
class Base extends Resource {
  @use(trail("method 1"), [trail("method 2"), [trail("method 3")]])
  @get("/guarded")
  @use(trail("method 4"))
  guarded() {
    return blank();
  }

  @get("/plain")
  plain() {
    return blank();
  }
}

@use(trail("class 1"))
@use([trail("class 2")], trail("class 3"))
class Sub extends Base {
  @use(trail("override"))
  override guarded() {
    return blank();
  }
}

class Sibling extends Base {}

const ofBase = "base 1, base 2, base 3";
const ofSub = `${ofBase}, class 1, class 2, class 3`;
const ofMethod = "method 1, method 2, method 3, method 4";

describe("use(...middleware)", () => {
  it.each([
    ["the class, then the method, each in source order", Base, "/guarded", `${ofBase}, ${ofMethod}`],
    ["the class only, where a method has none", Base, "/plain", ofBase],
    [
      "the base class first, then the class, base method, override",
      Sub,
      "/guarded",
      `${ofSub}, ${ofMethod}, override`,
    ],
    ["the base class and the class", Sub, "/plain", ofSub],
    ["nothing of a sibling", Sibling, "/plain", ofBase],
  ])("runs %s", async (_case, resource, path, expected) => {
    const response = await supertest(express().use(new resource().router())).get(path);
    expect([response.status, response.headers["x-trail"]]).toEqual([200, expected]);
  });

  it("may refuse with an ErrorResponse, and the method does not run", async () => {
    let ran = false;
    class Guarded extends Resource {
      @use(() => {
        throw new ErrorResponse("sign in first", 401);
      })
      @get("/")
      show() {
        ran = true;
        return blank();
      }
    }
    await supertest(express().use(new Guarded().router())).get("/").expect(401, { error: "sign in first" });
    expect(ran).toBe(false);
  });

  it("takes error middleware", async () => {
    const refuse: RequestHandler = (_req, _res, next) => next("refused");
    const recover: ErrorRequestHandler = (error, _req, res, _next) =>
      void res.status(418).send(String(error));
    class Guarded extends Resource {
      @use(refuse, recover)
      @get("/")
      show() {
        return blank();
      }
    }
    await supertest(express().use(new Guarded().router()))
      .get("/")
      .expect(418, /refused/);
  });

  it("gives a decorator that can be kept and used on methods and classes", async () => {
    const guard = use(trail("kept"));
    @guard
    class Guarded extends Resource {
      @guard
      @get("/")
      show() {
        return blank();
      }
    }
    const response = await supertest(express().use(new Guarded().router())).get("/");
    expect(response.headers["x-trail"]).toBe("kept, kept");
  });

  it("guards one method only", () => {
    class Mixed extends Resource {
      @use(trail("one"))
      @get("/one")
      one() {
        return blank();
      }

      @post("/one")
      other() {
        return blank();
      }
    }
    expect(new Mixed().routes().map(([, , , options]) => options?.middleware?.length)).toEqual([
      1,
      undefined,
    ]);
  });

  it.each([
    ["nothing", [], "@use() is given no middleware"],
    ["an empty list", [[]], "@use() is given no middleware"],
    ["a string", ["helmet"], '@use() takes Express middleware, not "helmet"'],
    ["undefined", [undefined], "@use() takes Express middleware, not undefined"],
    ["what is no function in a list", [[blank, [null]]], "@use() takes Express middleware, not null"],
    ["a Resource", [new Base()], "@use() takes Express middleware, not an object of class Base"],
  ])("refuses %s", (_case, middleware, message) => {
    const failure = failureOf(() => (use as Loose)(...middleware));
    expect(failure).toBeInstanceOf(ColonnadeError);
    expect(failure).toMatchObject({ code: "ERR_DECLARATION", message });
  });
});

describe.each([
  ["header", header],
  ["param", param],
])("%s(name, details)", (name, documents) => {
  it("documents the routes of a method, in source order", () => {
    class Documented extends Resource {
      @documents("a", { required: true, type: "integer", description: "the first" })
      @get("/one")
      @documents("b")
      @post("/two")
      both() {
        return blank();
      }
    }
    const documented = [
      { name: "a", required: true, type: "integer", description: "the first" },
      { name: "b" },
    ];
    expect(new Documented().routes().map(([, , , options]) => options)).toEqual([
      { maxContentLength: 5_242_880, [`${name}s`]: documented },
      { maxContentLength: 5_242_880, [`${name}s`]: documented },
    ]);
  });

  it.each([
    ["no name", [], "ERR_DECLARATION", `@${name}() takes the name of a ${name}, not undefined`],
    ["an empty name", [""], "ERR_DECLARATION", `@${name}() takes the name of a ${name}, not ""`],
    ["a number", [5], "ERR_DECLARATION", `@${name}() takes the name of a ${name}, not 5`],
    ["null for details", ["a", null], "ERR_OPTION", `The options of @${name}("a") are null, not an object`],
    [
      "an unknown detail",
      ["a", { requird: true }],
      "ERR_OPTION",
      `@${name}("a") has no option "requird"; it has description, required, type, schema`,
    ],
  ])("refuses %s", (_case, values, code, message) => {
    expect(failureOf(() => (documents as unknown as Loose)(...values))).toMatchObject({ code, message });
  });
});

describe.each([
  ["@use()", use(trail("")) as unknown as Anywhere, "an instance method or a class"],
  ['@header("X-Id")', header("X-Id") as unknown as Anywhere, "an instance method"],
  ['@param("q")', param("q") as unknown as Anywhere, "an instance method"],
])("%s", (name, anywhere, place) => {
  it.each(misplacements(anywhere))("refuses to stand on %s", (where, declare) => {
    expect(failureOf(declare)).toMatchObject({
      code: "ERR_DECLARATION",
      message: `${name} stands on ${where}: it goes on ${place}`,
    });
  });

  it("refuses a method without a route, when routes are asked for", () => {
    class Lonely extends Resource {
      @anywhere
      method() {
        return blank();
      }
    }
    const lonely = new Lonely();
    expect(failureOf(() => lonely.router())).toMatchObject({
      code: "ERR_DECLARATION",
      message: `${name} stands on Lonely.method, which has no route`,
    });
  });
});

describe.each([
  ['@header("X-Id")', header("X-Id") as unknown as Anywhere],
  ['@param("q")', param("q") as unknown as Anywhere],
])("%s", (name, anywhere) => {
  it("refuses to stand on a class", () => {
    const declare = () => {
      @anywhere
      class Wrong extends Resource {}
      return Wrong;
    };
    expect(failureOf(declare)).toMatchObject({
      code: "ERR_DECLARATION",
      message: `${name} stands on a class, Wrong: it goes on an instance method`,
    });
  });
});
