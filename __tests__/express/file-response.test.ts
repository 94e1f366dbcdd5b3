import { execFileSync } from "node:child_process";
import { once } from "node:events";
import fs, { mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import express from "express";
import type { ErrorRequestHandler } from "express";
import { FileResponse, createServer } from "colonnade";
import type { FileResponseOptions, RouterOptions } from "colonnade";
import { appOf, ask, serve } from "./served";

const root = mkdtempSync(join(tmpdir(), "file-response-"));
const big = Buffer.alloc(20_000_000, "x");
beforeAll(() => {
  for (const folder of ["folder", ".git", ".home"]) mkdirSync(join(root, folder));
  for (const name of [
    "a.txt",
    "ü 100%25 ?#.html",
    ".hidden",
    ".git/config",
    ".home/a.txt",
    "folder/index.html",
  ])
    writeFileSync(join(root, name), "hello");
  writeFileSync(join(root, "empty.json"), "");
  writeFileSync(join(root, "big.bin"), big);
  utimesSync(join(root, "a.txt"), 1e9, 1e9);
});
afterAll(() => rmSync(root, { recursive: true }));

/** An app that answers with a file. */
const files = (
  path: string,
  options: FileResponseOptions = { root },
  router?: RouterOptions,
  settings?: express.Express,
) => appOf(() => new FileResponse(path, options), router, settings);

const noting =
  (errors: unknown[]): ErrorRequestHandler =>
  (error, _req, res, _next) => {
    errors.push(error);
    if (res.headersSent) res.end();
    else res.status(error.status ?? 500).json({ told: error.code });
  };

describe("a FileResponse", () => {
  it.each([
    ["by its path from a root", "a.txt", { root }],
    ["by its absolute path", join(root, "a.txt"), {}],
    ["by a path that begins with a slash, from a root", "/a.txt", { root }],
    ["by a path that comes back to the root", "folder/../a.txt", { root }],
    ["by an absolute path through a hidden directory", join(root, ".home", "a.txt"), {}],
  ])("is the file, with its type and its tags: %s", async (_name, path, options) => {
    const answer = await ask(files(path, options));
    expect([answer.status, answer.body.toString(), answer.complete]).toEqual([200, "hello", true]);
    expect(answer.header("Content-Type")).toMatch(/^text\/plain; charset=utf-8$/i);
    expect(answer.header("Content-Length")).toBe("5");
    expect(answer.header("Cache-Control")).toBe("public, max-age=0");
    expect(answer.header("Accept-Ranges")).toBe("bytes");
    expect([answer.header("ETag"), answer.header("Last-Modified")]).toEqual([
      expect.stringMatching(/^W\/".+"$/),
      expect.any(String),
    ]);
  });

  it.each([
    ["ü 100%25 ?#.html", /^text\/html; charset=utf-8$/i, "hello"],
    ["empty.json", /^application\/json/, ""],
    ["big.bin", /^application\/octet-stream$/, big.toString()],
  ])("may have the name %s", async (name, type, body) => {
    const answer = await ask(files(name));
    expect([answer.status, answer.header("Content-Type")]).toEqual([200, expect.stringMatching(type)]);
    expect(answer.body.toString() === body).toBe(true);
  });

  it("is sent by createServer, too", async () => {
    const server = createServer(files("a.txt")).listen(0);
    await once(server, "listening");
    const { port } = server.address() as { port: number };
    const answer = await fetch(`http://127.0.0.1:${port}/`);
    expect([answer.status, await answer.text()]).toEqual([200, "hello"]);
    await new Promise((resolve) => server.close(resolve));
  });

  it("is sent with the status code and the headers of the response", async () => {
    const headers = {
      "Content-Type": "text/x-own",
      "cache-control": "no-store",
      "Set-Cookie": ["a=1", "b=2"],
    };
    const answer = await ask(files("a.txt", { root, statusCode: 410, headers }));
    expect([answer.status, answer.body.toString()]).toEqual([410, "hello"]);
    expect(answer.header("Content-Type")).toBe("text/x-own");
    expect(answer.header("Cache-Control")).toBe("no-store");
    expect(answer.header("Set-Cookie")).toBe("a=1|b=2");
  });

  it("has options of res.sendFile", async () => {
    const answer = await ask(
      files("a.txt", { root, maxAge: "1h", immutable: true, lastModified: false, acceptRanges: false }),
    );
    expect(answer.header("Cache-Control")).toBe("public, max-age=3600, immutable");
    expect(answer.header("Last-Modified")).toBeUndefined();
    expect(answer.header("Accept-Ranges")).not.toBe("bytes");
    expect(
      (await ask(files("a.txt", { root, cacheControl: false }))).header("Cache-Control"),
    ).toBeUndefined();
    expect((await ask(files("a.txt", { root, maxAge: 5_000 }))).header("Cache-Control")).toContain(
      "max-age=5",
    );
  });

  it("has no ETag where the app has none", async () => {
    const app = express().set("etag", false);
    expect((await ask(files("a.txt", { root }, {}, app))).header("ETag")).toBeUndefined();
  });

  it.each<[string | true, string]>([
    [true, 'attachment; filename="a.txt"'],
    ["größe.csv", "attachment; filename=\"gr??e.csv\"; filename*=UTF-8''gr%C3%B6%C3%9Fe.csv"],
  ])("is to be saved, with download %p", async (download, expected) => {
    const answer = await ask(files("a.txt", { root, download }));
    expect([answer.status, answer.header("Content-Disposition")]).toEqual([200, expected]);
    expect(answer.header("Content-Type")).toMatch(/^text\/plain/);
  });

  it("has no body for HEAD", async () => {
    const answer = await ask(files("a.txt"), { method: "HEAD" });
    expect([answer.status, answer.header("Content-Length"), answer.complete]).toEqual([200, "5", true]);
  });
});

describe("a request for a part of a FileResponse, or on a condition", () => {
  it("is answered with the part", async () => {
    const answer = await ask(files("a.txt"), { headers: { Range: "bytes=1-3" } });
    expect([answer.status, answer.body.toString()]).toEqual([206, "ell"]);
    expect(answer.header("Content-Range")).toBe("bytes 1-3/5");
  });

  it("is answered with the whole where ranges are not accepted, or the status code is another", async () => {
    for (const options of [{ acceptRanges: false }, { statusCode: 404 }]) {
      const answer = await ask(files("a.txt", { root, ...options }), { headers: { Range: "bytes=1-3" } });
      expect([answer.status, answer.body.toString()]).toEqual([options.statusCode ?? 200, "hello"]);
    }
  });

  it.each<[string, Record<string, string>, number]>([
    ["a range beyond the end", { Range: "bytes=9-" }, 416],
    ["a condition that does not hold", { "If-Match": '"other"' }, 412],
  ])("is refused as JSON, and without the headers of the file: %s", async (_name, headers, status) => {
    const options = { root, download: true, headers: { "X-A": "1" } };
    const answer = await ask(files("a.txt", options), { headers });
    expect([answer.status, answer.json()]).toEqual([status, { error: expect.any(String) }]);
    expect(answer.header("Content-Type")).toBe("application/json");
    expect(answer.header("Content-Range")).toBe(status === 416 ? "bytes */5" : undefined);
    for (const name of ["X-A", "Content-Disposition", "Last-Modified"])
      expect(answer.header(name)).toBeUndefined();
  });

  it.each(["ETag", "Last-Modified"])(
    "is answered with 304 where the client has it by its %s",
    async (tag) => {
      const value = (await ask(files("a.txt"))).header(tag) ?? "";
      const name = tag === "ETag" ? "If-None-Match" : "If-Modified-Since";
      const answer = await ask(files("a.txt"), { headers: { [name]: value } });
      expect([answer.status, answer.body.length]).toEqual([304, 0]);
    },
  );
});

describe("a FileResponse that is not to be had", () => {
  const cases: [string, string, FileResponseOptions, number, string][] = [
    ["a file that is not there", "none.txt", {}, 404, "ERR_NOT_FOUND"],
    ["what lies beneath a file", "a.txt/b", {}, 404, "ERR_NOT_FOUND"],
    ["a file with a slash behind it", "a.txt/", {}, 404, "ERR_NOT_FOUND"],
    ["a directory", "folder", {}, 404, "ERR_NOT_FOUND"],
    ["a directory with an index", "folder/", {}, 404, "ERR_NOT_FOUND"],
    ["the root", "", {}, 404, "ERR_NOT_FOUND"],
    ["the root by a dot", ".", {}, 404, "ERR_NOT_FOUND"],
    ["a name that is too long", "a".repeat(5_000), {}, 404, "ERR_NOT_FOUND"],
    ["a name with a NUL", "a.txt\0", {}, 404, "ERR_NOT_FOUND"],
    ["half of a surrogate pair", "\ud800", {}, 404, "ERR_NOT_FOUND"],
    ["a hidden file", ".hidden", {}, 404, "ERR_NOT_FOUND"],
    ["a file in a hidden directory", ".git/config", {}, 404, "ERR_NOT_FOUND"],
    ["a hidden file that is denied", ".git/config", { dotfiles: "deny" }, 403, "ERR_FORBIDDEN"],
    ["a path that leads out of the root", "../a.txt", {}, 403, "ERR_FORBIDDEN"],
    ["one that does after a while", "folder/../../a.txt", {}, 403, "ERR_FORBIDDEN"],
    ["an absolute path that leads up", `${root}/folder/../a.txt`, { root: undefined }, 403, "ERR_FORBIDDEN"],
  ];

  it.each(cases)("is answered as JSON, without where it was looked for: %s", async (...row) => {
    const [, path, options, status, code] = row;
    const given = { root, statusCode: 410, headers: { "X-A": "1" }, download: "b.txt", ...options };
    const answer = await ask(files(path, given));
    expect([answer.status, answer.json()]).toEqual([
      status,
      { error: expect.stringContaining("GET /"), code },
    ]);
    expect(answer.body.toString()).not.toContain(root);
    for (const name of ["X-A", "Content-Disposition"]) expect(answer.header(name)).toBeUndefined();
  });

  it("is there where dotfiles are allowed", async () => {
    const answer = await ask(files(".git/config", { root, dotfiles: "allow" }));
    expect([answer.status, answer.body.toString()]).toEqual([200, "hello"]);
  });

  it.each(["none.txt", "folder", "../a.txt"])(
    "goes to error middleware with errors: next: %s",
    async (path) => {
      const errors: unknown[] = [];
      const answer = await ask(files(path, { root }, { errors: "next" }).use(noting(errors)));
      const code = path.startsWith("..") ? "ERR_FORBIDDEN" : "ERR_NOT_FOUND";
      expect([answer.status, answer.json()]).toEqual([code === "ERR_FORBIDDEN" ? 403 : 404, { told: code }]);
      expect(errors).toEqual([expect.objectContaining({ code })]);
    },
  );

  it("is a pipe, which is not waited for: as many as there are threads for files would keep all of them", async () => {
    const pipe = join(root, "pipe");
    execFileSync("mkfifo", [pipe]);
    const opened = jest.spyOn(fs, "createReadStream").mockImplementation(() => {
      throw new Error("It is opened");
    });
    const answer = await ask(files("pipe"));
    opened.mockRestore();
    expect([answer.status, answer.json()]).toMatchObject([404, { code: "ERR_NOT_FOUND" }]);
  });

  it("is answered as problem details with errors: problem", async () => {
    const answer = await ask(files("none.txt", { root }, { errors: "problem" }));
    expect(answer.json()).toMatchObject({ status: 404, title: "Not Found", code: "ERR_NOT_FOUND" });
  });

  it("is the app's failure where the file system has another reason", async () => {
    symlinkSync("loop", join(root, "loop"));
    const errors: unknown[] = [];
    const answer = await ask(files("loop", { root, headers: { "X-A": "1" } }).use(noting(errors)));
    expect([answer.status, answer.header("X-A")]).toEqual([500, undefined]);
    expect(errors).toEqual([expect.objectContaining({ code: "ELOOP", status: 500 })]);
  });
});

describe("a FileResponse that is under way", () => {
  it("is no failure when its client leaves", async () => {
    const errors: unknown[] = [];
    const told: unknown[] = [];
    const streams = jest.spyOn(fs, "createReadStream");
    const app = files("big.bin", { root }, { onError: (error) => void told.push(error) });
    const served = await serve(app.use(noting(errors)));
    const socket = served.begin();
    await once(socket, "data");
    socket.destroy();
    const stream = streams.mock.results[0]?.value as fs.ReadStream;
    streams.mockRestore();
    if (!stream.closed) await once(stream, "close");
    await wait(20);
    expect([errors, told]).toEqual([[], []]);
    await served.close();
  });

  it("is cut when reading fails, though error middleware ends it, and the failure told", async () => {
    const failure = Object.assign(new Error("disk"), { code: "EIO", syscall: "read" });
    const create = fs.createReadStream;
    const streams = jest.spyOn(fs, "createReadStream").mockImplementation((...args) => {
      const stream = create(...args);
      stream.once("data", () => setTimeout(() => stream.destroy(failure)));
      return stream;
    });
    const errors: unknown[] = [];
    const answer = await ask(files("big.bin").use(noting(errors)));
    streams.mockRestore();
    expect([answer.status, answer.complete]).toEqual([200, false]);
    expect(errors).toEqual([expect.objectContaining({ code: "EIO" })]);
  });

  it("is a failure when it is gone before it is read, and nothing has been sent", async () => {
    const create = fs.createReadStream;
    const streams = jest
      .spyOn(fs, "createReadStream")
      .mockImplementation((path, options) => create(`${String(path)}.gone`, options));
    const answer = await ask(files("a.txt"));
    streams.mockRestore();
    expect([answer.status, answer.json()]).toMatchObject([404, { code: "ERR_NOT_FOUND" }]);
    expect(answer.header("Last-Modified")).toBeUndefined();
  });

  it("stands back where something else has answered before", async () => {
    const told: unknown[] = [];
    const timeout = express().use((_req, res, next) => {
      next();
      res.status(503).send("late");
    });
    const options = { onError: (error: unknown) => void told.push(error) };
    const answer = await ask(files("a.txt", { root }, options, timeout));
    expect([answer.status, answer.body.toString()]).toEqual([503, "late"]);
    while (told.length === 0) await wait(1); // the file system may be slower than the client
    expect(told).toEqual([expect.objectContaining({ code: "ERR_ALREADY_ANSWERED" })]);
  });
});
