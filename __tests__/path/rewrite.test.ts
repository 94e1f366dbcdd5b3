import express50 from "express-5.0";
import express4 from "express4";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { PathSyntaxError } from "../../src/errors";
import { matchPattern } from "./match-pattern";
import { parsePattern } from "../../src/path/parse";

const check = "and check the value in the handler";
const takeApart = "and take the value apart in the handler";

type Row = [source: string, patterns: string[], note?: string];

const express4Paths: Row[] = [
  ["*", ["/:rest*"]],
  ["/*", ["/:rest*"]],
  ["/files/*", ["/files/:rest*"]],
  ["/files/*/edit", ["/files/:rest+/edit"]],
  ["/:user/*", ["/:user/:rest*"]],
  ["/*.html", ["/:rest+"], check],
  ["/ab*cd", ["/:cd+"], check],
  ["/:path(*)", ["/:path*"]],
  ["/:path(*)?", ["/:path*"]],
  ["/files/:path(.*)", ["/files/:path*"]],
  ["/files/:path(.+)", ["/files/:path+"]],
  ["/files/:path([^]+)", ["/files/:path+"]],
  ["/files/:path([\\s\\S]*)", ["/files/:path*"]],
  ["/files/:path(.*)/raw", ["/files/:path+/raw"]],
  ["/user/:id(\\d+)", ["/user/:id"], check],
  ["/user/:id(\\d+)/x", ["/user/:id/x"], check],
  ["/user/:id(\\d+)?", ["/user/:id?"], check],
  ["/user/:id((?:a|b)c)", ["/user/:id"], check],
  ["/:type(a|b)", ["/:type"], check],
  ["/user/(\\d+)", ["/user/:value"], check],
  ["/(\\d+)/(\\w+)", ["/:value/:value2"], check],
  ["/(a|b)", ["/a", "/b"]],
  ["/(a|b)?", ["/a", "/b", "/"]],
  ["/ab(cd)?e", ["/abcde", "/abe"]],
  ["/ab?cd", ["/abcd", "/acd"]],
  ["/users?", ["/users", "/user"]],
  ["/docs/?", ["/docs"]],
  ["/:a?/:b?", ["/:a/:b?", "/"]],
  ["/:year?/:month?/:day?", ["/:year/:month/:day?", "/:year?"]],
  ["/:a-:b", ["/:a_b"], takeApart],
  ["/flights/:from-:to", ["/flights/:from_to"], takeApart],
  ["/flights/:from.:to", ["/flights/:from_to"], takeApart],
  ["/:file.json", ["/:file"], check],
  ["/:file.:ext?", ["/:file_ext"], takeApart],
  ["/user-:id", ["/:id"], check],
  ["/@:name", ["/:name"], check],
  ["/:1a", ["/:_1a"]],
  ["/:a/:a", ["/:a/:a2"]],
  ["/a%20b", ["/a b"]],
  ["/100%25", ["/100%"]],
  ["/caf%C3%A9/", ["/café/"]],
  ["/x\\.y", ["/x.y"]],
  ["/c\\+\\+", ["/c++"]],
];

const express5Paths: Row[] = [
  ["/*rest", ["/:rest+"]],
  ["/files/*path", ["/files/:path+"]],
  ["/*splat/edit", ["/:splat+/edit"]],
  ["/{*rest}", ["/:rest*"]],
  ["/files{/*path}", ["/files/:path*"]],
  ["{/*path}/raw", ["/:path*/raw"]],
  ["/{:id}", ["/:id?"]],
  ["/user{/:id}", ["/user/:id?"]],
  ["{/:lang}/docs", ["/:lang?/docs"]],
  ["/{:lang/}docs", ["/:lang?/docs"]],
  ["{/:a}{/:b}", ["/:a/:b?", "/"]],
  ["/a{/:b{/:c}}", ["/a/:b/:c?", "/a"]],
  ["/a{/:b}/*rest", ["/a/:b/:rest+", "/a/:rest+"]],
  ["/docs{/}", ["/docs"]],
  ["/docs{/latest}", ["/docs/latest", "/docs"]],
  ["/user{s}", ["/users", "/user"]],
  ["/:file{.:ext}", ["/:file_ext"], takeApart],
  ["/:from-:to", ["/:from_to"], takeApart],
  ["/*path.html", ["/:path+"], check],
  ['/:"user-id"', ["/:user_id"]],
  ['/*"all of it"', ["/:all_of_it+"]],
  ["/:été", ["/:ete"]],
  ["/:$id", ["/:_id"]],
  ["/a\\!b", ["/a!b"]],
];

/** What is no path of Express, or what no list of patterns can say. */
const others: Row[] = [
  ["", ["/"]],
  ["abc", ["/abc"]],
  [":id", ["/:id"]],
  ["/files/(.*)", ["/files/:rest*"]],
  ["/:id(\\(\\d+)", ["/:id"], check],
  ["/search?q=:q", ["/search"]],
  ["/a#b", ["/a"]],
  ["//", []],
  ["/a//b", []],
  ["/:", []],
  ["/a/:?", []],
  ["/v1\\:batch", []],
  ["/a%2525", []],
  ["/(a|b)?/c", []],
  ["/{/:a}", []],
  ["?", []],
  ["/[ab]", []],
  ["/:id[ab]", []],
  ["/\\d+", []],
  ["/a\\(b\\)", []],
  ["/a\\", []],
  ["/:id(", []],
  ["/{a", []],
  ["/a}", []],
  ["/a%2Fb", []],
  ["/%3Aid", []],
  ["/%FF", []],
  ["/(ab)+", []],
  ["/:a+/:b*", []],
  ["/*a/*b", []],
  ["/(a|b|c)/(d|e)", []],
  ["/a\ud800{/x}", []],
  ["/a?a?a?a?", []],
  ["/{/a}{/a}{/a}{/a}{/a}{/a}{/a}{/a}", []],
];

const proposed = [...express4Paths, ...express5Paths, ...others].map(
  ([source, patterns, note]) => [source, patterns, note === undefined ? "" : `, ${note}`] as const,
);

describe("PathSyntaxError.rewrite", () => {
  it.each(proposed)("says of %j to write %j%s", (source, patterns, note) => {
    const list = patterns.map((pattern) => JSON.stringify(pattern)).join(" and ");
    const routes = patterns.length > 1 ? `${list} as separate routes` : list;
    expect(failureOf(source).rewrite).toBe(routes === "" ? undefined : routes + note);
  });

  it.each(proposed.flatMap(([, patterns]) => patterns))("proposes %s, which is a pattern", (pattern) => {
    expect(parsePattern(pattern).source).toBe(pattern);
  });

  it.each([
    ["/*rest", 'Path "/*rest", index 1: "*" follows a name, as in "/:rest*"; write "/:rest+"'],
    ["/{:id}", 'Path "/{:id}", index 1: groups are not part of the grammar; write "/:id?"'],
    [
      "/:id(\\d+)",
      'Path "/:id(\\\\d+)", index 4: regular expressions are not part of the grammar; write "/:id", and check the value in the handler',
    ],
    [
      "/ab?cd",
      'Path "/ab?cd", index 3: "?" follows a name, as in "/:id?"; a query is not part of a path; write "/abcd" and "/acd" as separate routes',
    ],
    ["/[ab]", 'Path "/[ab]", index 1: classes of characters are not part of the grammar'],
  ])("stands at the end of the message: %s", (source, message) => {
    expect(failureOf(source).message).toBe(message);
  });
});

/** What the rows above are asked with, besides what each of them is about. */
const paths = [
  "/ /a /b /c /a/ /b/c /a/c /a/b/c /a/b/c/d /abcd /acd /abe /abcde /abxcd /ab/x/cd /abc",
  "/files /files/ /files/x /files/x/y /files/x/raw /files/x/edit /files/x/y/edit /x/edit /x/y/edit /raw /x/raw /x/y/raw",
  "/user /users /user/ /user/7 /user/x /user/7/x /user/ac /user/bc /user-7 /@me /7/x /7/8",
  "/docs /docs/ /docs/latest /de/docs /2026 /2026/11 /2026/11/23 /x-y /flights/a-b /flights/a.b",
  "/x.json /x.html /a/b.html /x.tar.gz /x.y /xzy /a%20b /caf%C3%A9 /caf%C3%A9/ /c++ /100%25 /a!b",
].flatMap((line) => line.split(" "));

const majors = [
  { name: "Express 4", rows: express4Paths, createRouter: express4.Router },
  { name: "Express 5", rows: express5Paths, createRouter: express50.Router },
];

describe("PathSyntaxError.rewrite, of a long path", () => {
  it.each(["a?", "{", "(", "{/:a}", ":a?/", "*", "%41"])("is none for 100,000 of %j", (text) => {
    expect(failureOf(`/${text.repeat(100_000)}`).rewrite).toBeUndefined();
  });

  it.each(["a?", "{a}", ":a?/", "(a|b)", "{"])(
    "is none for 90 of %j, which leave too many choices",
    (text) => {
      expect(failureOf(`/${text.repeat(90)}`).rewrite).toBeUndefined();
    },
  );
});

describe.each(majors)("the patterns proposed for a path of $name", ({ rows, createRouter }) => {
  it.each(rows.map(([source, patterns]) => [source, patterns] as const))(
    "match what %s matches: %j",
    (source, patterns) => {
      const router = createRouter({ caseSensitive: true });
      const answered: string[] = [];
      router.get(source, (req) => answered.push(req.url));
      for (const url of paths) router({ method: "GET", url } as never, {} as never, () => {});
      const matched = paths.filter((path) => patterns.some((each) => matchPattern(parsePattern(each), path)));
      expect(answered).not.toEqual([]);
      expect(matched).toEqual(expect.arrayContaining(answered));
    },
  );
});

describe("docs/express-paths.md", () => {
  const document = readFileSync(join(__dirname, "../../docs/express-paths.md"), "utf8");
  const sections = document.split(/^## /m).filter((section) => /^From Express \d/.test(section));
  const rows = sections.flatMap((section) => {
    const table = /^\|(?:.*\n\|)*.*/m.exec(section)?.[0] ?? "";
    return table.split("\n").slice(2).map(cellsOf);
  });

  it("has a table for each major", () => {
    expect(sections).toHaveLength(2);
    expect(rows.length).toBeGreaterThan(40);
  });

  it.each(rows.filter(isTheSame))("says truly that %s is a pattern", (express = "", here = "") => {
    expect(codesOf(here)).toEqual([parsePattern(codesOf(express)[0] ?? "").source]);
  });

  it.each(rows.filter((row) => !isTheSame(row)))(
    "says what the error says: %s becomes %s (%s)",
    (express = "", here = "", remark = "") => {
      const [source = ""] = codesOf(express);
      const patterns = codesOf(here);
      const { rewrite = "" } = failureOf(source);
      expect((rewrite.match(/"[^"]*"/g) ?? []).map((quoted) => JSON.parse(quoted) as string)).toEqual(
        patterns,
      );
      const note = /^(?:check|take apart)/.exec(remark)?.[0].replace("take apart", "take the value apart");
      expect(/(?<=, and )(?:check|take the value apart)/.exec(rewrite)?.[0]).toBe(note);
    },
  );
});

function isTheSame([, , remark]: readonly string[]): boolean {
  return remark === "the same";
}

function cellsOf(row: string): string[] {
  return row
    .split(/(?<!\\)\|/)
    .slice(1, -1)
    .map((cell) => cell.trim());
}

/** What stands in the code spans of a cell, as a string literal there would. */
function codesOf(cell: string): string[] {
  return [...cell.matchAll(/`([^`]*)`/g)].map(([, code = ""]) => code.replace(/\\([\\|])/g, "$1"));
}

function failureOf(source: string): PathSyntaxError {
  try {
    parsePattern(source);
  } catch (error) {
    if (error instanceof PathSyntaxError) return error;
    throw error;
  }
  throw new Error("It was accepted");
}
