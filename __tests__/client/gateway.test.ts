import { createServer } from "node:http";
import type { RequestListener } from "node:http";
import { gzipSync } from "node:zlib";
import express from "express";
import {
  JsonResponse,
  Resource,
  Response,
  Serializable,
  SerializableResponse,
  get,
  serializable,
} from "colonnade";
import type { HTTPClient, Request } from "colonnade";
import { clientOf, closedPort, listen, serve, serveBytes } from "./served";

@serializable(40_201)
class Reading extends Serializable {
  value = 0;
}

/** Asks another server, and answers with what that answered. */
class Gateway extends Resource {
  readonly #client: HTTPClient;

  constructor(client: HTTPClient) {
    super();
    this.#client = client;
  }

  @get("/:path*")
  async pass(request: Request<"/:path*">) {
    return this.#client.get(request.path);
  }
}

/** What a client of the gateway gets of what the server behind it sends. */
async function through(behind: RequestListener | number) {
  const port = typeof behind === "number" ? behind : await serve(behind);
  const app = express().use(new Gateway(clientOf(port)).router());
  return clientOf(await listen(createServer(app))).get("/a");
}

describe("a handler that returns the response of an HTTPClient", () => {
  it("answers with its status, headers and payload", async () => {
    const response = await through((_req, res) => {
      const headers = { "Content-Type": "application/json", "X-One": "1", "Set-Cookie": ["a=1", "b=2"] };
      // Spaces, so that the gateway's JSON has another length.
      res.writeHead(201, headers).end('{ "a" : 1 }');
    });
    expect(response).toBeInstanceOf(JsonResponse);
    expect([response.statusCode, response.payload]).toEqual([201, { a: 1 }]);
    expect(response.headers).toMatchObject({ "x-one": "1", "set-cookie": ["a=1", "b=2"] });
  });

  it("answers with what was compressed and chunked", async () => {
    const response = await through((_req, res) => {
      res.writeHead(200, { "Content-Type": "text/plain", "Content-Encoding": "gzip" });
      res.write(gzipSync("some text"));
      res.end();
    });
    expect(response.constructor).toBe(Response);
    expect([response.payload, response.headers["content-encoding"]]).toEqual([
      Buffer.from("some text"),
      undefined,
    ]);
  });

  it("answers with a message", async () => {
    const response = await through((_req, res) => {
      const headers = { "Content-Type": "application/x-serializable" };
      res.writeHead(200, headers).end(Reading.of({ value: 5 }).dumpb());
    });
    expect(response).toBeInstanceOf(SerializableResponse);
    expect(response.payload).toEqual(Reading.of({ value: 5 }));
  });

  it("answers with a server's error", async () => {
    const response = await through((_req, res) => {
      res.writeHead(409, { "Content-Type": "application/json" }).end('{"error":"taken","by":"Ada"}');
    });
    expect([response.statusCode, response.payload]).toEqual([409, { error: "taken", by: "Ada" }]);
  });

  it("answers with 502 and nothing of the server behind it, where that can't be reached or understood", async () => {
    const refused = await through(await closedPort());
    const garbled = await through(
      await serveBytes("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\nsecret"),
    );
    expect([refused.statusCode, refused.payload]).toEqual([502, { error: "No answer came" }]);
    expect([garbled.statusCode, garbled.payload]).toEqual([502, { error: "The answer can't be used" }]);
    expect(garbled.headers["content-type"]).toBe("application/json");
  });
});
