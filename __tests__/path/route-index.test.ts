import { ColonnadeError } from "../../src/errors";
import { bind } from "../../src/path/bind";
import { parsePattern } from "../../src/path/parse";
import type { MatchOptions } from "../../src/path/pattern";
import { RouteIndex } from "../../src/path/route-index";
import { splitPath } from "../../src/path/target";
import type { SplitPath } from "../../src/path/target";
import { compileSlowly } from "./slow-match";

/** The patterns as an index and their order. */
function indexOf(patterns: readonly string[], options?: MatchOptions): RouteIndex<string> {
  const index = new RouteIndex<string>(options);
  for (const pattern of patterns) index.add(parsePattern(pattern), pattern);
  return index;
}

describe("RouteIndex.find(pathname)", () => {
  it("gives every match in order of registration, what was added twice twice", () => {
    const patterns = ["/:a*", "/x", "/:b", "/y", "/:c?", "/x/", "/:d+", "/x", "/:e*/x"];
    const { entries } = indexOf(patterns).find("/x");
    expect(entries.map(({ value, order }) => [value, order])).toEqual(
      patterns.map((pattern, order) => [pattern, order]).filter(([pattern]) => pattern !== "/y"),
    );
  });

  it("gives nothing for what is no path", () => {
    const index = indexOf(["/:a*"]);
    for (const path of ["", "*", "x", "//", "/x//y"]) {
      expect(index.find(path)).toEqual({ entries: [], components: [] });
    }
  });

  it("takes the names of an object's own methods for components like others", () => {
    const index = indexOf(["/x"]);
    expect(index.find("/__proto__").entries).toEqual([]);
    expect(index.find("/constructor").entries).toEqual([]);
  });

  it("agrees with an independent matcher on 100,000 pairs of patterns and path", () => {
    const random = mulberry32(20_260);
    const seen = { pairs: 0, matched: 0, several: 0, malformed: 0, bound: 0 };
    const differences: object[] = [];
    for (let round = 0; round < 1250; round++) {
      const options = { caseSensitive: random() < 0.6, strict: random() < 0.3 };
      const patterns = Array.from({ length: 1 + pick(random, 8) }, () => randomPattern(random));
      const index = indexOf(patterns, options);
      const slow = patterns.map((pattern) => compileSlowly(pattern, options));
      for (let each = 0; each < 80; each++) {
        const pathname = randomPath(random, patterns);
        const expected = slow.flatMap((match, order) => {
          const outcome = match(pathname);
          return outcome === null ? [] : [[order, outcome] as const];
        });
        const { entries, components } = index.find(pathname);
        const found = entries.map(({ order, pattern }) => [
          order,
          outcomeOf(() => bind(pattern, components)),
        ]);
        const text = JSON.stringify(expected);
        if (JSON.stringify(found) !== text) {
          differences.push({ patterns, pathname, options, expected, found });
        }
        seen.pairs++;
        if (expected.length > 0) seen.matched++;
        if (expected.length > 1) seen.several++;
        if (expected.some(([, outcome]) => outcome === "malformed")) seen.malformed++;
        if (expected.some(([, outcome]) => Object.keys(outcome).length > 1)) seen.bound++;
      }
    }
    expect(differences.slice(0, 3)).toEqual([]);
    expect(seen.pairs).toBe(100_000);
    for (const [kind, least] of [
      ["matched", 50_000],
      ["several", 20_000],
      ["malformed", 2_000],
      ["bound", 10_000],
    ] as const) {
      expect([kind, seen[kind] >= least]).toEqual([kind, true]);
    }
  });
});

const kinds = [
  "/",
  "/a",
  "/a/a/a",
  "/a/b/c",
  "/:p",
  "/:p/:q/:r",
  "/:p?",
  "/:p?/a",
  "/a/:p?",
  "/:p+",
  "/:p+/a",
  "/a/:p+/a",
  "/:p*",
  "/:p*/a",
  "/a/a/:p*/a/a",
  "/:p/:q/:r*/:s/:t",
  "/:p*/b",
];

/** Paths of 16 KiB: as many components as fit, none that a literal equals, and one component. */
const longPaths: [name: string, path: string][] = [
  ["8,192 components", "/a".repeat(8192)],
  ["4,096 components with an escape each", "/%61".repeat(4096)],
  ["one component", `/${"a".repeat(16_383)}`],
  ["one component of escapes", `/${"%C3%A9".repeat(2730)}`],
  ["a component that is long between short ones", `/a/${"x".repeat(16_380)}/a`],
];

describe("RouteIndex.search(path), counting how often a component is looked at", () => {
  describe.each(longPaths)("16 KiB in %s", (_name, pathname) => {
    it.each(kinds)("looks at none twice for %s, nor to bind it", (source) => {
      const { path, reads } = counted(pathname);
      const { entries } = indexOf([source]).search(path);
      expect(Math.max(0, ...reads.values())).toBeLessThanOrEqual(1);
      expect(sum(reads)).toBeLessThanOrEqual(parsePattern(source).segments.length);
      reads.clear();
      for (const { pattern } of entries) bind(pattern, path.components);
      expect(Math.max(0, ...reads.values())).toBeLessThanOrEqual(1);
    });

    it.each([{}, { caseSensitive: false }, { strict: true }])(
      "looks at each a few times for all of them: %j",
      (options) => {
        const { path, reads } = counted(pathname);
        indexOf(kinds, options).search(path);
        expect(Math.max(0, ...reads.values())).toBeLessThanOrEqual(kinds.length);
        expect(sum(reads)).toBeLessThanOrEqual(2 * kinds.length);
      },
    );
  });

  describe("among 31 routes and among 30,001", () => {
    const [few, many] = [10, 10_000].map((length) =>
      indexOf([
        ...Array.from({ length }, (_, at) => [`/r${at}/:id`, `/r${at}/x/:rest*`, `/:start*/s${at}`]).flat(),
        "/:any/y/:z",
      ]),
    );

    it.each(["/r7/1", "/r7/x/1/2/3", "/1/2/3/s7", "/r7/1/2/s7", "/r7/y/1", "/none/of/these", "/none"])(
      "looks at %s equally often",
      (pathname) => {
        const [some, others] = [few, many].map((index) => {
          const { path, reads } = counted(pathname);
          const values = index?.search(path).entries.map(({ value }) => value);
          return { values, reads: Object.fromEntries(reads) };
        });
        expect(others).toEqual(some);
        expect(Object.keys(some?.reads ?? {})).not.toEqual([]);
      },
    );
  });
});

/** A path that counts how often each of its components is read. */
function counted(pathname: string): { path: SplitPath; reads: Map<string, number> } {
  const reads = new Map<string, number>();
  const split = splitPath(pathname) ?? { components: [], trailingSlash: false };
  const components = new Proxy(split.components, {
    get(target, key, receiver) {
      if (typeof key === "string" && /^\d+$/.test(key)) reads.set(key, (reads.get(key) ?? 0) + 1);
      return Reflect.get(target, key, receiver) as unknown;
    },
  });
  return { path: { ...split, components }, reads };
}

function sum(reads: ReadonlyMap<string, number>): number {
  return [...reads.values()].reduce((total, count) => total + count, 0);
}

function outcomeOf(act: () => object | undefined): object | string | null {
  try {
    return act() ?? null;
  } catch (error) {
    if (error instanceof ColonnadeError && error.code === "ERR_MALFORMED_PATH") return "malformed";
    throw error;
  }
}

type Random = () => number;

/** A known generator of numbers from 0 to 1, so that a failure can be had again. */
function mulberry32(seed: number): Random {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function pick(random: Random, count: number): number {
  return Math.floor(random() * count);
}

function oneOf<T>(random: Random, list: readonly T[]): T {
  return list[pick(random, list.length)] as T;
}

const literals = [
  "a",
  "a",
  "b",
  "b",
  "A",
  "é",
  "a b",
  "x.y",
  "c++",
  "k",
  "\u212a",
  "%",
  "100%",
  "~",
  "$&",
  "😀",
];
const values =
  "a A b k K x.y c++ %61 %41 %C3%A9 %c3%a9 é a%2Fb a%20b %25 %2525 .. ~ %7E $& %E2%84%AA %F0%9F%98%80 %ZZ %C3 %".split(
    " ",
  );

function randomPattern(random: Random): string {
  const segments: string[] = [];
  let variable = false;
  for (let left = pick(random, 5); left > 0; left--) {
    const name = `:p${left}`;
    if (random() < 0.45) segments.push(oneOf(random, literals));
    else if (variable || random() < 0.5) segments.push(name);
    else {
      segments.push(name + oneOf(random, ["?", "+", "*"]));
      variable = true;
    }
  }
  return `/${segments.join("/")}${segments.length > 0 && random() < 0.2 ? "/" : ""}`;
}

/** A path, mostly one that some pattern of the list was written for. */
function randomPath(random: Random, patterns: readonly string[]): string {
  const component = () => oneOf(random, values);
  const source = random() < 0.85 ? oneOf(random, patterns) : "/:any*";
  const components = source.split("/").flatMap((text) => {
    if (text === "") return [];
    if (!text.startsWith(":")) return [random() < 0.95 ? vary(random, text) : component()];
    const kind = text.at(-1) ?? "";
    const most = kind === "?" ? 1 : 3;
    const count = "?+*".includes(kind) ? pick(random, most + 1) : 1;
    return Array.from({ length: count }, component);
  });
  if (random() < 0.05)
    components.splice(pick(random, components.length + 1), 0, oneOf(random, ["", "a", "%61"]));
  if (random() < 0.05) components.splice(pick(random, components.length), 1);
  const end = components.length > 0 && random() < 0.3 ? oneOf(random, ["/", "/", "/", "//"]) : "";
  return `/${components.join("/")}${end}`;
}

/** A literal as a client may send it: encoded, its hex digits and sometimes its letters in either case. */
function vary(random: Random, text: string): string {
  const sent = random() < 0.95 ? encodeURIComponent(text).replace(/%(2B|24|26)/g, decodeURIComponent) : text;
  if (random() < 0.5) return sent;
  return random() < 0.5 ? sent.toLowerCase() : sent.replace(/%../g, (encoded) => encoded.toLowerCase());
}
