import fc from "fast-check";
import { jsonErrorPosition } from "../../src/http/json-position";

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Every way to end what a text has begun last. */
const words = ["true", "false", "null"].flatMap((word) => [1, 2, 3, 4].map((at) => word.slice(at)));
const tokens = ["", "n", "0", "00", "000", "0000", ...words];
const endings = tokens.flatMap((token) => ["", "0", ":0", '"', '":0', '"":0'].map((rest) => token + rest));

/** Slow and independent: whether some text that begins so is JSON, by trying all ways to end it. */
function canBecomeJson(prefix: string): boolean {
  const outside = prefix.replace(/"(?:\\.|\\$|[^"\\])*("|$)/gs, "");
  const closers: string[] = [];
  for (const character of outside) {
    if (character === "{") closers.unshift("}");
    else if (character === "[") closers.unshift("]");
    else if (character === "}" || character === "]") closers.shift();
  }
  return endings.some((ending) => isJson(prefix + ending + closers.join("")));
}

describe("jsonErrorPosition(source)", () => {
  it.each([
    ["", 0],
    ["  ", 2],
    ["{", 1],
    ["{]", 1],
    ["{a:1}", 1],
    ['{"a" 1}', 5],
    ['{"a":}', 5],
    ['{"a":1,}', 7],
    ['{"a":1 "b"}', 7],
    ["[1,]", 3],
    ["[1 2]", 3],
    ["[1}", 2],
    ["1 2", 2],
    ["01", 1],
    ["-", 1],
    ["-a", 1],
    ["+1", 0],
    [".5", 0],
    ["1.", 2],
    ["1.e", 2],
    ["1e", 2],
    ["1e+", 3],
    ["1e+-", 3],
    ["tru", 3],
    ["trap", 2],
    ["nul", 3],
    ["True", 0],
    ["NaN", 0],
    ['"abc', 4],
    ['"a\nb"', 2],
    ['"a\\q"', 3],
    ['"\\x41"', 2],
    ['"\\u12g4"', 5],
    ['"\\u12', 5],
    ['"\\', 2],
    ["'a'", 0],
    ["\u00a01", 0],
    ["\ufeff1", 0],
    ['{"a":[{"b":x}]}', 11],
  ])("finds the fault of %j at %i", (text, position) => {
    expect([isJson(text), jsonErrorPosition(text)]).toEqual([false, position]);
  });

  const mutated = fc
    .tuple(
      fc.json({ maxDepth: 3 }),
      fc.array(fc.tuple(fc.nat(), fc.nat(2), fc.constantFrom(...'{}[],:"\\ 01e.-tun\n')), { maxLength: 3 }),
    )
    .map(([text, edits]) =>
      edits.reduce((edited, [place, removed, inserted]) => {
        const at = place % (edited.length + 1);
        return edited.slice(0, at) + inserted + edited.slice(at + removed);
      }, text),
    );
  const random = fc.string({ unit: fc.constantFrom(...'{}[],:"\\ 01e+-.trufalsn\t\u0001é'), maxLength: 10 });

  it("agrees with JSON.parse on what is JSON: what nothing can follow", () => {
    fc.assert(
      fc.property(fc.oneof(mutated, random), (text) => {
        const whole = [...',:1"'].every((next) => jsonErrorPosition(`${text} ${next}`) === text.length + 1);
        const position = jsonErrorPosition(text);
        return whole === isJson(text) && position >= 0 && position <= text.length;
      }),
      { numRuns: 10_000 },
    );
  });

  it("finds the first character with which no JSON can begin", () => {
    fc.assert(
      fc.property(random, (text) => {
        fc.pre(!isJson(text));
        const position = jsonErrorPosition(text);
        const good = canBecomeJson(text.slice(0, position));
        const bad = position < text.length && canBecomeJson(text.slice(0, position + 1));
        return good && !bad;
      }),
      { numRuns: 1_000 },
    );
  });

  it.each([
    ["arrays", "[".repeat(100_000), 100_000],
    ["objects", '{"":'.repeat(100_000), 400_000],
    ["arrays that end wrongly", `${"[".repeat(100_000)}${"]".repeat(99_999)}}`, 199_999],
  ])("does not overflow at 100,000 nested %s", (_fact, text, position) => {
    expect(jsonErrorPosition(text)).toBe(position);
  });

  it.each([
    ["a string without an end", `"${"a".repeat(20_000_000)}`],
    ["a string of escapes without an end", `"${"\\n".repeat(10_000_000)}`],
    ["a number that goes wrong at its end", `${"1".repeat(20_000_000)}.`],
    ["white space", " ".repeat(20_000_000)],
    ["an array without an end", `[1${",1".repeat(10_000_000)}`],
    ["words without an end", `[null${",null".repeat(4_000_000)}`],
    ["members without an end", `{"":0${', "": 0'.repeat(3_000_000)}`],
    ["nested arrays without an end", `[${"[],[".repeat(5_000_000)}`],
  ])("reads 20 MB of %s", (_fact, text) => {
    expect(jsonErrorPosition(text)).toBe(text.length);
  });
});
