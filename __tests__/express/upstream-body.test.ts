import { createServer as createPlainServer } from "node:http";
import express from "express";
import { JsonResponse, Resource, post } from "colonnade";
import type { Request } from "colonnade";
import { live, serve } from "../websocket/live-socket";
import { chunk, chunked, head } from "./wire";

class Notes extends Resource {
  @post("/notes", { maxContentLength: 20 })
  async add(request: Request) {
    return new JsonResponse({ got: await request.json() });
  }

  @post("/any", { maxContentLength: Infinity })
  async any(request: Request) {
    return new JsonResponse({ length: (await request.json<{ a: string }>()).a.length });
  }
}

const app = () => express().use(express.json(), new Notes().router());
const json = "Content-Type: application/json";

/** A chunked body of so many bytes, in several pieces. */
function body(size: number): string {
  const text = JSON.stringify({ a: "x".repeat(size - 8) });
  return chunk(text.slice(0, 7)) + chunk(text.slice(7)) + chunk("");
}

describe("a chunked body that express.json() has read in front of a route", () => {
  it.each([
    [20, 200],
    [21, 413],
  ])("of %d bytes, with a limit of 20, gets %d from createServer", async (size, status) => {
    const sockets = await serve(app());
    const wire = sockets.wire().write(head("POST", "/notes", chunked, json), body(size));
    await wire.until("\r\n\r\n");
    expect(wire.statuses).toEqual([status]);
    wire.leave();
  });

  it("counts for each request of a connection by itself", async () => {
    const sockets = await serve(app());
    const wire = sockets.wire();
    for (let times = 1; times <= 3; times++) {
      await wire.write(head("POST", "/notes", chunked, json), body(15)).until('{"got"', times);
    }
    expect(wire.statuses).toEqual([200, 200, 200]);
    wire.leave();
  });

  it("has no limit where the route has none", async () => {
    const sockets = await serve(app());
    const wire = sockets.wire().write(head("POST", "/any", chunked, json), body(50_000));
    expect(await wire.until("length")).toContain('{"length":49992}');
    wire.leave();
  });

  it("is not known under a plain server", async () => {
    const sockets = await live(createPlainServer(app()));
    const wire = sockets.wire().write(head("POST", "/notes", chunked, json), body(21));
    await wire.until("\r\n\r\n");
    expect(wire.statuses).toEqual([200]);
    wire.leave();
  });
});
