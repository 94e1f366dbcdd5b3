import type { Query, RequestHeaders } from "colonnade";
import { toTarget } from "../../src/client/target";
import { clientOf, echo, refusal, serve } from "./served";
import type { Echoed } from "./served";

describe("the target of a request", () => {
  it.each<[path: string, query: Query | null, target: string]>([
    ["/", null, "/"],
    ["/a/b;c=1?d=e&f", null, "/a/b;c=1?d=e&f"],
    ["/a#b", null, "/a"],
    ["/a?b#c?d", { e: 1 }, "/a?b&e=1"],
    ["/a", {}, "/a"],
    ["/a", { b: [] }, "/a"],
    ["/a", { b: "" }, "/a?b="],
    ["/a", { b: "x y&z=é+/%" }, "/a?b=x+y%26z%3D%C3%A9%2B%2F%25"],
    ["/a", { "b[]": [1, 2] }, "/a?b%5B%5D=1&b%5B%5D=2"],
    ["/a", { b: ["x", 0.5, false] }, "/a?b=x&b=0.5&b=false"],
    ["/a?", { b: 1 }, "/a?b=1"],
    ["/a?b=1", { c: 2 }, "/a?b=1&c=2"],
    ["/a?b=1&", { c: 2 }, "/a?b=1&c=2"],
    ["/a", JSON.parse('{"__proto__":"1","constructor":"2"}') as Query, "/a?__proto__=1&constructor=2"],
    ["/%2F%zz", null, "/%2F%zz"],
    ["/é/😀?ü", null, "/%C3%A9/%F0%9F%98%80?%C3%BC"],
    ["//host/x", null, "//host/x"],
    ["/../a/./b", null, "/../a/./b"],
  ])("of %j and %j is %j", (path, query, target) => {
    expect(toTarget("GET", path, query)).toBe(target);
  });

  it.each([
    ["a line feed", "/a\nb", '"\\n"'],
    ["a carriage return", "/a\r\nX: y", '"\\r"'],
    ["a NUL", "/\0", '"\\u0000"'],
    ["a DEL", "/\u007f", '"\\u007f"'],
    ["a space", "/a b", '" "'],
    ["a tab in the query", "/a?b\tc", '"\\t"'],
    ["a backslash", "/a\\b", '"\\\\"'],
    ["a quote", '/a"', '"\\""'],
    ["a brace", "/{id}", '"{"'],
    ["a line feed in the fragment", "/a#b\n", '"\\n"'],
  ])("is refused with %s", (_what, path, character) => {
    const message = refusal(() => clientOf(1).get(path));
    expect(message).toContain(`holds ${character}: encodeURIComponent() writes what a path may hold`);
    expect(message).not.toMatch(/[\r\n\0]/);
  });

  it.each<[unknown, string]>([
    ["", '""'],
    ["a", '"a"'],
    ["http://host/x", '"http://host/x"'],
    [undefined, "undefined"],
    [new URL("http://host/x"), "an object of class URL"],
  ])("is refused where the path is %p", (path, quoted) => {
    expect(refusal(() => clientOf(1).get(path as string))).toBe(
      `The path of a GET request starts with "/", and this is ${quoted}`,
    );
  });

  it("is refused with half of a surrogate pair", () => {
    expect(refusal(() => clientOf(1).delete("/\ud800"))).toMatch(
      /^The path of DELETE .* half of a surrogate pair$/,
    );
  });

  it.each<[string, unknown, string]>([
    ["undefined", { b: undefined }, '"b" of GET "/a" is .*, not undefined'],
    ["null", { b: null }, "not null"],
    ["an object", { b: {} }, "not an object of class Object"],
    ["a list in a list", { b: [[1]] }, "not an array"],
    ["a bigint", { b: 1n }, "not 1"],
    ["NaN", { b: Number.NaN }, "not NaN"],
    ["infinite", { b: [1, Infinity] }, "not Infinity"],
  ])("is refused where a query value is %s", (_what, query, reason) => {
    expect(refusal(() => clientOf(1).get("/a", query as Query))).toMatch(new RegExp(`${reason}$`));
  });

  it.each([
    ["text", "b=1"],
    ["a list", []],
    ["a Map", new Map()],
    ["URLSearchParams", new URLSearchParams("b=1")],
  ])("is refused where the query is %s", (_what, query) => {
    expect(refusal(() => clientOf(1).get("/a", query as never))).toMatch(
      /^The query of GET "\/a" is an object/,
    );
  });
});

describe("the headers of a request", () => {
  it("are sent as they are given", async () => {
    const given = {
      "X-Text": "a",
      "X-Number": 5,
      "X-List": ["a", "b"],
      "Accept-Encoding": "br",
      Host: "other",
    };
    const { payload } = await clientOf(await serve(echo)).get("/", null, given);
    expect((payload as Echoed).headers).toEqual({
      "x-text": "a",
      "x-number": "5",
      "x-list": "a, b",
      "accept-encoding": "br",
      host: "other",
      connection: "keep-alive",
    });
  });

  it.each<[string, unknown, RegExp]>([
    ["a line feed in a value", { X: "a\nb" }, /^The header "X" of GET \/a can't be sent: /],
    [
      "a CR LF in a value",
      { Authorization: "a\r\nX: secret" },
      /^The header "Authorization" of GET \/a can't be sent: /,
    ],
    ["a CR LF in one of a list", { X: ["a", "b\r\nc"] }, /^The header "X"/],
    ["a character beyond Latin-1", { X: "€" }, /^The header "X"/],
    ["a CR LF in a name", { "X\r\nY": "a" }, /^The header "X\\r\\nY"/],
    ["a space in a name", { "X Y": "a" }, /^The header "X Y"/],
    ["no name", { "": "a" }, /^The header ""/],
    ["undefined", { X: undefined }, /^The header "X" .* it is no text or number$/],
    ["null", { X: null }, /it is no text or number$/],
    ["an object", { X: {} }, /it is no text or number$/],
    ["a name twice", { X: "1", x: "2" }, /^The header "x" .* it is there twice$/],
    ["Transfer-Encoding", { "transfer-encoding": "chunked" }, /the connection has its own$/],
    ["Connection", { Connection: "close" }, /the connection has its own$/],
    ["Keep-Alive", { "Keep-Alive": "1" }, /the connection has its own$/],
    ["Upgrade", { Upgrade: "h2c" }, /the connection has its own$/],
    ["Expect", { Expect: "100-continue" }, /the connection has its own$/],
    ["Content-Length", { "Content-Length": 5 }, /only of a stream is the length to be given$/],
    ["two Content-Types", { "Content-Type": ["a/b", "c/d"] }, /it has one value$/],
    ["two Hosts", { Host: ["a", "b"] }, /it has one value$/],
  ])("are refused with %s", (_what, headers, message) => {
    const refused = refusal(() => clientOf(1).get("/a?token=1", null, headers as RequestHeaders));
    expect(refused).toMatch(message);
    expect(refused).not.toMatch(/secret|token|[\r\n]/);
  });

  it("are refused with a Content-Length that is no length", () => {
    const headers = { "Content-Length": "1e3" };
    expect(refusal(() => clientOf(1).put("/a", (async function* () {})(), null, headers))).toMatch(
      /it is no length in bytes$/,
    );
  });

  it.each([
    ["a list", [["X", "1"]]],
    ["a Map", new Map()],
    ["Headers", new Headers()],
    ["text", "X: 1"],
  ])("are refused where they are %s", (_what, headers) => {
    expect(refusal(() => clientOf(1).get("/a", null, headers as never))).toMatch(
      /^The headers of GET \/a are a plain object, not /,
    );
  });
});
