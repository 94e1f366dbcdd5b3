import * as colonnade from "colonnade";

describe('import * as colonnade from "colonnade"', () => {
  it("exports these names", () => {
    expect(Object.keys(colonnade).toSorted()).toMatchInlineSnapshot(`
      [
        "Channel",
        "ColonnadeError",
        "ErrorResponse",
        "EventStreamResponse",
        "FileResponse",
        "HTTPClient",
        "HTTPServer",
        "JsonResponse",
        "PathSyntaxError",
        "Request",
        "Resource",
        "Response",
        "Router",
        "Serializable",
        "SerializableEnum",
        "SerializableError",
        "SerializableResponse",
        "UnsafePathError",
        "ValidationError",
        "WebSocketOpCode",
        "WebSocketRequest",
        "asyncApi",
        "attachWebSockets",
        "createServer",
        "del",
        "delete",
        "docs",
        "double",
        "float",
        "get",
        "head",
        "header",
        "lastEventId",
        "openApi",
        "options",
        "param",
        "patch",
        "pathJoinSafe",
        "post",
        "put",
        "serializable",
        "use",
        "websocket",
      ]
    `);
  });

  it("is what the file that Node loads exports", () => {
    const main = jest.requireActual<typeof colonnade>("../src/main");
    expect({ ...main }).toEqual({ ...colonnade });
  });

  it("exports del under the name delete too", () => {
    expect(colonnade.delete).toBe(colonnade.del);
  });
});
