import { once } from "node:events";
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import request from "supertest";
import { createApp } from "../../examples/03-files";

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await setImmediate();
}

describe("03-files", () => {
  const folder = mkdtempSync(join(tmpdir(), "files-"));
  const app = createApp(folder);
  const stored = (...names: string[]) => join(folder, "files", ...names);
  const arriving = () => readdirSync(join(folder, "arriving"));

  // A file larger than what a route accepts unless it says otherwise, in which every place differs.
  const large = Buffer.alloc(6_000_000, "0123456789abcdefghijk");

  beforeAll(() => writeFileSync(stored("hello.txt"), "Hello, world"));
  afterAll(() => rmSync(folder, { recursive: true }));

  describe("PUT /files/:path+", () => {
    it("stores a large file under new folders", async () => {
      await request(app).put("/files/a/b/large.bin").send(large).expect(204);
      expect(readFileSync(stored("a/b/large.bin")).equals(large)).toBe(true);
    });

    it("replaces a file", async () => {
      await request(app).put("/files/replaced.txt").send("first").expect(204);
      await request(app).put("/files/replaced.txt").send("second").expect(204);
      expect(readFileSync(stored("replaced.txt"), "utf8")).toBe("second");
    });

    it("leaves what was there, and nothing else, when the client hangs up", async () => {
      writeFileSync(stored("kept.txt"), "whole");
      const server = createServer(app).listen(0, "127.0.0.1");
      await once(server, "listening");
      const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
      socket.write("PUT /files/kept.txt HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nhalf");
      await until(() => arriving().length === 1);
      socket.destroy();
      await until(() => arriving().length === 0);
      expect(readFileSync(stored("kept.txt"), "utf8")).toBe("whole");
      await new Promise((resolve) => server.close(resolve));
    });

    it.each([
      ["/files/a", 409],
      ["/files/hello.txt/beneath", 409],
      [`/files/${"n".repeat(300)}`, 400],
      ["/files/..%2Fescaped", 400],
      ["/files/%ZZ", 400],
    ])("%s is %i", async (path, status) => {
      mkdirSync(stored("a"), { recursive: true });
      await request(app).put(path).send("x").expect(status);
      expect(arriving()).toEqual([]);
    });
  });

  describe("GET /files/:path+", () => {
    it("sends a file, typed by its name", async () => {
      const response = await request(app).get("/files/hello.txt").expect(200, "Hello, world");
      expect(response.get("Content-Type")).toMatch(/^text\/plain/);
    });

    it("does not let an uploaded page act as one of ours", async () => {
      writeFileSync(stored("page.html"), "<script>alert(1)</script>");
      await request(app).get("/files/page.html").expect("Content-Security-Policy", "sandbox").expect(200);
    });

    it.each([
      ["bytes=0-4", "bytes 0-4/12", "Hello"],
      ["bytes=7-", "bytes 7-11/12", "world"],
      ["bytes=-3", "bytes 9-11/12", "rld"],
    ])("answers the range %s with %s", async (range, contentRange, text) => {
      await request(app)
        .get("/files/hello.txt")
        .set("Range", range)
        .expect(206, text)
        .expect("Content-Range", contentRange);
    });

    it("answers a range past the end with 416 and the size", async () => {
      const get = request(app).get("/files/hello.txt").set("Range", "bytes=50-");
      const { status, headers } = await get;
      expect([status, headers["content-range"]]).toEqual([416, "bytes */12"]);
    });

    it("answers 304 to whoever has it", async () => {
      const { headers } = await request(app).get("/files/hello.txt");
      const { etag = "", "last-modified": lastModified = "" } = headers;
      await request(app).get("/files/hello.txt").set("If-None-Match", etag).expect(304, "");
      const since = request(app).get("/files/hello.txt").set("If-Modified-Since", lastModified);
      await since.expect(304, "");
    });

    it("answers HEAD with the length and no body", async () => {
      const response = await request(app).head("/files/hello.txt").expect(200).expect("Content-Length", "12");
      expect(response.text).toBeUndefined();
    });

    it.each([
      ["/files/none.txt", 404],
      ["/files/hello.txt/beneath", 404],
      ["/files/a", 404],
      ["/files/..%2F..%2Fetc%2Fpasswd", 400],
      ["/files/a%5Cb", 400],
      ["/files/leak.txt", 400],
    ])("%s is %i", async (path, status) => {
      rmSync(stored("leak.txt"), { force: true });
      symlinkSync(__filename, stored("leak.txt"));
      const response = await request(app).get(path).expect(status);
      expect(response.text).not.toContain(folder);
    });
  });

  it("GET /files lists the files of all folders", async () => {
    await request(app).put("/files/list/inner/one.txt").send("1");
    const { body } = await request(app).get("/files").expect(200);
    expect(body).toEqual(expect.arrayContaining(["hello.txt", "list/inner/one.txt"]));
    expect(body).not.toContain("list/inner");
  });

  it("DELETE /files/:path+ removes a file, and no folder", async () => {
    await request(app).put("/files/gone/one.txt").send("1");
    await request(app).delete("/files/gone").expect(409);
    await request(app).delete("/files/gone/one.txt").expect(204);
    await request(app).delete("/files/gone/one.txt").expect(404);
  });
});
