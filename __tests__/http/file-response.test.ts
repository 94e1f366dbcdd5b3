import { once } from "node:events";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, promises, rmSync, writeFileSync } from "node:fs";
import type { ReadStream } from "node:fs";
import type { FileHandle } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { setImmediate } from "node:timers/promises";
import { expectTypeOf } from "expect-type";
import { FileResponse, Request, Response, Router } from "colonnade";
import type { FileResponseOptions, RouteCallback } from "colonnade";

const refusal = (code: string, message: string) =>
  expect.objectContaining({ code, message: expect.stringContaining(message) });

describe("new FileResponse(path, options)", () => {
  it("is a Response without a payload, with 200", () => {
    const response = new FileResponse("/srv/a.txt");
    expect(response).toBeInstanceOf(Response);
    expect({ ...response }).toEqual({
      path: "/srv/a.txt",
      options: {},
      payload: null,
      statusCode: 200,
      headers: {},
      compress: false,
    });
  });

  it("has the status code and the headers that it is given", () => {
    const headers = { "X-A": "1" };
    const response = new FileResponse("gone.html", { root: "/srv", statusCode: 410, headers });
    expect([response.statusCode, response.headers]).toEqual([410, headers]);
  });

  it("knows the type of its status code", () => {
    const response = new FileResponse("gone.html", { root: "/srv", statusCode: 410 });
    expectTypeOf(response.statusCode).toEqualTypeOf<410>();
    expect(response.statusCode).toBe(410);
  });

  it.each<[string, unknown, FileResponseOptions, string]>([
    ["a relative path without a root", "a.txt", {}, 'absolute, or needs the option root: "a.txt"'],
    ["an empty path", "", {}, 'absolute, or needs the option root: ""'],
    ["no path", undefined, { root: "/srv" }, "is a string: undefined"],
    ["a list", ["a"], { root: "/srv" }, "is a string: an array"],
    ["a status code that can't be sent", "/a", { statusCode: 100 }, "not 100"],
    ["a header that can't be sent", "/a", { headers: { "X-A": "\n" } }, "X-A"],
  ])("refuses %s", (_name, path, options, message) => {
    const refused = refusal("ERR_RESPONSE_INVALID", message);
    expect(() => new FileResponse(path as string, options)).toThrow(refused);
  });

  it.each([0, 1.5, Infinity, "0", "1d", "2 days", "1.5h", ".5 hrs", "10 MINUTES", "1000"])(
    "takes %p as maxAge",
    (maxAge) => {
      expect(new FileResponse("/a", { maxAge }).options.maxAge).toBe(maxAge);
    },
  );

  it.each<[string, object, string]>([
    ["an option that does not exist", { maxage: 5 }, 'has no option "maxage"'],
    ["an empty root", { root: "" }, 'root is the path of a directory, not ""'],
    ["a root with a NUL", { root: "/srv\0" }, "root is"],
    ["a URL as root", { root: new URL("file:///srv") }, "root is"],
    ["an empty name to save it by", { download: "" }, "download is true, false or a file name"],
    ["a slash to save it by", { download: "/" }, "download is"],
    ["a path of a directory to save it by", { download: "a/" }, "download is"],
    ["a number as the name to save it by", { download: 1 }, "download is"],
    ["a negative age", { maxAge: -1 }, "maxAge is"],
    ["an age of NaN", { maxAge: NaN }, "maxAge is"],
    [
      "text that is no age",
      { maxAge: "soon" },
      'maxAge is a number of milliseconds from 0, or a text such as "1d", not "soon"',
    ],
    ["an age in a unit that there is not", { maxAge: "1 month" }, "maxAge is"],
    ["a negative age as text", { maxAge: "-1d" }, "maxAge is"],
    ["an empty text as age", { maxAge: "" }, "maxAge is"],
    ["text as immutable", { immutable: "yes" }, 'immutable is true or false, not "yes"'],
    ["other dotfiles", { dotfiles: "hide" }, 'dotfiles is "allow", "deny" or "ignore"'],
  ])("refuses %s", (_name, options, message) => {
    expect(() => new FileResponse("/a", options)).toThrow(refusal("ERR_OPTION", message));
  });
});

describe("the Content-Disposition of a FileResponse", () => {
  it.each<[string, string | boolean | undefined, string | undefined]>([
    ["/srv/a.txt", undefined, undefined],
    ["/srv/a.txt", false, undefined],
    ["/srv/a.txt", true, 'attachment; filename="a.txt"'],
    ["/srv/4b2f", "report 1.csv", 'attachment; filename="report 1.csv"'],
    ["/srv/a", "../etc/passwd", 'attachment; filename="passwd"'],
    ["/srv/a", "C:\\etc\\passwd", 'attachment; filename="passwd"'],
    ["/srv/a", "x:y.txt", 'attachment; filename="x:y.txt"'],
    ["/srv/a", 'a"b.txt', 'attachment; filename="a\\"b.txt"'],
    ["/srv/a", "é.txt", "attachment; filename=\"?.txt\"; filename*=UTF-8''%C3%A9.txt"],
    [
      "/srv/a",
      "😀'(*).txt",
      "attachment; filename=\"?'(*).txt\"; filename*=UTF-8''%F0%9F%98%80%27%28%2A%29.txt",
    ],
    ["/srv/a", "100%25.txt", "attachment; filename=\"100%25.txt\"; filename*=UTF-8''100%2525.txt"],
    ["/srv/a", "100%.txt", 'attachment; filename="100%.txt"'],
    ["/srv/a", "a\r\nX: b", "attachment; filename=\"a??X: b\"; filename*=UTF-8''a%0D%0AX%3A%20b"],
    ["/srv/a", "\ud800.txt", "attachment; filename=\"?.txt\"; filename*=UTF-8''%EF%BF%BD.txt"],
  ])("of %p saved as %p is %s", (path, download, expected) => {
    expect(new FileResponse(path, { download }).headers["Content-Disposition"]).toBe(expected);
  });

  it("is the one in the headers, where they have one", () => {
    const headers = { "content-disposition": "inline" };
    expect(new FileResponse("/a", { download: true, headers }).headers).toEqual(headers);
  });
});

describe("Router.dispatch(request) with a FileResponse", () => {
  const root = mkdtempSync(join(tmpdir(), "dispatch-"));
  beforeAll(() => {
    mkdirSync(join(root, "folder"));
    writeFileSync(join(root, "a.txt"), "hello");
    writeFileSync(join(root, "empty.txt"), "");
    writeFileSync(join(root, ".hidden"), "hidden");
  });
  afterAll(() => rmSync(root, { recursive: true }));

  const dispatch = (callback: RouteCallback, method = "GET", onError?: (error: unknown) => void) =>
    new Router({ onError })
      .registerRoutes([["GET", "/", callback]])
      .dispatch(new Request(["127.0.0.1", 1], method, "/"));

  it.each([
    ["by its absolute path", join(root, "a.txt"), {}],
    ["by its path from a root", "a.txt", { root }],
    ["by a path that comes back to the root", "folder/../a.txt", { root }],
  ])("gives the file as a stream: %s", async (_name, path, options) => {
    const response = await dispatch(() => new FileResponse(path, { headers: { "X-A": "1" }, ...options }));
    expect(response.statusCode).toBe(200);
    expect(response.headers).toEqual({
      "Content-Type": "application/octet-stream",
      "Content-Length": 5,
      "X-A": "1",
    });
    expect(await text(response.payload as ReadStream)).toBe("hello");
  });

  it("keeps the status code and the Content-Type of the response", async () => {
    const headers = { "content-type": "text/plain" };
    const response = await dispatch(() => new FileResponse("a.txt", { root, statusCode: 410, headers }));
    expect([response.statusCode, response.headers]).toEqual([410, { ...headers, "Content-Length": 5 }]);
    (response.payload as ReadStream).destroy();
  });

  it("gives no more than it promises of a file that grows meanwhile", async () => {
    writeFileSync(join(root, "log.txt"), "12345");
    const response = await dispatch(() => new FileResponse("log.txt", { root }));
    writeFileSync(join(root, "log.txt"), "1234567890");
    expect(response.headers["Content-Length"]).toBe(5);
    expect(await text(response.payload as ReadStream)).toBe("12345");
  });

  it("gives nothing of an empty file that grows meanwhile, and closes it", async () => {
    writeFileSync(join(root, "new.txt"), "");
    const opened = jest.spyOn(promises, "open");
    const response = await dispatch(() => new FileResponse("new.txt", { root }));
    writeFileSync(join(root, "new.txt"), "12345");
    const file = (await opened.mock.results[0]?.value) as FileHandle;
    opened.mockRestore();
    expect([await text(response.payload as ReadStream), file.fd]).toEqual(["", -1]);
  });

  it("gives an empty file", async () => {
    const response = await dispatch(() => new FileResponse("empty.txt", { root }));
    expect(response.headers["Content-Length"]).toBe(0);
    expect(await text(response.payload as ReadStream)).toBe("");
  });

  it("gives none to HEAD, and closes the file", async () => {
    const opened = jest.spyOn(promises, "open");
    const response = await dispatch(() => new FileResponse("a.txt", { root }), "HEAD");
    expect([response.payload, response.headers["Content-Length"]]).toEqual([null, 5]);
    const file = (await opened.mock.results[0]?.value) as FileHandle;
    while (file.fd !== -1) await setImmediate();
    opened.mockRestore();
  });

  it("closes the file when the stream is destroyed", async () => {
    const response = await dispatch(() => new FileResponse("a.txt", { root }));
    const stream = response.payload as ReadStream;
    stream.destroy();
    await once(stream, "close");
    expect(stream.closed).toBe(true);
  });

  const denied: FileResponseOptions = { root, dotfiles: "deny" };
  it.each<[string, string, FileResponseOptions, number, string]>([
    ["a file that is not there", "none.txt", { root }, 404, "ERR_NOT_FOUND"],
    ["the same by its absolute path", join(root, "none.txt"), {}, 404, "ERR_NOT_FOUND"],
    ["what lies beneath a file", "a.txt/b", { root }, 404, "ERR_NOT_FOUND"],
    ["a file with a slash behind it", "a.txt/", { root }, 404, "ERR_NOT_FOUND"],
    ["a directory", "folder", { root }, 404, "ERR_NOT_FOUND"],
    ["the root", "", { root }, 404, "ERR_NOT_FOUND"],
    ["a root that is not there", "a.txt", { root: join(root, "none") }, 404, "ERR_NOT_FOUND"],
    ["a name that is too long", "a".repeat(5_000), { root }, 404, "ERR_NOT_FOUND"],
    ["a name with a NUL", "a.txt\0", { root }, 404, "ERR_NOT_FOUND"],
    ["half of a surrogate pair", "\ud800", { root }, 404, "ERR_NOT_FOUND"],
    ["a hidden file", ".hidden", { root }, 404, "ERR_NOT_FOUND"],
    ["a hidden file that is denied", ".hidden", denied, 403, "ERR_FORBIDDEN"],
    ["a path that leads out of the root", "../a.txt", { root }, 403, "ERR_FORBIDDEN"],
    ["an absolute path that leads up", `${root}/folder/../a.txt`, {}, 403, "ERR_FORBIDDEN"],
  ])("refuses %s", async (_name, path, options, status, code) => {
    const response = await dispatch(() => new FileResponse(path, options));
    expect([response.statusCode, response.payload]).toEqual([
      status,
      { error: expect.stringContaining("GET /"), code },
    ]);
    expect(JSON.stringify(response.payload)).not.toContain(root);
  });

  it("gives a hidden file that is allowed", async () => {
    const response = await dispatch(() => new FileResponse(".hidden", { root, dotfiles: "allow" }));
    expect(await text(response.payload as ReadStream)).toBe("hidden");
  });

  it("refuses a pipe, and does not wait for it", async () => {
    execFileSync("mkfifo", [join(root, "pipe")]);
    const response = await dispatch(() => new FileResponse("pipe", { root }));
    expect(response.statusCode).toBe(404);
  });
});
