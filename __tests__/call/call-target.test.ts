import fc from "fast-check";
import { get } from "colonnade";
import { toCallTarget } from "../../src/call/call-target";
import { bind } from "../../src/path/bind";
import { parsePattern } from "../../src/path/parse";
import { RouteIndex } from "../../src/path/route-index";
import { parseQuery } from "../../src/http/request-source";
import { pathnameOf, queryOf } from "../../src/path/target";

const target = (pattern: string, matches?: object, query?: object) =>
  toCallTarget(get(pattern), { matches, query });

/** What the route of a pattern binds of a target; undefined where it does not match. */
function bound(pattern: string, called: string): object | undefined {
  const index = new RouteIndex<string>();
  index.add(parsePattern(pattern), pattern);
  // As fetch sends it.
  const { pathname } = new URL(`http://localhost${called}`);
  const { entries, components } = index.find(pathname);
  return entries[0] && { ...bind(entries[0].pattern, components) };
}

describe("toCallTarget(declaration, { matches })", () => {
  it.each([
    ["/", {}, "/"],
    ["/users", {}, "/users"],
    ["/users/", {}, "/users/"],
    ["/users/:id", { id: "7" }, "/users/7"],
    ["/users/:id", { id: 7 }, "/users/7"],
    ["/users/:id", { id: 7n }, "/users/7"],
    ["/users/:id", { id: false }, "/users/false"],
    ["/days/:day", { day: new Date(0) }, "/days/1970-01-01T00%3A00%3A00.000Z"],
    ["/users/:id?", {}, "/users"],
    ["/users/:id?", { id: undefined }, "/users"],
    ["/users/:id?", { id: "a" }, "/users/a"],
    ["/:id?", {}, "/"],
    ["/files/:path+", { path: "a/b c/d" }, "/files/a/b%20c/d"],
    ["/files/:path*", {}, "/files"],
    ["/files/:path*/end", { path: "a/b" }, "/files/a/b/end"],
    ["/ü/:id", { id: "ß" }, "/%C3%BC/%C3%9F"],
    ["/x/:id", { id: "a/b?c#d%e..f" }, "/x/a%2Fb%3Fc%23d%25e..f"],
    ["/x/:constructor", { constructor: "a" }, "/x/a"],
  ])("makes of %s with %p the target %s", (pattern, matches, expected) => {
    expect(target(pattern, matches)).toBe(expected);
  });

  it.each([
    ["/users/:id", {}, "matches.id of GET /users/:id is missing"],
    ["/users/:id", { id: null }, "matches.id of GET /users/:id is missing"],
    ["/users/:toString", {}, "matches.toString of GET /users/:toString is missing"],
    ["/files/:path+", {}, "matches.path of GET /files/:path+ is missing"],
    ["/users/:id", { id: "" }, "matches.id of GET /users/:id has an empty component"],
    ["/files/:path+", { path: "a//b" }, "matches.path of GET /files/:path+ has an empty component"],
    ["/users/:id", { id: ".." }, 'matches.id of GET /users/:id has the component ".."'],
    ["/users/:id", { id: "." }, 'matches.id of GET /users/:id has the component "."'],
    ["/files/:path+", { path: "a/../b" }, 'has the component ".."'],
    [
      "/users/:id",
      { id: {} },
      "matches.id of GET /users/:id is text, a number or a boolean, and this is of type object",
    ],
    ["/users/:id", { id: ["a"] }, "and this is an array"],
    ["/users/:id", { id: "\ud800" }, "matches.id of GET /users/:id holds half of a surrogate pair"],
    ["/a/../b", {}, 'GET /a/../b can\'t be called: no URL keeps ".."'],
    ["/users/:id", "7", "matches of GET /users/:id is an object, not a string"],
    ["/users/:id", ["7"], "matches of GET /users/:id is an object, not an array"],
  ])("refuses %s with %p", (pattern, matches, message) => {
    expect(() => target(pattern, matches as object)).toThrow(TypeError);
    expect(() => target(pattern, matches as object)).toThrow(message);
  });

  it("is the inverse of matching", () => {
    const component = fc
      .string({ unit: "binary", minLength: 1 })
      .filter((text) => text !== "." && text !== "..");
    const single = component.filter((text) => text.isWellFormed());
    const several = fc
      .array(
        single.filter((text) => !text.includes("/")),
        { minLength: 1, maxLength: 4 },
      )
      .map((components) => components.join("/"));
    const cases = fc.oneof(
      fc.record({ pattern: fc.constant("/a/:x/b/:y"), matches: fc.record({ x: single, y: single }) }),
      fc.record({ pattern: fc.constant("/a/:x?"), matches: fc.record({ x: single }, { requiredKeys: [] }) }),
      fc.record({ pattern: fc.constant("/:x+/b"), matches: fc.record({ x: several }) }),
      fc.record({ pattern: fc.constant("/a/:x*"), matches: fc.record({ x: several }, { requiredKeys: [] }) }),
    );
    fc.assert(
      fc.property(cases, ({ pattern, matches }) => {
        // A backslash is a slash to the URL standard, unless it is encoded, as here.
        expect(bound(pattern, target(pattern, matches))).toEqual({ ...matches });
      }),
      { numRuns: 500 },
    );
  });
});

describe("toCallTarget(declaration, { query })", () => {
  it.each([
    [{}, ""],
    [{ a: undefined }, ""],
    [{ a: [] }, ""],
    [{ a: "1 2", b: 3, c: true, d: 4n }, "?a=1+2&b=3&c=true&d=4"],
    [{ a: ["1", 2] }, "?a=1&a=2"],
    [{ "ü&": "=#" }, "?%C3%BC%26=%3D%23"],
    [JSON.parse('{"__proto__": "x"}') as object, "?__proto__=x"],
  ])("makes of %p the query %s", (query, expected) => {
    expect(target("/x", {}, query)).toBe(`/x${expected}`);
  });

  it.each([
    [{ a: null }, "query.a of GET /x is text, a number or a boolean, and this is null"],
    [{ a: [{}] }, "query.a of GET /x is text, a number or a boolean, and this is of type object"],
    ["a=b", "query of GET /x is an object, not a string"],
  ])("refuses %p", (query, message) => {
    expect(() => target("/x", {}, query as object)).toThrow(message);
  });

  it("is the inverse of parsing", () => {
    const values = fc.array(
      fc.string().filter((text) => text.isWellFormed()),
      { minLength: 1, maxLength: 3 },
    );
    fc.assert(
      fc.property(fc.dictionary(fc.string(), values), (query) => {
        const called = target("/x", {}, query);
        expect(pathnameOf(called)).toBe("/x");
        expect({ ...parseQuery(queryOf(called)) }).toEqual({ ...query });
      }),
    );
  });
});
