import * as colonnade from "colonnade";

describe('import * as colonnade from "colonnade"', () => {
  it("exports these names", () => {
    expect(Object.keys(colonnade).toSorted()).toMatchInlineSnapshot(`
      [
        "Channel",
        "ColonnadeError",
        "ErrorResponse",
        "JsonResponse",
        "PathSyntaxError",
        "Request",
        "Resource",
        "Response",
        "Router",
        "UnsafePathError",
        "WebSocketOpCode",
        "WebSocketRequest",
        "attachWebSockets",
        "createServer",
        "del",
        "delete",
        "get",
        "head",
        "header",
        "options",
        "param",
        "patch",
        "pathJoinSafe",
        "post",
        "put",
        "use",
        "websocket",
      ]
    `);
  });

  it("exports del under the name delete too", () => {
    expect(colonnade.delete).toBe(colonnade.del);
  });
});
