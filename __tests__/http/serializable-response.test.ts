import { expectTypeOf } from "expect-type";
import { Request, Response, Router, Serializable, SerializableResponse, serializable } from "colonnade";

@serializable()
class Position extends Serializable {
  x = 0;
  y = 0;
}

describe("new SerializableResponse(payload, statusCode, headers)", () => {
  it("is a Response of application/x-serializable", () => {
    const payload = new Position();
    const response = new SerializableResponse(payload);
    expect(response).toBeInstanceOf(Response);
    expect({ ...response }).toEqual({
      payload,
      statusCode: 200,
      headers: { "Content-Type": "application/x-serializable" },
      compress: false,
    });
  });

  it.each(["Content-Type", "content-type", "CONTENT-TYPE"])("leaves a type given as %s", (name) => {
    const headers = { [name]: "application/octet-stream" };
    expect(new SerializableResponse(null, 200, headers).headers).toEqual(headers);
  });

  it("adds the type to other headers, and leaves the object that it was given", () => {
    const headers = { "X-A": "1" };
    const response = new SerializableResponse(null, 200, headers);
    expect(response.headers).toEqual({ "X-A": "1", "Content-Type": "application/x-serializable" });
    expect(headers).toEqual({ "X-A": "1" });
  });

  it.each([[null], [0], [""], [false], [[1]], [new Map()]])("keeps a payload of %p", (payload) => {
    expect(new SerializableResponse(payload).payload).toBe(payload);
  });

  it("refuses a header and a status code as Response does", () => {
    expect(() => new SerializableResponse(null, 99)).toThrow("status code");
    expect(() => new SerializableResponse(null, 200, { "X-A": "\n" })).toThrow("X-A");
  });

  it("knows the types of its payload and status code", () => {
    const response = new SerializableResponse(new Position(), 201);
    expectTypeOf(response).toEqualTypeOf<SerializableResponse<Position, 201>>();
    expect(response.statusCode).toBe(201);
  });

  it("is given by Router.dispatch as it is", async () => {
    const response = new SerializableResponse(new Position());
    const router = new Router().registerRoutes([["GET", "/", () => response]]);
    expect(await router.dispatch(new Request(["127.0.0.1", 0], "GET", "/"))).toBe(response);
  });
});
