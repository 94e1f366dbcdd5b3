import { promises } from "node:fs"; // unlike node:fs/promises, it loads when it is used
import { join, resolve, sep } from "node:path";
import { ColonnadeError, UnsafePathError, quote } from "./errors";

/** The type of {@link pathJoinSafe}. */
export interface PathJoinSafe {
  /**
   * Joins a file name that may come from a client to a root directory, so that the result is the
   * root or lies beneath it.
   *
   * It is lexical: it looks at the text alone and never at the disk, so it can't see a symbolic
   * link that leads out of the root; {@link PathJoinSafe.real} does. What it refuses it refuses on
   * every platform, whether or not that platform would be fooled. The name is taken as it stands:
   * `%2e` is three characters.
   *
   * @param rootDirectory - a directory from a trusted source; a relative one is resolved against the
   * working directory.
   * @param filename - components with single slashes between them; `""` is the root itself.
   * @returns an absolute path in the platform's own spelling, without a trailing separator.
   * @throws {UnsafePathError} whose `reason` names the offence.
   */
  (rootDirectory: string, filename: string): string;

  /**
   * Does what {@link pathJoinSafe} does, then follows the symbolic links on the way and refuses one
   * that leads out of the root, even if a later one leads back in, or that leads nowhere.
   *
   * The root may itself be a symbolic link; the result lies beneath what it leads to. What does not
   * exist is no error: the result is where it would be, and opening it gives `ENOENT`, `ENOTDIR` or
   * `ENAMETOOLONG`.
   *
   * It describes the moment of the call: whoever can write beneath the root can put a link in
   * place before the result is opened.
   *
   * @returns the path without symbolic links.
   * @throws {UnsafePathError} whose `reason` names the offence; an error of the file system
   * (a root that is missing, `EACCES`, `ELOOP`, …) as it is.
   */
  real(rootDirectory: string, filename: string): Promise<string>;
}

/** Joins a file name that may come from a client to a root directory: see {@link PathJoinSafe}. */
export const pathJoinSafe: PathJoinSafe = Object.assign(joinLexical, { real: joinReal });

type Offence = readonly [pattern: RegExp, reason: string];

const offencesOfName: readonly Offence[] = [
  [/^\//, "it is an absolute path"],
  [/\\/, "it has a backslash, which Windows takes for a slash"],
  [/:/, "it has a colon, which on Windows stands for a drive or a data stream"],
  [/\p{Cc}/u, "it has a control character"],
  [/\p{Cs}/u, "it has half of a surrogate pair"],
];

/**
 * The device names are those of Microsoft's "Naming Files, Paths, and Namespaces" and the console's
 * two. Windows finds them in any directory, and ignores an extension and the spaces before it.
 */
const offencesOfComponent: readonly Offence[] = [
  [/^$/, 'it has an empty component ("//" or a slash at the end)'],
  [/^\.$/, 'it has a component "."'],
  [/^\.\.$/, 'it has a component ".."'],
  [
    /^(?:con|prn|aux|nul|com[1-9¹²³]|lpt[1-9¹²³]|conin\$|conout\$) *(?:\.|$)/i,
    "it has a component that names a device on Windows",
  ],
  [/[. ]$/, "it has a component that ends in a dot or a space, which Windows drops"],
];

function joinLexical(rootDirectory: string, filename: string): string {
  checkRoot(rootDirectory);
  const reason = offenceOf(filename);
  if (reason !== undefined) throw new UnsafePathError(filename, reason);
  return join(resolve(rootDirectory), filename);
}

async function joinReal(rootDirectory: string, filename: string): Promise<string> {
  joinLexical(rootDirectory, filename);
  const root = await promises.realpath(rootDirectory);
  const components = componentsOf(filename);
  let path = root;
  for (const [index, component] of components.entries()) {
    path = join(path, component);
    const stats = await unlessMissing(promises.lstat(path));
    if (stats === undefined) return join(path, ...components.slice(index + 1));
    if (!stats.isSymbolicLink()) continue;
    const target = await unlessMissing(promises.realpath(path));
    if (target === undefined || !isWithin(root, target)) {
      const where = target === undefined ? "nowhere" : "out of the root";
      const reason = `its component ${quote(component)} is a symbolic link that leads ${where}`;
      throw new UnsafePathError(filename, reason);
    }
    path = target;
  }
  return path;
}

/** A bad root is the app's own mistake, so it must not be answered as the client's. */
function checkRoot(rootDirectory: unknown): void {
  const fits = typeof rootDirectory === "string" && rootDirectory !== "" && !rootDirectory.includes("\0");
  if (fits) return;
  const message = `The root directory of pathJoinSafe is a non-empty string without NUL, not ${quote(rootDirectory)}`;
  throw new ColonnadeError("ERR_OPTION", message);
}

function offenceOf(filename: unknown): string | undefined {
  if (typeof filename !== "string") return "it is not a string";
  return (
    reasonAmong(offencesOfName, filename) ??
    componentsOf(filename)
      .map((component) => reasonAmong(offencesOfComponent, component))
      .find((reason) => reason !== undefined)
  );
}

function reasonAmong(offences: readonly Offence[], text: string): string | undefined {
  return offences.find(([pattern]) => pattern.test(text))?.[1];
}

/** The empty name has no components: it is the root. */
function componentsOf(filename: string): string[] {
  return filename === "" ? [] : filename.split("/");
}

/** Compares whole components: `/root-evil` is not within `/root`. Both paths are real. */
function isWithin(root: string, path: string): boolean {
  return path === root || path.startsWith(root.endsWith(sep) ? root : root + sep);
}

async function unlessMissing<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** What a client can ask for that is not there, beneath a file for one, or with a name that no file can have. */
const missing: readonly unknown[] = ["ENOENT", "ENOTDIR", "ENAMETOOLONG"];

/** Not by `instanceof`: inside Jest, Node's errors are of another realm. */
function isMissing(error: unknown): boolean {
  return typeof error === "object" && error !== null && "code" in error && missing.includes(error.code);
}
