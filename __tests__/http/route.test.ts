import { METHODS } from "node:http";
import { ColonnadeError, PathSyntaxError, Router } from "colonnade";
import type { Route } from "colonnade";
import { checkMaxContentLength, defaultMaxContentLength } from "../../src/http/max-content-length";
import { checkKeys } from "../../src/http/options";
import { compileRoute } from "../../src/http/route";

const callback = () => null;

/** A route as plain JavaScript may write it. */
function compile(...route: unknown[]): ReturnType<typeof compileRoute> {
  return compileRoute(route as unknown as Route);
}

function failureOf(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  return undefined;
}

describe("compileRoute(route)", () => {
  it("fills in the defaults", () => {
    expect(compile("GET", "/user/:id", callback)).toEqual({
      method: "GET",
      pattern: expect.objectContaining({ source: "/user/:id" }),
      callback,
      maxContentLength: 5_242_880,
      middleware: [],
      group: undefined,
      name: "GET /user/:id",
    });
  });

  it("keeps what the options say", () => {
    const middleware = [callback];
    const group = { name: "Users", middleware };
    const options = { maxContentLength: 10, middleware, group, headers: [{ name: "X-Id" }], params: [] };
    expect(compile("PUT", "/", callback, options)).toMatchObject({ maxContentLength: 10, middleware, group });
  });

  it.each([...METHODS, "WEBSOCKET"])("accepts the method %s", (method) => {
    expect(compile(method, "/", callback).method).toBe(method);
  });

  it.each([
    ["a route that is no tuple", "GET /x", 'A route is a tuple, not "GET /x"'],
    ["no route", undefined, "A route is a tuple, not undefined"],
    ["a method in lower case", ["get", "/x", callback], 'The method of /x is "get", not an HTTP method'],
    ["a method that is none", ["FETCH", "/x", callback], 'The method of /x is "FETCH", not an HTTP method'],
    ["a method by a name of Object", ["constructor", "/x", callback], 'The method of /x is "constructor"'],
    ["no method", [undefined, "/x", callback], "The method of /x is undefined"],
    ["a symbol for a method", [Symbol("GET"), "/x", callback], "The method of /x is Symbol(GET)"],
    ["no callback", ["GET", "/x"], "The callback of GET /x is undefined"],
    ["a string for a callback", ["GET", "/x", "show"], 'The callback of GET /x is "show"'],
    ["null for options", ["GET", "/x", callback, null], "The options of GET /x are null, not an object"],
    [
      "an unknown option",
      ["GET", "/x", callback, { limit: 5 }],
      'GET /x has no option "limit"; it has maxCon',
    ],
    [
      "a limit that is none",
      ["GET", "/x", callback, { maxContentLength: -1 }],
      "maxContentLength of GET /x is",
    ],
    [
      "middleware that is no list",
      ["GET", "/x", callback, { middleware: callback }],
      "The middleware of GET /x is a list of functions, not function callback",
    ],
    [
      "middleware that is no function",
      ["GET", "/x", callback, { middleware: ["helmet"] }],
      "The middleware of GET /x is a list of functions, not an array",
    ],
    [
      "a group without middleware",
      ["GET", "/x", callback, { group: {} }],
      "The middleware of the group of GET /x is a list of functions, not undefined",
    ],
  ])("refuses %s", (_case, route, message) => {
    const failure = failureOf(() => compileRoute(route as unknown as Route));
    expect(failure).toBeInstanceOf(ColonnadeError);
    expect(failure).toMatchObject({ code: "ERR_OPTION", message: expect.stringContaining(message) });
  });

  it.each([["user"], ["/:id?/:rest*"], [undefined], [5], [{}]])("refuses the pattern %p", (pattern) => {
    expect(() => compile("GET", pattern, callback)).toThrow(PathSyntaxError);
  });

  it("is what Router.registerRoutes(routes) checks each route by", () => {
    const routes = [["GET", "/x", callback, { limit: 5 }]] as unknown as Route[];
    expect(() => new Router().registerRoutes(routes)).toThrow('GET /x has no option "limit"');
  });
});

describe("checkMaxContentLength(value, owner)", () => {
  it.each([
    [undefined, defaultMaxContentLength],
    [0, 0],
    [1, 1],
    [Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
    [Infinity, Infinity],
  ])("takes %p for %p bytes", (value, limit) => {
    expect(checkMaxContentLength(value, "GET /x")).toBe(limit);
  });

  it.each([
    [NaN, "NaN"],
    [-1, "-1"],
    [-Infinity, "-Infinity"],
    [1.5, "1.5"],
    ["5x", '"5x"'],
    ["5", '"5"'],
    [5n, "5"],
    [null, "null"],
    [[5], "an array"],
    [new Number(5), "an object of class Number"],
  ])("refuses %p", (value, named) => {
    expect(failureOf(() => checkMaxContentLength(value, "GET /x"))).toMatchObject({
      code: "ERR_OPTION",
      message: `maxContentLength of GET /x is a whole number of bytes from 0, not ${named}`,
    });
  });
});

describe("checkKeys(given, known, owner)", () => {
  it.each([[{}], [{ strict: undefined }], [Object.create({ inherited: 1 })]])("accepts %p", (given) => {
    expect(() => checkKeys(given as object, new Set(["strict"]), "router()")).not.toThrow();
  });

  it.each([
    [{ strickt: true }, 'router() has no option "strickt"; it has strict, errors'],
    [JSON.parse('{ "__proto__": 1 }'), 'router() has no option "__proto__"; it has strict, errors'],
    ["strict", 'The options of router() are "strict", not an object'],
    [callback, "The options of router() are function callback, not an object"],
  ])("refuses %p", (given, message) => {
    const known = new Set(["strict", "errors"]);
    expect(() => checkKeys(given as object, known, "router()")).toThrow(message);
  });

  it("says so where there is no option at all", () => {
    expect(() => checkKeys({ strict: true }, new Set(), "this")).toThrow(
      'this has no option "strict"; it has none',
    );
  });
});
