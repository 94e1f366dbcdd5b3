// What the compiler accepts and refuses, in both decorator modes: `npm run typecheck`. Nothing here runs.
import { Readable } from "node:stream";
import { ReadableStream } from "node:stream/web";
import { expectTypeOf } from "expect-type";
import { ErrorResponse, HTTPClient, JsonResponse, SerializableResponse } from "colonnade";
import type {
  ClientResponse,
  ErrorCode,
  HTTPClientOptions,
  Query,
  RequestCallback,
  RequestHandle,
  RequestHeaders,
  RequestPayload,
  Response,
  ServerAddress,
} from "colonnade";

interface User {
  readonly name: string;
}

export async function accepted(client: HTTPClient, user: User): Promise<void> {
  const handle = client.get("/", { a: 1, b: ["x", true] }, { "X-One": "1" }, (response, same) => {
    expectTypeOf(response).toEqualTypeOf<ClientResponse>();
    expectTypeOf(same).toEqualTypeOf<RequestHandle>();
  });
  expectTypeOf(handle).toEqualTypeOf<RequestHandle>();
  expectTypeOf(handle.id).toEqualTypeOf<number>();
  expectTypeOf(handle.ready).toEqualTypeOf<boolean>();
  expectTypeOf(handle.response).toEqualTypeOf<ClientResponse | undefined>();
  expectTypeOf(await handle).toEqualTypeOf<ClientResponse>();
  expectTypeOf(client.getResponses().next().value).toEqualTypeOf<RequestHandle | void>();
  expectTypeOf(client.pending()).toEqualTypeOf<number>();
  expectTypeOf(client.stop()).toEqualTypeOf<Promise<void>>();

  client.delete("/", null, null, null);
  client.post("/");
  client.post("/", user);
  client.put("/", [user], {}, { "X-List": ["a", "b"], "X-Number": 1 }, async () => {});
  client.put("/", new Uint8Array(1));
  client.put("/", Readable.from([]));
  client.put("/", new ReadableStream<Uint8Array>());
  void new HTTPClient(["localhost", 80], "https", { ca: ["pem"], timeout: undefined });

  const address: ServerAddress = ["localhost", 80];
  const options: HTTPClientOptions = { onError: (_error, { id }) => void id };
  const query: Query = {};
  const headers: RequestHeaders = {};
  const payload: RequestPayload = null;
  const callback: RequestCallback = () => {};
  new HTTPClient(address, undefined, options).put("/", payload, query, headers, callback);
  expectTypeOf<"ERR_CLIENT_TIMEOUT">().toExtend<ErrorCode>();
}

export function narrowed(response: ClientResponse): void {
  if (response instanceof ErrorResponse) {
    expectTypeOf(response.bytes).toEqualTypeOf<Buffer | undefined>();
    // What an `instanceof` of a generic class gives.
    expectTypeOf(response.payload).toBeAny();
  } else if (response instanceof JsonResponse) {
    expectTypeOf(response.payload).toBeAny();
  } else if (response instanceof SerializableResponse) {
    expectTypeOf(response.payload).toBeAny();
  } else {
    expectTypeOf(response.payload).toEqualTypeOf<Buffer | null>();
  }
  expectTypeOf(response).toExtend<Response>();
}

export function refused(client: HTTPClient): void {
  // @ts-expect-error - an address has a port
  void new HTTPClient(["localhost"]);
  // @ts-expect-error - the protocol has no colon
  void new HTTPClient(["localhost", 80], "https:");
  // @ts-expect-error - no such option
  void new HTTPClient(["localhost", 80], "http", { retries: 1 });
  // @ts-expect-error - a path
  client.get();
  // @ts-expect-error - a query value is no object
  client.get("/", { a: {} });
  // @ts-expect-error - nor undefined
  client.get("/", { a: undefined });
  // @ts-expect-error - a payload is no number
  client.post("/", 5);
  // @ts-expect-error - a handle is read
  client.get("/").ready = true;
}
