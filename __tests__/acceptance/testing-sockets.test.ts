import type { Server } from "node:http";
import express from "express";
import supertest from "supertest";
import superwstest from "superwstest";
import { Resource, WebSocketOpCode, createServer, get, JsonResponse, use, websocket } from "colonnade";
import type { WebSocketRequest } from "colonnade";

// The example of docs/testing.md.
class EchoResource extends Resource {
  @get("/echo")
  describe() {
    return new JsonResponse({ echoes: "text" });
  }

  @websocket("/echo")
  @use((req, res, next) => {
    if (req.headers.authorization === "Bearer secret") next();
    else res.status(401).json({ error: "log in first" });
  })
  async echo(socket: WebSocketRequest<"/echo">, opcode: WebSocketOpCode, payload: string | Buffer) {
    if (opcode === WebSocketOpCode.Open) await socket.send("welcome");
    if (opcode === WebSocketOpCode.Text) await socket.send(`you said ${String(payload)}`);
    if (payload === "bye") socket.close(4000, "as you like");
  }
}

describe("sockets beside supertest", () => {
  let server: Server;

  beforeEach((done) => {
    server = createServer(express().use(new EchoResource().router()));
    server.listen(0, "127.0.0.1", done);
  });
  afterEach((done) => void server.close(done));

  it("answers HTTP", async () => {
    const { body } = await supertest(server).get("/echo").expect(200);
    expect(body).toEqual({ echoes: "text" });
  });

  it("echoes text", async () => {
    const closed = await superwstest(server)
      .ws("/echo", { headers: { authorization: "Bearer secret" } })
      .expectText("welcome")
      .sendText("hello")
      .expectText("you said hello")
      .sendText("bye")
      .expectText("you said bye")
      .expectClosed(4000, "as you like");
    expect(closed.readyState).toBe(3);
  });

  it("refuses who has not logged in", async () => {
    const refused = superwstest(server).ws("/echo").expectConnectionError(401);
    await expect(refused).resolves.toBe(undefined); // it rejects for another answer, and when the socket opens
  });
});
