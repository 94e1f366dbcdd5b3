import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import {
  HTTPServer,
  JsonResponse,
  Resource,
  Response,
  SerializableResponse,
  del,
  get,
  post,
  put,
} from "colonnade";
import type { Request } from "colonnade";
import { Direction, Position, full } from "./interop-messages";
import type { Inventory } from "./interop-messages";

const python = process.env["PYTHON"] ?? "/usr/bin/python3";

class Things extends Resource {
  @get("/json")
  query({ params }: Request) {
    return new JsonResponse(params);
  }

  @post("/json")
  async json(request: Request) {
    return new JsonResponse({ got: await request.json() }, 201);
  }

  @put("/bytes/:path+")
  async bytes(request: Request<"/bytes/:path+">) {
    return new Response(await request.bytes(), 200, {
      "Content-Type": "application/octet-stream",
      "X-Path": encodeURIComponent(request.matches.path),
    });
  }

  @del("/thing/:id")
  remove({ matches }: Request<"/thing/:id">) {
    return new JsonResponse({ removed: matches.id });
  }

  @get("/inventory")
  inventory() {
    return new SerializableResponse(full());
  }

  @post("/inventory")
  async echo(request: Request) {
    return new SerializableResponse(await request.message<Inventory>(), 201);
  }

  @post("/move")
  async move(request: Request) {
    const { x, y } = await request.message<Position>();
    return new SerializableResponse(Position.of({ x: x + 1, y: y + 1, facing: Direction.RIGHT }));
  }
}

it("serves a client in Python, over JSON and in the binary format", async () => {
  const server = new HTTPServer(["127.0.0.1", 0]).registerRoutes(new Things());
  await server.run();
  try {
    const { stdout } = await promisify(execFile)(python, [
      join(__dirname, "http_client.py"),
      String(server.address[1]),
    ]);
    const lines = stdout.trim().split("\n");
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
      ["json", 200, "application/json", { a: ["1", "2"], b: ["ë"] }],
      ["post json", 201, "application/json", { got: { name: "Zoë" } }],
      ["chunked json", 201, "application/json", { got: { name: "Zoë" } }],
      [
        "bytes",
        200,
        "application/octet-stream",
        Buffer.from(Array.from({ length: 256 }, (_, at) => at)).toString("latin1"),
      ],
      ["delete", 200, "application/json", { removed: "7" }],
      ["none", 404, "application/json", { error: "Nothing answers GET /nowhere", code: "ERR_NOT_FOUND" }],
      ["bad json", 400, "application/json", expect.objectContaining({ code: "ERR_BODY_MALFORMED" })],
      ["inventory", 200, "application/x-serializable", true],
      ["fixed", 201, "application/x-serializable", true],
      ["chunked", 201, "application/x-serializable", true],
      ["move", 200, "application/x-serializable", [4, -3, 2]],
      [
        "bad message",
        400,
        "application/json",
        expect.objectContaining({ code: "ERR_SERIALIZABLE_MALFORMED" }),
      ],
    ]);
  } finally {
    await server.close();
  }
});
