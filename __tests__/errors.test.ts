import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ColonnadeError, PathSyntaxError, SerializableError, UnsafePathError } from "colonnade";
import { errorCodes, quote } from "../src/errors";

const document = readFileSync(join(__dirname, "../docs/errors.md"), "utf8");
const headings = [...document.matchAll(/^## `?(ERR_\w+)`?$/gm)].map(([, code]) => code);

describe("docs/errors.md", () => {
  it("has one heading for each code, in the order of the codes", () => {
    expect(headings).toEqual(errorCodes);
  });

  it.each(errorCodes)("gives the status of %s", (code) => {
    const [, section = ""] = document.split(new RegExp(`^## \`?${code}\`?$`, "m"));
    const { status } = new ColonnadeError(code, "");
    expect(section.split(/^## /m)[0]).toContain(`**${status}**`);
  });
});

describe("new ColonnadeError(code, message, details)", () => {
  it("is an Error with a name, a code and the status that fits it", () => {
    const error = new ColonnadeError("ERR_BODY_TOO_LARGE", "too large");
    expect(error).toBeInstanceOf(Error);
    expect([error.name, error.code, error.status, error.message]).toEqual([
      "ColonnadeError",
      "ERR_BODY_TOO_LARGE",
      413,
      "too large",
    ]);
    expect(String(error)).toBe("ColonnadeError: too large");
  });

  it("has no field that it was not given", () => {
    expect(Object.keys(new ColonnadeError("ERR_OPTION", "x"))).toEqual(["code", "status"]);
    expect("cause" in new ColonnadeError("ERR_OPTION", "x")).toBe(false);
  });

  it("has the details that it was given", () => {
    const details = { cause: null, headers: { Allow: "GET" }, position: 3, limit: 5 };
    expect(new ColonnadeError("ERR_OPTION", "x", details)).toMatchObject(details);
  });

  it.each([...errorCodes])("%s is answered with a status of 400 to 599", (code) => {
    const { status } = new ColonnadeError(code, "");
    expect(status >= 400 && status <= 599).toBe(true);
  });
});

describe("the errors with fields of their own", () => {
  it.each([
    ["PathSyntaxError", new PathSyntaxError("/(x)", 1, "reason", "/x"), "ERR_PATH_SYNTAX"],
    ["UnsafePathError", new UnsafePathError("../x", "reason"), "ERR_UNSAFE_PATH"],
    [
      "SerializableError",
      new SerializableError("ERR_SERIALIZABLE_MALFORMED", "reason", { offset: 1 }),
      "ERR_SERIALIZABLE_MALFORMED",
    ],
  ])("%s is a ColonnadeError", (name, error, code) => {
    expect(error).toBeInstanceOf(ColonnadeError);
    expect([error.name, error.code]).toEqual([name, code]);
  });
});

describe("new SerializableError(code, message, details)", () => {
  it("has an offset, where it was given one", () => {
    const code = "ERR_SERIALIZABLE_MALFORMED";
    expect(new SerializableError(code, "x", { offset: 0, cause: "y" })).toMatchObject({
      offset: 0,
      cause: "y",
    });
    expect(Object.keys(new SerializableError(code, "x"))).toEqual(["code", "status"]);
  });
});

describe("quote(value)", () => {
  const hostile = {
    get constructor() {
      throw new Error("constructor");
    },
  };

  it.each<[unknown, string]>([
    ["a\nb", '"a\\nb"'],
    ["\u0085\u2028\u007f", '"\\u0085\\u2028\\u007f"'],
    ["x".repeat(200), `"${"x".repeat(100)}…"`],
    [5, "5"],
    [-0, "0"],
    [1n, "1"],
    [undefined, "undefined"],
    [null, "null"],
    [Symbol("s"), "Symbol(s)"],
    [[1], "an array"],
    [{}, "an object of class Object"],
    [new Map(), "an object of class Map"],
    [Object.create(null), "an object of class (none)"],
    [Object.create(hostile), "an object of class (unknown)"],
    [function named() {}, "function named"],
    [() => {}, "function (anonymous)"],
  ])("is short, and on one line: %p", (value, text) => {
    expect(quote(value)).toBe(text);
  });
});
