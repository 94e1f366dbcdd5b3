import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { Readable } from "node:stream";
import { ErrorResponse, HTTPClient, JsonResponse, SerializableResponse } from "colonnade";
import { Direction, Position, full } from "./interop-messages";

const python = process.env["PYTHON"] ?? "/usr/bin/python3";

describe.each(["HTTP/1.0", "HTTP/1.1"])(
  "HTTPClient and a server of Python's http.server, by %s",
  (version) => {
    let server: ChildProcess;
    let client: HTTPClient;

    beforeAll(async () => {
      const child = spawn(python, [join(__dirname, "http_server.py"), version], {
        stdio: ["ignore", "pipe", "inherit"],
      });
      server = child;
      const [port] = (await once(child.stdout, "data")) as [Buffer];
      client = new HTTPClient(["127.0.0.1", Number(port)]);
    });
    afterAll(async () => {
      await client.stop();
      server.kill();
    });

    it("speak JSON", async () => {
      const got = await client.get("/json", { a: [1, 2], b: "ë", c: true }, { "X-Given": "yes" });
      expect(got).toBeInstanceOf(JsonResponse);
      expect(got.payload).toEqual({ query: { a: ["1", "2"], b: ["ë"], c: ["true"] }, accept: "yes" });
      const sent = await client.post("/json", { name: "Zoë" });
      expect([sent.statusCode, sent.payload]).toEqual([201, { got: { name: "Zoë" } }]);
      expect((await client.delete("/thing/7")).payload).toEqual({ removed: "/thing/7" });
    });

    it("speak text, bytes and streams", async () => {
      const text = await client.put("/x", "täxt");
      expect(text.payload).toEqual({
        type: "text/plain; charset=utf-8",
        body: Buffer.from("täxt").toString("latin1"),
      });
      const bytes = await client.put("/x", Buffer.from([0, 255]));
      expect(bytes.payload).toEqual({ type: "application/octet-stream", body: "\0ÿ" });
      const stream = await client.put("/x", Readable.from([Buffer.from("in "), Buffer.from("pieces")]));
      expect(stream.payload).toEqual({ type: "application/octet-stream", body: "in pieces" });
    });

    it("speak the binary format", async () => {
      const got = await client.get("/inventory");
      expect(got).toBeInstanceOf(SerializableResponse);
      expect(got.payload).toEqual(full());
      expect((await client.post("/echo", full())).payload).toEqual(full());
      const moved = await client.post("/move", Position.of({ x: 3, y: -4, facing: Direction.RIGHT }));
      expect(moved.payload).toEqual(Position.of({ x: 4, y: -3, facing: Direction.RIGHT }));
    });

    it("understand each other's failures, redirects and compression", async () => {
      const none = await client.get("/nowhere");
      expect(none).toBeInstanceOf(ErrorResponse);
      expect([none.statusCode, none.payload]).toEqual([404, { error: "not here" }]);
      expect((await client.get("/moved")).payload).toEqual({ query: { moved: ["1"] }, accept: null });
      expect((await client.get("/gzip")).payload).toEqual({ zipped: "ë".repeat(1000) });
    });
  },
);
