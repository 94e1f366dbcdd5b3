import { Readable } from "node:stream";
import { gzipSync } from "node:zlib";
import {
  ColonnadeError,
  Request,
  Router,
  Serializable,
  SerializableError,
  SerializableResponse,
  serializable,
} from "colonnade";

@serializable()
class Position extends Serializable {
  x = 0;
  y = 0;
}

const position = Position.of({ x: 1, y: 2 });
const bytes = position.dumpb();

function request(body: Buffer | Readable, headers: Record<string, string> = {}): Request {
  const stream = body instanceof Readable ? body : Readable.from([body]);
  return new Request(["192.0.2.1", 1], "POST", "/", {}, "", headers, stream);
}

async function refusalOf(reading: Promise<unknown>): Promise<unknown> {
  return reading.then(
    () => undefined,
    (error) => error,
  );
}

describe("Request.message()", () => {
  it("gives the message of the class that the body names", async () => {
    expect(await request(bytes).message<Position>()).toStrictEqual(position);
  });

  it.each([[null], [[1, "a"]], [new Map([["x", new Position()]])]])(
    "gives another value, %p",
    async (value) => {
      expect(await request(Serializable.dumpb(value)).message()).toStrictEqual(value);
    },
  );

  it("reads a body of any Content-Type", async () => {
    expect(await request(bytes, { "Content-Type": "text/plain; charset=latin1" }).message()).toEqual(
      position,
    );
  });

  it("inflates the body", async () => {
    expect(await request(gzipSync(bytes), { "Content-Encoding": "gzip" }).message()).toEqual(position);
  });

  it("gives the same message when it is asked for twice", async () => {
    const asked = request(bytes);
    expect(await asked.message()).toBe(await asked.message());
  });

  it.each(["bytes", "text", "json"] as const)("reads a body that %s() has read", async (form) => {
    const asked = request(bytes);
    await refusalOf(asked[form]());
    expect(await asked.message()).toEqual(position);
  });

  it("reads no body whose stream has been read", async () => {
    const asked = request(bytes);
    await asked.stream.toArray();
    expect(await refusalOf(asked.message())).toMatchObject({ code: "ERR_BODY_CONSUMED" });
  });

  it("leaves no stream to read", async () => {
    const asked = request(bytes);
    await asked.message();
    expect(() => asked.stream).toThrow("json(), text(), bytes() or message() has read it");
  });

  it("refuses an empty body with 400", async () => {
    const refusal = await refusalOf(request(Buffer.alloc(0)).message());
    expect(refusal).toBeInstanceOf(ColonnadeError);
    expect(refusal).toMatchObject({ code: "ERR_BODY_EMPTY", status: 400 });
  });

  it("refuses what is malformed with 400 and its offset", async () => {
    const refusal = await refusalOf(request(bytes.subarray(0, -1)).message());
    expect(refusal).toBeInstanceOf(SerializableError);
    expect(refusal).toMatchObject({
      code: "ERR_SERIALIZABLE_MALFORMED",
      status: 400,
      offset: bytes.length - 1,
    });
  });

  it("ends no process when it fails and nobody awaits it", async () => {
    const unhandled = jest.fn();
    process.on("unhandledRejection", unhandled);
    void request(Buffer.from([255])).message();
    await new Promise((resolve) => setImmediate(resolve));
    process.off("unhandledRejection", unhandled);
    expect(unhandled).not.toHaveBeenCalled();
  });
});

describe("Router.dispatch(request), of a route that awaits request.message()", () => {
  const router = new Router().registerRoutes([
    [
      "POST",
      "/",
      async (asked) => new SerializableResponse(await asked.message()),
      { maxContentLength: 100 },
    ],
  ]);

  it("answers with a message", async () => {
    const { statusCode, payload } = await router.dispatch(request(bytes));
    expect([statusCode, payload]).toEqual([200, position]);
  });

  it.each<[string, Buffer, Record<string, string>, number, string]>([
    ["an empty body", Buffer.alloc(0), {}, 400, "ERR_BODY_EMPTY"],
    ["a malformed one", Buffer.from([0, 13, 0, 3, 1, 255]), {}, 400, "ERR_SERIALIZABLE_MALFORMED"],
    ["one over the limit", Serializable.dumpb(Buffer.alloc(101)), {}, 413, "ERR_BODY_TOO_LARGE"],
    [
      "one that is inflated to more",
      gzipSync(Buffer.alloc(1_000)),
      { "Content-Encoding": "gzip" },
      413,
      "ERR_BODY_TOO_LARGE",
    ],
    ["an unknown coding", bytes, { "Content-Encoding": "nonsense" }, 415, "ERR_UNSUPPORTED_ENCODING"],
  ])("refuses %s", async (_name, body, headers, status, code) => {
    const { statusCode, payload } = await router.dispatch(request(body, headers));
    expect([statusCode, payload]).toEqual([status, { error: expect.any(String), code }]);
  });
});
