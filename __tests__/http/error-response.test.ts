import { expectTypeOf } from "expect-type";
import { ErrorResponse, JsonResponse } from "colonnade";

describe("new ErrorResponse(body, statusCode, headers, { cause })", () => {
  it("is a JsonResponse with 400", () => {
    const response = new ErrorResponse("no");
    expect(response).toBeInstanceOf(JsonResponse);
    expect(response.statusCode).toBe(400);
    expect(response.headers).toEqual({ "Content-Type": "application/json" });
  });

  it.each<[string, unknown, unknown]>([
    ["an object as it is", { a: 1 }, { a: 1 }],
    ["a list as it is", [1], [1]],
    ["a string under error", "no", { error: "no" }],
    ["an empty string under error", "", { error: "" }],
    ["null under error", null, { error: null }],
    ["a number under error", 5, { error: 5 }],
  ])("sends %s", (_name, body, payload) => {
    expect(new ErrorResponse(body).payload).toEqual(payload);
  });

  it("refuses an Error as body, of which nothing would be sent", () => {
    const cause = new Error("no");
    const refused = expect.objectContaining({ code: "ERR_RESPONSE_INVALID", cause });
    expect(() => new ErrorResponse(cause)).toThrow(refused);
  });

  it("keeps the cause, where there is one", () => {
    const cause = new Error("cause");
    expect(new ErrorResponse("no", 500, {}, { cause }).cause).toBe(cause);
    expect("cause" in new ErrorResponse("no", 500, {}, { cause: undefined })).toBe(true);
    expect("cause" in new ErrorResponse("no")).toBe(false);
  });

  it("knows the types of its payload and status code", () => {
    const response = new ErrorResponse("no", 404, { "X-A": "1" });
    expectTypeOf(response.payload).toEqualTypeOf<{ error: string }>();
    expectTypeOf(response.statusCode).toEqualTypeOf<404>();
    expectTypeOf(new ErrorResponse({ a: 1 }).payload).toEqualTypeOf<{ a: number }>();
    expect(response.statusCode).toBe(404);
  });
});
