import fc from "fast-check";
import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, parse, posix, relative, resolve, sep, win32 } from "node:path";
import { UnsafePathError } from "../src/errors";
import { pathJoinSafe } from "../src/path-join-safe";

const root = resolve("/srv/root");

const offence = {
  notString: "it is not a string",
  absolute: "it is an absolute path",
  backslash: "it has a backslash, which Windows takes for a slash",
  colon: "it has a colon, which on Windows stands for a drive or a data stream",
  control: "it has a control character",
  surrogate: "it has half of a surrogate pair",
  empty: 'it has an empty component ("//" or a slash at the end)',
  dot: 'it has a component "."',
  dotDot: 'it has a component ".."',
  device: "it has a component that names a device on Windows",
  ending: "it has a component that ends in a dot or a space, which Windows drops",
} as const;

const refused: [fact: string, filename: unknown, reason: string][] = [
  ["..", "..", offence.dotDot],
  [".. in front", "../x", offence.dotDot],
  [".. in the middle", "a/../b", offence.dotDot],
  [".. at the end", "a/..", offence.dotDot],
  [".", ".", offence.dot],
  [". in front", "./a", offence.dot],
  [". in the middle", "a/./b", offence.dot],
  [". at the end", "a/.", offence.dot],
  ["an absolute path", "/etc/passwd", offence.absolute],
  ["a path that is in the root already", "/srv/root/a", offence.absolute],
  ["a lone slash", "/", offence.absolute],
  ["UNC with slashes", "//server/share", offence.absolute],
  ["UNC with backslashes", "\\\\server\\share", offence.backslash],
  ["a verbatim path", "\\\\?\\C:\\x", offence.backslash],
  ["a backslash between components", "a\\b", offence.backslash],
  [".. behind a backslash", "a\\..\\..\\x", offence.backslash],
  ["a drive letter", "C:", offence.colon],
  ["a path relative to a drive", "C:x", offence.colon],
  ["an absolute path on a drive", "C:/x", offence.colon],
  ["a drive letter in a later component", "a/C:/x", offence.colon],
  ["a data stream", "a.txt::$DATA", offence.colon],
  ["NUL at the end", "a.txt\0", offence.control],
  ["NUL before another extension", "a.txt\0.png", offence.control],
  ["a line feed", "a\nb", offence.control],
  ["U+0001", "\u0001", offence.control],
  ["U+001F", "a/\u001f", offence.control],
  ["DEL", "a\u007f", offence.control],
  ["U+0080, the first of C1", "a\u0080", offence.control],
  ["U+009F, the last of C1", "a\u009f", offence.control],
  ["a lone high surrogate", "a\ud800", offence.surrogate],
  ["a lone low surrogate", "\udfffa", offence.surrogate],
  ["surrogates in the wrong order", "\ude00\ud83d", offence.surrogate],
  ["two slashes", "a//b", offence.empty],
  ["a slash at the end", "a/", offence.empty],
  ["a name that ends in a dot", "a.", offence.ending],
  ["three dots", "...", offence.ending],
  ["a directory that ends in a dot", "a./b", offence.ending],
  ["a name that ends in a space", "a ", offence.ending],
  [".. and a space", ".. /x", offence.ending],
  ["a lone space", " ", offence.ending],
  ["a device in capitals", "CON", offence.device],
  ["a device in mixed case", "nUl", offence.device],
  ["a device with an extension", "prn.txt", offence.device],
  ["a device with two extensions", "aux.tar.gz", offence.device],
  ["a device, a space and an extension", "con .txt", offence.device],
  ["a device and a space", "nul ", offence.device],
  ["a device and a dot", "nul.", offence.device],
  ["a device as a directory", "con/a.txt", offence.device],
  ["a device in the middle", "a/aux/b", offence.device],
  ["a device at the end", "a/b/lpt1.log", offence.device],
  ...[..."con prn aux nul conin$ conout$".split(" "), ...ports("com"), ...ports("lpt")].map(
    (device): [string, string, string] => ["the device", device, offence.device],
  ),
  ["undefined", undefined, offence.notString],
  ["null", null, offence.notString],
  ["a number", 1, offence.notString],
  ["an array", ["a"], offence.notString],
  ["a String object", Object("a"), offence.notString],
  ["a Buffer", Buffer.from("a"), offence.notString],
];

const refusedRoots: [fact: string, rootDirectory: unknown, quoted: string][] = [
  ["an empty root", "", '""'],
  ["an undefined root", undefined, "undefined"],
  ["a root that is a URL", new URL("file:///srv"), "an object of class URL"],
  ["a root with NUL", "/srv\0", '"/srv\\u0000"'],
];

/** A bad root is no client's doing. */
function badRoot(quoted: string): object {
  const message = `The root directory of pathJoinSafe is a non-empty string without NUL, not ${quoted}`;
  return { code: "ERR_OPTION", status: 500, message };
}

const accepted: [filename: string, ...components: string[]][] = [
  ["a"],
  ["a/b/c.txt", "a", "b", "c.txt"],
  ["do..ts.txt"],
  ["..hidden"],
  [".env"],
  ["a/..b/c", "a", "..b", "c"],
  ["dollar$"],
  ["%2e%2e%2fx"],
  ["%00"],
  [" a b"],
  ["~"],
  ["é 😀.txt"],
  ["__proto__"],
  ["console.log"],
  ["auxiliary/com10", "auxiliary", "com10"],
  ["com0"],
  ["com"],
  ["a.con"],
  ["conin"],
];

/** The names as they are, in the face of types that forbid some. */
const joinUntyped = pathJoinSafe as (rootDirectory: unknown, filename: unknown) => string;

function ports(name: string): string[] {
  return [..."123456789¹²³"].map((digit) => name + digit);
}

function refusalOf(rootDirectory: unknown, filename: unknown): unknown {
  try {
    return joinUntyped(rootDirectory, filename);
  } catch (error) {
    return error;
  }
}

describe("pathJoinSafe(rootDirectory, filename)", () => {
  it.each(refused)("refuses %s: %j", (_fact, filename, reason) => {
    expect(refusalOf(root, filename)).toMatchObject({ reason });
  });

  it.each(refusedRoots)("refuses %s", (_fact, rootDirectory, quoted) => {
    expect(refusalOf(rootDirectory, "a")).toMatchObject(badRoot(quoted));
  });

  it("refuses with an UnsafePathError that holds the name", () => {
    const refusal = refusalOf(root, "../x");
    expect(refusal).toBeInstanceOf(UnsafePathError);
    expect(refusal).toMatchObject({
      name: "UnsafePathError",
      code: "ERR_UNSAFE_PATH",
      status: 400,
      filename: "../x",
      message: 'Unsafe path "../x": it has a component ".."',
    });
  });

  it("keeps the root directory out of what a client is told", () => {
    expect(refusalOf("/secret", "../x")).not.toMatchObject({ message: expect.stringContaining("secret") });
  });

  it.each(accepted)("accepts %j", (filename, ...components) => {
    const expected = components.length === 0 ? [filename] : components;
    expect(pathJoinSafe(root, filename)).toBe([root, ...expected].join(sep));
  });

  it("answers the empty name with the root itself", () => {
    expect(pathJoinSafe(root + sep, "")).toBe(root);
  });

  it("never leads to a directory whose name begins with the root's", () => {
    expect(pathJoinSafe(root, "-evil")).toBe(`${root}${sep}-evil`);
  });

  it("resolves a relative root against the working directory", () => {
    expect(pathJoinSafe("public", "a")).toBe(join(process.cwd(), "public", "a"));
  });

  it("joins to the root of the file system", () => {
    const top = parse(root).root;
    expect(pathJoinSafe(top, "a")).toBe(`${top}a`);
  });
});

describe("pathJoinSafe(rootDirectory, filename), whatever the name", () => {
  const fragments = ["..", ".", "/", "\\", ":", " ", "C:", "con", "nul", "COM¹", "$", "%2e"];
  const nasty = fc.array(fc.constantFrom(...fragments, "a", "b.txt", "\0", "\n", "\ud800"));
  const codeUnits = fc.array(fc.integer({ min: 0, max: 0xffff }));
  const filenames = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.string({ unit: "grapheme-ascii" }),
    codeUnits.map((units) => String.fromCharCode(...units)),
    nasty.map((parts) => parts.join("")),
  );

  it("throws an UnsafePathError or stays in the root", () => {
    fc.assert(
      fc.property(filenames, (filename) => {
        const answer = refusalOf(root, filename);
        if (answer instanceof UnsafePathError) return true;
        return answer === root || String(answer).startsWith(root + sep);
      }),
    );
  });

  it("accepts nothing that Windows would take out of the root", () => {
    fc.assert(
      fc.property(filenames, (filename) => {
        if (refusalOf(root, filename) instanceof UnsafePathError) return true;
        const answer = win32.resolve("C:\\root", filename);
        return answer === "C:\\root" || answer.startsWith("C:\\root\\");
      }),
    );
  });

  it("accepts one name for one file, on POSIX and on Windows", () => {
    fc.assert(
      fc.property(filenames, (filename) => {
        if (refusalOf(root, filename) instanceof UnsafePathError) return;
        const onPosix = posix.relative("/root", posix.resolve("/root", filename));
        const onWindows = win32.relative("C:\\root", win32.resolve("C:\\root", filename));
        expect(onPosix).toBe(filename);
        expect(onWindows.replaceAll("\\", "/")).toBe(filename);
      }),
    );
  });

  it("accepts every name made of letters, digits and single slashes", () => {
    const components = fc.array(fc.stringMatching(/^[xyzé0-9]{1,9}$/u), { minLength: 1 });
    fc.assert(
      fc.property(components, (names) => {
        expect(pathJoinSafe(root, names.join("/"))).toBe([root, ...names].join(sep));
      }),
    );
  });
});

describe("pathJoinSafe.real(rootDirectory, filename), without a look at the disk", () => {
  it.each(refused)("refuses %s: %j", async (_fact, filename, reason) => {
    const answer = pathJoinSafe.real(root, filename as string);
    await expect(answer).rejects.toMatchObject({ reason });
  });

  it.each(refusedRoots)("refuses %s", async (_fact, rootDirectory, quoted) => {
    const answer = pathJoinSafe.real(rootDirectory as string, "a");
    await expect(answer).rejects.toMatchObject(badRoot(quoted));
  });
});

describe("pathJoinSafe.real(rootDirectory, filename)", () => {
  let directory: string;
  let base: string;

  /** A root beside a directory and a file that must stay out of reach. */
  beforeEach(async () => {
    directory = await realpath(await mkdtemp(join(tmpdir(), "path-join-safe-")));
    base = join(directory, "root");
    await mkdir(join(base, "sub"), { recursive: true });
    await mkdir(join(directory, "root-evil"));
    await writeFile(join(base, "sub", "file.txt"), "inside");
    await writeFile(join(directory, "root-evil", "secret.txt"), "outside");
  });

  afterEach(() => rm(directory, { recursive: true }));

  async function refusalOfReal(filename: string): Promise<unknown> {
    return pathJoinSafe.real(base, filename).catch((error: unknown) => error);
  }

  function leads(component: string, where: "nowhere" | "out of the root"): { reason: string } {
    return { reason: `its component "${component}" is a symbolic link that leads ${where}` };
  }

  it("looks at the name before it looks at the disk", async () => {
    const answer = pathJoinSafe.real(join(base, "absent"), "../x");
    await expect(answer).rejects.toBeInstanceOf(UnsafePathError);
  });

  it("answers with the path of a file in the root", async () => {
    const answer = await pathJoinSafe.real(base, "sub/file.txt");
    expect(answer).toBe(join(base, "sub", "file.txt"));
  });

  it("answers the empty name with the root", async () => {
    expect(await pathJoinSafe.real(base, "")).toBe(base);
  });

  it("answers with an absolute path when the root is relative", async () => {
    const answer = await pathJoinSafe.real(relative(process.cwd(), base), "sub");
    expect(answer).toBe(join(base, "sub"));
  });

  it("answers with where a missing file would be", async () => {
    const answer = await pathJoinSafe.real(base, "sub/new/deeper/file.txt");
    expect(answer).toBe(join(base, "sub", "new", "deeper", "file.txt"));
  });

  it("follows a link that stays in the root", async () => {
    await symlink("sub", join(base, "link"));
    expect(await pathJoinSafe.real(base, "link/file.txt")).toBe(join(base, "sub", "file.txt"));
  });

  it("follows a link that stays in the root to where a missing file would be", async () => {
    await symlink("sub", join(base, "link"));
    expect(await pathJoinSafe.real(base, "link/new.txt")).toBe(join(base, "sub", "new.txt"));
  });

  it("follows a link to the root itself", async () => {
    await symlink(".", join(base, "link"));
    expect(await pathJoinSafe.real(base, "link/sub")).toBe(join(base, "sub"));
  });

  it("follows a link when the root is that of the file system", async () => {
    await symlink("sub", join(base, "link"));
    const top = parse(base).root;
    const filename = relative(top, join(base, "link")).replaceAll(sep, "/");
    expect(await pathJoinSafe.real(top, filename)).toBe(join(base, "sub"));
  });

  it("compares with the real root when the root is a link", async () => {
    await symlink("root", join(directory, "current"));
    await symlink("sub", join(base, "link"));
    const answer = await pathJoinSafe.real(join(directory, "current"), "link/file.txt");
    expect(answer).toBe(join(base, "sub", "file.txt"));
  });

  it("refuses a link to a file outside", async () => {
    await symlink(join(directory, "root-evil", "secret.txt"), join(base, "link"));
    expect(await refusalOfReal("link")).toMatchObject(leads("link", "out of the root"));
  });

  it("refuses with an UnsafePathError that keeps the link's target out of its message", async () => {
    await symlink(join(directory, "root-evil"), join(base, "link"));
    const refusal = await refusalOfReal("link");
    expect(refusal).toBeInstanceOf(UnsafePathError);
    expect(String(refusal)).not.toContain(directory);
  });

  it("refuses a link to the directory above the root", async () => {
    await symlink("..", join(base, "link"));
    expect(await refusalOfReal("link")).toMatchObject(leads("link", "out of the root"));
  });

  it("refuses a file beneath a directory that is a link out", async () => {
    await symlink("../root-evil", join(base, "link"));
    expect(await refusalOfReal("link/secret.txt")).toMatchObject(leads("link", "out of the root"));
  });

  it("refuses a missing file beneath a directory that is a link out", async () => {
    await symlink("../../root-evil", join(base, "sub", "link"));
    expect(await refusalOfReal("sub/link/new")).toMatchObject(leads("link", "out of the root"));
  });

  it("refuses a link to a link that leads out", async () => {
    await symlink("../root-evil", join(base, "second"));
    await symlink("second", join(base, "first"));
    expect(await refusalOfReal("first")).toMatchObject(leads("first", "out of the root"));
  });

  it("refuses a link that leads out before another that leads back in", async () => {
    await symlink("../root-evil", join(base, "out"));
    await symlink("../root", join(directory, "root-evil", "back"));
    expect(await refusalOfReal("out/back/sub")).toMatchObject(leads("out", "out of the root"));
  });

  it("refuses a link to a missing file outside", async () => {
    await symlink("../root-evil/new.txt", join(base, "link"));
    expect(await refusalOfReal("link")).toMatchObject(leads("link", "nowhere"));
  });

  it("refuses a missing file beneath a link to a missing directory", async () => {
    await symlink("../absent", join(base, "link"));
    expect(await refusalOfReal("link/new.txt")).toMatchObject(leads("link", "nowhere"));
  });

  it("leaves links alone in the plain, lexical call", async () => {
    await symlink("../root-evil", join(base, "link"));
    expect(pathJoinSafe(base, "link/secret.txt")).toBe(join(base, "link", "secret.txt"));
  });

  it("rejects with the error of the file system when the root is missing", async () => {
    const answer = pathJoinSafe.real(join(base, "absent"), "a");
    await expect(answer).rejects.toMatchObject({ code: "ENOENT", syscall: "realpath" });
  });

  it.each([
    ["beneath a file", "sub/file.txt/x"],
    ["with a name that no file can have", `sub/${"x".repeat(300)}`],
  ])("answers with where a file %s would be", async (_fact, filename) => {
    expect(await pathJoinSafe.real(base, filename)).toBe(join(await realpath(base), filename));
  });

  it("rejects with the error of the file system for a link to itself", async () => {
    await symlink("loop", join(base, "loop"));
    const answer = pathJoinSafe.real(base, "loop");
    await expect(answer).rejects.toMatchObject({ code: "ELOOP", syscall: "realpath" });
  });
});
