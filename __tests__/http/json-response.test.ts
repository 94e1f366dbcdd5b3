import { expectTypeOf } from "expect-type";
import { JsonResponse, Response } from "colonnade";
import { toJson } from "../../src/http/json-response";
import type { JsonSettings } from "../../src/http/json-response";

describe("new JsonResponse(payload, statusCode, headers)", () => {
  it("is a Response of application/json, without a charset", () => {
    const response = new JsonResponse({ a: 1 });
    expect(response).toBeInstanceOf(Response);
    expect({ ...response }).toEqual({
      payload: { a: 1 },
      statusCode: 200,
      headers: { "Content-Type": "application/json" },
      compress: false,
    });
  });

  it.each(["Content-Type", "content-type", "CONTENT-TYPE"])("leaves a type given as %s", (name) => {
    const headers = { [name]: "application/problem+json" };
    expect(new JsonResponse({}, 400, headers).headers).toEqual(headers);
  });

  it("adds the type to other headers, and leaves the object that it was given", () => {
    const headers = { "X-A": "1" };
    const response = new JsonResponse({}, 200, headers);
    expect(response.headers).toEqual({ "X-A": "1", "Content-Type": "application/json" });
    expect(headers).toEqual({ "X-A": "1" });
  });

  it.each([[undefined], [null], [0], [""], [false]])("keeps a payload of %p", (payload) => {
    expect(new JsonResponse(payload).payload).toBe(payload);
  });

  it("refuses a header and a status code as Response does", () => {
    expect(() => new JsonResponse({}, 99)).toThrow("status code");
    expect(() => new JsonResponse({}, 200, { "X-A": "\n" })).toThrow("X-A");
  });

  it("knows the types of its payload and status code", () => {
    expectTypeOf(new JsonResponse({ a: 1 }, 201)).toEqualTypeOf<JsonResponse<{ a: number }, 201>>();
    expectTypeOf(new JsonResponse("x")).toHaveProperty("payload").toEqualTypeOf<string>();
    expect(new JsonResponse("x").payload).toBe("x");
  });
});

describe("toJson(value, settings)", () => {
  const circular: { self?: unknown } = {};
  circular.self = circular;

  it.each<[string, unknown, JsonSettings, string]>([
    ["an object", { a: [1, "é", null] }, {}, '{"a":[1,"é",null]}'],
    ["null", null, {}, "null"],
    ["a string", "x", {}, '"x"'],
    ["false", false, {}, "false"],
    ["NaN, as JSON has it", [NaN], {}, "[null]"],
    ["a Date", new Date(0), {}, '"1970-01-01T00:00:00.000Z"'],
    ["an own __proto__", JSON.parse('{"__proto__":{"a":1}}'), {}, '{"__proto__":{"a":1}}'],
    ["spaces", { a: 1 }, { spaces: 2 }, '{\n  "a": 1\n}'],
    ["a replacer", { a: 1 }, { replacer: (_key, value) => (value === 1 ? 2 : value) }, '{"a":2}'],
    ["a list as replacer", { a: 1, b: 2 }, { replacer: ["b"] }, '{"b":2}'],
    ["escapes", { "<": "</script>&" }, { escape: true }, '{"\\u003c":"\\u003c/script\\u003e\\u0026"}'],
    ["no escapes", "<", { escape: false }, '"<"'],
  ])("gives the bytes of %s", (_name, value, settings, text) => {
    expect(toJson(value, settings)).toBe(text);
  });

  it.each<[string, unknown, string]>([
    ["a cycle", circular, "an object of class Object can't be JSON: Converting circular"],
    ["a BigInt", 1n, "1 can't be JSON: "],
    ["undefined", undefined, "undefined can't be JSON: JSON has no value for it"],
    ["a function", () => 1, "function (anonymous) can't be JSON: JSON has no value for it"],
    ["a symbol", Symbol("s"), "Symbol(s) can't be JSON: JSON has no value for it"],
  ])("refuses %s", (_name, value, message) => {
    expect(() => toJson(value)).toThrow(
      expect.objectContaining({ code: "ERR_RESPONSE_INVALID", message: expect.stringContaining(message) }),
    );
  });

  it("has the failure of JSON.stringify as its cause", () => {
    const cause = new Error("toJSON");
    const toJSON = () => {
      throw cause;
    };
    expect(() => toJson({ toJSON })).toThrow(expect.objectContaining({ cause }));
  });
});
