import { ColonnadeError } from "../../src/errors";
import { matchPattern } from "./match-pattern";
import { parsePattern } from "../../src/path/parse";
import type { MatchOptions } from "../../src/path/pattern";
import table from "../fixtures/paths.json";

type Outcome = Record<string, string | undefined> | null | string;
type Row = [pattern: string, target: string, outcome: Outcome];

/** Matches as the tables write it: names and values, null, or "malformed". */
function outcomeOf(match: () => object | undefined): Outcome {
  try {
    const bindings = match();
    return bindings === undefined ? null : { ...bindings };
  } catch (error) {
    if (error instanceof ColonnadeError && error.code === "ERR_MALFORMED_PATH" && error.status === 400) {
      return "malformed";
    }
    throw error;
  }
}

const literals: Row[] = [
  ["/a b", "/a%20b", {}],
  ["/a b", "/a b", null],
  ["/a b", "/a+b", null],
  ["/é", "/%C3%A9", {}],
  ["/é", "/%c3%a9", {}],
  ["/é", "/%C3%a9", {}],
  ["/é", "/é", null],
  ["/é", "/e%CC%81", null],
  ["/e\u0301", "/e%CC%81", {}],
  ["/é", "/%E9", null],
  ["/日本/:id", "/%E6%97%A5%e6%9c%ac/7", { id: "7" }],
  ["/😀", "/%F0%9F%98%80", {}],
  ["/😀", "/%ED%A0%BD%ED%B8%80", null],
  ["/\u0000", "/%00", {}],
  ["/a\tb", "/a%09b", {}],
  ["/\u007f", "/%7f", {}],
  ["/100%", "/100%25", {}],
  ["/100%", "/100%", null],
  ["/%", "/%25", {}],
  ["/%zz", "/%25zz", {}],
  ["/%zz", "/%zz", null],
  ["/%4", "/%254", {}],
  ['/"<>^`|', "/%22%3C%3E%5E%60%7C", {}],
  ['/"<>^`|', "/%22%3c%3e%5e%60%7c", {}],
  ["/a|b", "/a|b", null],
  ["/a|b", "/a", null],
  ["/a$", "/a$", {}],
  ["/a$", "/a%24", null],
  ["/-._~!$&'+,;=@", "/-._~!$&'+,;=@", {}],
  ["/~me", "/~me", {}],
  ["/~me", "/%7Eme", null],
  ["/a.b", "/a%2Eb", null],
  ["/abc", "/%61bc", null],
  ["/abc", "/ab%63", null],
  ["/abc", "/abc%", null],
  ["/a/b", "/a%2Fb", null],
  ["/a/b", "/a%2fb", null],
  ["/a%2", "/a%2", null],
  ["/..", "/..", {}],
  ["/a/../b", "/a/../b", {}],
  ["/a/../b", "/b", null],
  ["/+", "/+", {}],
  ["/constructor", "/constructor", {}],
  ["/__proto__", "/__proto__", {}],
  ["/constructor", "/toString", null],
  ["/ABC", "/abc", null],
  ["/É", "/%C3%A9", null],
];

const parameters: Row[] = [
  ["/:a", "/a%2Fb", { a: "a/b" }],
  ["/:a", "/a%2fb", { a: "a/b" }],
  ["/:a", "/%252F", { a: "%2F" }],
  ["/:a", "/%2525", { a: "%25" }],
  ["/:a", "/a+b", { a: "a+b" }],
  ["/:a", "/%00", { a: "\0" }],
  ["/:a", "/%C3%A9", { a: "é" }],
  ["/:a", "/é", { a: "é" }],
  ["/:a", "/%F0%9f%98%80", { a: "😀" }],
  ["/:a", "/%EF%BB%BFx", { a: "\ufeffx" }],
  ["/:a", "/%2E%2E", { a: ".." }],
  ["/:a", "/..", { a: ".." }],
  ["/:a", "/%3F%23", { a: "?#" }],
  ["/:a", "/a:b", { a: "a:b" }],
  ["/:a", "/a;b=c", { a: "a;b=c" }],
  ["/:a", "/a\\b", { a: "a\\b" }],
  ["/:a", "/%", "malformed"],
  ["/:a", "/%4", "malformed"],
  ["/:a", "/%ZZ", "malformed"],
  ["/:a", "/%u0041", "malformed"],
  ["/:a", "/%C3%28", "malformed"],
  ["/:a", "/%C3", "malformed"],
  ["/:a", "/%80", "malformed"],
  ["/:a", "/%C0%AF", "malformed"],
  ["/:a", "/%ED%A0%80", "malformed"],
  ["/:a", "/%F5%80%80%80", "malformed"],
  ["/:a?", "/%ZZ", "malformed"],
  ["/:a+", "/x/%C3/%A9", "malformed"],
  ["/:a*/b", "/%ZZ/b", "malformed"],
  ["/x/:a", "/%ZZ/y", null],
  ["/:a/x", "/%ZZ/y", null],
  ["/:a?/b", "/b", {}],
  ["/:a?/b", "/x/b", { a: "x" }],
  ["/:a?/b", "/b/b", { a: "b" }],
  ["/:a?/b", "/x/y/b", null],
  ["/:a?/b", "/x", null],
  ["/:a?/b", "/", null],
  ["/x/:a?/b", "/x/b", {}],
  ["/x/:a?/b", "/x/1/b", { a: "1" }],
  ["/x/:a?/b", "/x", null],
  ["/:a?/:b", "/1", { b: "1" }],
  ["/:a?/:b", "/1/2", { a: "1", b: "2" }],
  ["/:a/:b?", "/1", { a: "1" }],
  ["/:a+/x", "/x", null],
  ["/:a+/x", "/x/x", { a: "x" }],
  ["/:a+/x", "/x/x/x", { a: "x/x" }],
  ["/:a+/:b", "/1/2/3", { a: "1/2", b: "3" }],
  ["/:a+/:b", "/1", null],
  ["/:a/:b+/:c", "/1/2/3/4", { a: "1", b: "2/3", c: "4" }],
  ["/:a*/x/y", "/x/y", {}],
  ["/:a*/x/y", "/x/y/x/y", { a: "x/y" }],
  ["/:a*/x/y", "/y", null],
  ["/x/:a*/x", "/x", null],
  ["/x/:a*/x", "/x/x", {}],
  ["/:a*/:b", "/", null],
  ["/:a*/:b", "/1", { b: "1" }],
  ["/:a*", "/a%2Fb/c", { a: "a/b/c" }],
  ["/:a+", "/%252F/x", { a: "%2F/x" }],
  ["/:_", "/x", { _: "x" }],
  ["/:_1A", "/x", { _1A: "x" }],
  ["/:constructor", "/x", { constructor: "x" }],
  ["/:toString?", "/", {}],
  ["/:hasOwnProperty/:valueOf", "/1/2", { hasOwnProperty: "1", valueOf: "2" }],
];

const empties: Row[] = [
  "/:a",
  "/:a?",
  "/:a+",
  "/:a*",
  "/",
  "/x",
  "/x/:a",
  "/x/:a?",
  "/x/:a+",
  "/x/:a*",
].flatMap((pattern): Row[] =>
  ["//", "///", "//x", "/x//", "/x//y", "/x/y//", "//x/"].map((path) => [pattern, path, null]),
);

const targets: Row[] = [
  ["/x", "/x?", {}],
  ["/x", "/x/?y", {}],
  ["/x", "/x#y", {}],
  ["/x", "/x#?y", {}],
  ["/x", "/x?y#z/w", {}],
  ["/:a", "/x?y=/z?w", { a: "x" }],
  ["/:a?", "/?x", {}],
  ["/:a*", "/?x//y", {}],
  ["/", "?x", null],
  ["/", "", null],
  ["/x", "x", null],
  ["/:a*", "*", null],
  ["/:a*", "h:443", null],
  ["/x", "http://h/x?next=/admin", {}],
  ["/x", "http://h:80/x/", {}],
  ["/x", "HTTPS://user@h/x", {}],
  ["/x", "http://[::1]:80/x", {}],
  ["/x", "ws://h/x", {}],
  ["/", "http://h", {}],
  ["/", "http://h/", {}],
  ["/", "http://h?next=/admin", {}],
  ["/", "http://h#/admin", {}],
  ["/admin", "http://h?next=/admin", null],
  ["/admin", "http://h#/admin", null],
  ["/:a*", "http://h//x", null],
  ["/h/x", "//h/x", null],
  ["/x", "//h/x", null],
  ["/:a", "/http://h", null],
];

const insensitive: Row[] = [
  ["/AbC/:Id", "/aBc/XyZ", { Id: "XyZ" }],
  ["/k", "/%E2%84%AA", null],
  ["/\u212a", "/k", null],
  ["/\u212a", "/%e2%84%aa", {}],
  ["/s", "/%C5%BF", null],
  ["/É", "/%C3%A9", null],
  ["/É", "/%c3%89", {}],
  ["/a b", "/A%20B", {}],
  ["/a", "/%41", null],
  ["/:a", "/%C3%89", { a: "É" }],
  ["/x", "/X/", {}],
];

const strict: Row[] = [
  ["/", "//", null],
  ["/:a?", "/", {}],
  ["/:a?/", "/", {}],
  ["/:a*/", "/", {}],
  ["/:a?", "/x/", null],
  ["/:a?/", "/x/", { a: "x" }],
  ["/:a?/", "/x", null],
  ["/:a", "/x/", null],
  ["/:a/", "/x/", { a: "x" }],
  ["/:a/", "/x", null],
  ["/:a+/", "/x/y/", { a: "x/y" }],
  ["/:a+/", "/x/y", null],
  ["/x/:a*", "/x", {}],
  ["/x/:a*", "/x/", null],
  ["/x/:a*/", "/x/", {}],
  ["/x/:a*/", "/x", null],
  ["/x/", "/x/?y", {}],
  ["/x", "/x?y/", {}],
  ["/x/", "/x//", null],
];

const tables: [name: string, options: MatchOptions | undefined, rows: Row[]][] = [
  ["the path grammar", undefined, table.match as Row[]],
  ["the path grammar, insensitive", { caseSensitive: false }, table.insensitive as Row[]],
  ["the path grammar, strict", { strict: true }, table.strict as Row[]],
  ["literals", undefined, literals],
  ["parameters", {}, parameters],
  ["empty components", undefined, empties],
  ["targets", undefined, targets],
  ["insensitive", { caseSensitive: false }, insensitive],
  ["strict", { strict: true }, strict],
  [
    "strict and insensitive",
    { strict: true, caseSensitive: false },
    [
      ["/A/", "/a/", {}],
      ["/A/", "/a", null],
    ],
  ],
];

describe("RouteIndex.find(pathname), then bind(pattern, components)", () => {
  describe.each(tables)("%s", (_name, options, rows) => {
    it.each(rows)("%j against %j gives %j", (pattern, target, outcome) => {
      expect(outcomeOf(() => matchPattern(parsePattern(pattern), target, options))).toStrictEqual(outcome);
    });
  });

  it("gives bindings without a prototype, whatever the names", () => {
    const bindings = matchPattern(parsePattern("/:__proto__/:constructor?"), "/polluted");
    expect(Object.getPrototypeOf(bindings)).toBeNull();
    expect(Object.entries(bindings ?? {})).toEqual([["__proto__", "polluted"]]);
  });

  it("names the parameter, the text and the cause where an escape is malformed", () => {
    const act = () => matchPattern(parsePattern("/:first/:second"), "/ok/%ZZ");
    expect(act).toThrow(
      expect.objectContaining({
        code: "ERR_MALFORMED_PATH",
        status: 400,
        message: 'The path parameter "second" is not valid percent-encoded UTF-8: "%ZZ"',
        cause: expect.any(URIError),
      }),
    );
  });
});
