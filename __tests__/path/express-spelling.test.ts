import express from "express";
import type { Request, RequestHandler, Response, Router, RouterOptions } from "express";
import express418 from "express-4.18";
import express50 from "express-5.0";
import express50Router22 from "express-5.0-router-2.2";
import express4 from "express4";
import fc from "fast-check";
import { toExpressPath } from "../../src/path/express-spelling";
import { matchPattern } from "./match-pattern";
import { parsePattern } from "../../src/path/parse";

const releases = [
  { name: "Express 4.18", major: 4, createRouter: express418.Router },
  { name: "Express 4", major: 4, createRouter: express4.Router },
  { name: "Express 5.0", major: 5, createRouter: express50.Router },
  { name: "Express 5.0 with router 2.2", major: 5, createRouter: express50Router22.Router },
  { name: "the project's Express", major: EXPRESS_MAJOR, createRouter: express.Router },
] as const;

const spellings: [pattern: string, express4: string, express5: string][] = [
  ["/", "/", "/"],
  ["/abc", "/abc", "/abc"],
  ["/abc/", "/abc/", "/abc/"],
  ["/:a", "/:a", "/:a"],
  ["/:a/", "/:a/", "/:a/"],
  ["/:a/x/:b", "/:a/x/:b", "/:a/x/:b"],
  ["/:a?", "/:a?", "{/:a}"],
  ["/:a?/x", "/:a?/x", "{/:a}/x"],
  ["/:a+", "/:a([^]+)", "/*a"],
  ["/:a+/x", "/:a([^]+)/x", "/*a/x"],
  ["/:a*", "/:a([^]+)?", "{/*a}"],
  ["/x/:a*/y/:b", "/x/:a([^]+)?/y/:b", "/x{/*a}/y/:b"],
  ["/:a*/", "/:a([^]+)?/", "{/*a}/"],
  ["/a b", "/a%20b", "/a%20b"],
  ["/é", "/%C3%A9", "/%C3%A9"],
  ["/100%", "/100%25", "/100%25"],
  ["/a|b^", "/a%7Cb%5E", "/a%7Cb%5E"],
  ["/a.b", "/a.b", "/a.b"],
  ["/c++", "/c\\+\\+", "/c\\+\\+"],
  ["/$a!", "/\\$a!", "/$a\\!"],
  ["/-_~&',;=@", "/-_~&',;=@", "/-_~&',;=@"],
];

describe("toExpressPath(pattern, major)", () => {
  it.each(spellings)("writes %s as %s and as %s", (pattern, four, five) => {
    expect(toExpressPath(parsePattern(pattern), 4)).toBe(four);
    expect(toExpressPath(parsePattern(pattern), 5)).toBe(five);
  });
});

/** Patterns of every kind, and requests that tell them from each other. */
const patterns = spellings
  .map(([pattern]) => pattern)
  .concat("/x/:a?", "/x/:a+/y", "/:a/:b/:c", "/:a?/:b", "/x.y/:a*");
const paths = [
  "/ /abc /abc/ /ABC /abcd /ab /1 /1/ /1/2 /1/2/ /1/2/3 /1/2/3/4/",
  "/x /x/ /1/x /1/x/2 /1/2/x /1/2/x/ /x/x /x/y /x/1/y /x/y/1 /x/1/2/y /x/1/2/y/3",
  "/a%20b /a+b /%C3%A9 /100%25 /a%7Cb%5E /a /b%5E /a.b /axb /c++ /c /ccc",
  "/$a! /a! /-_~&',;=@ /x.y /x.y/1 /xzy/1 /%41bc /%2F /a%2Fb/c /.. /. /a;b",
].flatMap((line) => line.split(" "));

describe.each(releases)("what toExpressPath writes, in a router of $name", ({ major, createRouter }) => {
  describe.each([false, true])("strict: %j", (strict) => {
    it.each(patterns)("accepts for %s the requests that the pattern accepts", (source) => {
      const pattern = parsePattern(source);
      const router = routerFor(createRouter, toExpressPath(pattern, major), { strict, caseSensitive: true });
      // Where nothing follows it, Express's wildcard takes an ending slash too, and one that is optional the root's.
      const asked = strict && /[?+*]\/?$/.test(source) ? paths.filter((path) => !path.endsWith("/")) : paths;
      const accepted = asked.filter((path) => matchPattern(pattern, path, { strict }) !== undefined);
      expect(asked.filter((path) => accepts(router, path))).toEqual(accepted);
    });
  });

  it.each(patterns.filter((pattern) => pattern.includes(":")))(
    "has for %s the names of the pattern",
    (source) => {
      const pattern = parsePattern(source);
      const router = routerFor(createRouter, toExpressPath(pattern, major), {});
      const path = source.replace(/:\w+[?+*]?/g, "1");
      const names = Object.keys(matchPattern(pattern, path) ?? {});
      expect(Object.keys(paramsOf(router, path) ?? {})).toEqual(names);
    },
  );

  it.each([
    ["an empty component", "/:a+", "/1//2", {}],
    ["a literal's hex digit in lower case", "/é", "/%c3%a9", {}],
    ["a strict wildcard before a slash", "/:a+", "/1/", { strict: true }],
    ["a strict optional component at the root", "/:a?", "/", { strict: true }],
  ])("differs only where there is %s", (_case, source, path, options) => {
    const pattern = parsePattern(source);
    const router = routerFor(createRouter, toExpressPath(pattern, major), {
      caseSensitive: true,
      ...options,
    });
    expect(accepts(router, path)).not.toBe(matchPattern(pattern, path, options) !== undefined);
  });

  it("is a path that Express takes, for any pattern", () => {
    const literal = fc
      .string({ unit: "binary", minLength: 1, maxLength: 8 })
      .filter((text) => !/[/:*?#()[\]{}\\]|%[\dA-Fa-f]{2}/.test(text));
    const name = fc.stringMatching(/^[A-Za-z_]\w{0,6}$/);
    const segment = fc.oneof(
      literal,
      fc.tuple(name, fc.constantFrom("", "", "?", "+", "*")).map(([a, b]) => `:${a}${b}`),
    );
    const pattern = fc.array(segment, { maxLength: 6 }).map((segments) => `/${segments.join("/")}`);
    const accepted = pattern.filter((source) => {
      const names = source.match(/(?<=\/:)\w+/g) ?? [];
      return new Set(names).size === names.length && (source.match(/\/:\w+[?+*]/g) ?? []).length <= 1;
    });
    fc.assert(
      fc.property(accepted, fc.boolean(), (source, strict) => {
        routerFor(createRouter, toExpressPath(parsePattern(source), major), { strict });
      }),
      { numRuns: 1000 },
    );
  });
});

function routerFor(
  createRouter: (options?: RouterOptions) => Router,
  path: string,
  options: RouterOptions,
): Router {
  const handler: RequestHandler = (req, res) => {
    res.locals["params"] = req.params;
  };
  return createRouter(options).get(path, handler);
}

function accepts(router: Router, path: string): boolean {
  return paramsOf(router, path) !== undefined;
}

/** What `req.params` is where the router's one route answers; undefined where it does not. */
function paramsOf(router: Router, path: string): object | undefined {
  const req = { method: "GET", url: path } as Request; // all that a router needs of them
  const res = { locals: {} } as Response;
  let passedOn = false;
  router(req, res, (error) => {
    if (error !== undefined && error !== null) throw error as Error;
    passedOn = true;
  });
  const params = res.locals["params"] as object | undefined;
  if (passedOn === (params !== undefined)) throw new Error("It neither answers nor passes on");
  return params;
}
