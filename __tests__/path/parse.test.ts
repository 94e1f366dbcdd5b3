import fc from "fast-check";
import { ColonnadeError, PathSyntaxError } from "../../src/errors";
import { parsePattern } from "../../src/path/parse";
import table from "../fixtures/paths.json";

const reasons = {
  start: 'a pattern starts with "/"',
  empty: "a segment is empty",
  expression: "regular expressions are not part of the grammar",
  group: "groups are not part of the grammar",
  class: "classes of characters are not part of the grammar",
  escape: "there is nothing to escape, and no literal holds a backslash",
  star: '"*" follows a name, as in "/:rest*"',
  mark: '"?" follows a name, as in "/:id?"; a query is not part of a path',
  fragment: "a fragment is not part of a path: clients do not send it",
  colon: "a parameter is a whole segment: no text stands before it",
  name: 'a name must follow ":": a letter or "_", then letters, digits or "_"',
  whole: "a parameter is a whole segment: only ?, + or * may follow its name",
  variable: 'only one segment may be "?", "+" or "*"',
  encoding: "a pattern holds the character itself, not its percent-encoding",
  surrogate: "a lone surrogate has no encoding",
} as const;

const refused: [pattern: string, index: number, reason: string][] = [
  ["", 0, reasons.start],
  ["abc", 0, reasons.start],
  [":a", 0, reasons.start],
  [" /a", 0, reasons.start],
  ["*", 0, reasons.start],
  ["//", 1, reasons.empty],
  ["///", 1, reasons.empty],
  ["//a", 1, reasons.empty],
  ["/a//", 3, reasons.empty],
  ["/a//b", 3, reasons.empty],
  ["/:a//:b", 4, reasons.empty],
  ["/*", 1, reasons.star],
  ["/a*", 2, reasons.star],
  ["/*rest", 1, reasons.star],
  ["/(a|b)", 1, reasons.expression],
  ["/a)", 2, reasons.expression],
  ["/:id(\\d+)", 4, reasons.expression],
  ["/{:id}", 1, reasons.group],
  ["/a}", 2, reasons.group],
  ["/:id{x}", 4, reasons.group],
  ["/[ab]", 1, reasons.class],
  ["/a]", 2, reasons.class],
  ["/a\\b", 2, reasons.escape],
  ["/:a\\b", 3, reasons.escape],
  ["/a?", 2, reasons.mark],
  ["/?a", 1, reasons.mark],
  ["/a?b=c", 2, reasons.mark],
  ["/a#b", 2, reasons.fragment],
  ["/:a#b", 3, reasons.fragment],
  ["/x:y", 2, reasons.colon],
  ["/ab/x:", 5, reasons.colon],
  ["/:", 2, reasons.name],
  ["/:/a", 2, reasons.name],
  ["/::a", 2, reasons.name],
  ["/:1a", 2, reasons.name],
  ["/:?", 2, reasons.name],
  ["/:é", 2, reasons.name],
  ["/:-a", 2, reasons.name],
  ["/:$a", 2, reasons.name],
  ['/:"a"', 2, reasons.name],
  ["/:a-b", 3, reasons.whole],
  ["/:a.b", 3, reasons.whole],
  ["/:a:b", 3, reasons.whole],
  ["/:aé", 3, reasons.whole],
  ["/:a$", 3, reasons.whole],
  ["/:a b", 3, reasons.whole],
  ["/:a%20", 3, reasons.whole],
  ["/:a??", 3, reasons.whole],
  ["/:a?*", 3, reasons.whole],
  ["/:a++", 3, reasons.whole],
  ["/:a+b", 3, reasons.whole],
  ["/:a**", 3, reasons.whole],
  ["/:a/:a", 4, 'the name "a" is taken'],
  ["/:a/x/:b/:a?", 9, 'the name "a" is taken'],
  ["/:__proto__/:__proto__", 12, 'the name "__proto__" is taken'],
  ["/:a?/:b?", 5, reasons.variable],
  ["/:a+/:b*", 5, reasons.variable],
  ["/:a*/x/:b*", 7, reasons.variable],
  ["/a%20b", 2, reasons.encoding],
  ["/a%2fb", 2, reasons.encoding],
  ["/%%41", 2, reasons.encoding],
  ["/x/100%25", 6, reasons.encoding],
  ["/x\ud83d", 2, reasons.surrogate],
  ["/a/bc\udc00d", 5, reasons.surrogate],
  ["/😀\ude00", 3, reasons.surrogate],
];

describe("parsePattern(source)", () => {
  it.each(table.refused)("refuses %j", (pattern) => {
    expect(failureOf(pattern)).toMatchObject({ pattern, code: "ERR_PATH_SYNTAX", status: 500 });
  });

  it.each(refused)("refuses %j at index %i: %s", (pattern, index, reason) => {
    const failure = failureOf(pattern);
    expect(failure).toBeInstanceOf(ColonnadeError);
    expect(failure).toMatchObject({ name: "PathSyntaxError", pattern, index, reason });
    const opening = `Path ${JSON.stringify(pattern)}, index ${index}: ${reason}`;
    expect(failure.message.startsWith(opening)).toBe(true);
  });

  it.each<[unknown, kind: string]>([
    [undefined, "undefined"],
    [null, "null"],
    [7, "number"],
    [7n, "bigint"],
    [Symbol("x"), "symbol"],
    [{}, "object"],
    [Object.create(null), "object"],
    [Object("/a"), "object"],
    [() => "/a", "function"],
    [["/a", "/b"], "a list: one method may have several route decorators"],
    [/^\/a$/, "a regular expression: bind the components and check them in the handler"],
  ])("refuses what is no string: case %#", (source, kind) => {
    expect(failureOf(source)).toMatchObject({ index: 0, reason: `a pattern is a string, not ${kind}` });
  });

  it.each(["/", "/:a", "/:_", "/:__proto__", "/:a1_B", "/:A/:a", "/:a?", "/:a+", "/:a*", "/:a/:b/:c*/:d"])(
    "accepts %j and keeps its text",
    (source) => {
      expect(parsePattern(source)).toMatchObject({ source, trailingSlash: false });
    },
  );

  it.each([
    "/.",
    "/..",
    "/a b",
    "/é",
    "/😀",
    "/%",
    "/%zz",
    "/%4",
    "/c++",
    "/+",
    "/a|b",
    "/^$",
    "/!,;=@&'",
    "/\n",
    "/~",
  ])("takes %j for a literal", (source) => {
    expect(parsePattern(source).segments).toEqual([{ kind: "literal", text: source.slice(1) }]);
  });

  it.each([
    ["/", false],
    ["/a", false],
    ["/a/", true],
    ["/:a*/", true],
  ])("sees in %j a trailing slash: %j", (source, trailingSlash) => {
    expect(parsePattern(source)).toMatchObject({ trailingSlash });
  });

  it("finds the one segment that is not one component", () => {
    expect(parsePattern("/x/:a/:b+/y/:c").variable).toBe(2);
    expect(parsePattern("/x/:a").variable).toBe(-1);
  });

  it("keeps what it has parsed, but not without end", () => {
    const first = parsePattern("/kept/:id");
    expect(parsePattern("/kept/:id")).toBe(first);
    for (let at = 0; at < 10_000; at++) parsePattern(`/others/${at}`);
    expect(parsePattern("/kept/:id")).not.toBe(first);
  });

  it("throws nothing but a PathSyntaxError that points into the pattern, whatever the text", () => {
    const text = fc.string({
      unit: fc.constantFrom(...'/:*?+#%(){}[]\\|"ab1é-. 2f', "\ud800"),
      maxLength: 16,
    });
    fc.assert(
      fc.property(text, (source) => {
        const pattern = `/${source}`;
        const failure = attempt(pattern);
        if (failure === undefined) return true;
        const { index, rewrite = "" } = failure;
        const proposed = rewrite.match(/"(?:[^"\\]|\\.)*"/g) ?? [];
        const accepted = proposed.every((each) => attempt(JSON.parse(each) as string) === undefined);
        return index >= 0 && index <= pattern.length && accepted;
      }),
      { numRuns: 5000 },
    );
  });
});

function attempt(source: string): PathSyntaxError | undefined {
  try {
    parsePattern(source);
    return undefined;
  } catch (error) {
    if (error instanceof PathSyntaxError) return error;
    throw error;
  }
}

function failureOf(source: unknown): PathSyntaxError {
  const failure = attempt(source as string); // what JavaScript may give
  if (failure === undefined) throw new Error("It was accepted");
  return failure;
}
