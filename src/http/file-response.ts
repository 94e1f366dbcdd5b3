import { isAbsolute } from "node:path";
import { ColonnadeError, quote } from "../errors";
import { lazy } from "../lazy";
import type * as disposition from "./content-disposition";
import { checkOptions } from "./options";
import { Response, withDefaults } from "./response";
import type { ResponseHeaders } from "./response";

const loadDisposition = lazy(() => require("./content-disposition") as typeof disposition);

/** Options of {@link FileResponse}; those of Express's `res.sendFile` have their names there. */
export interface FileResponseOptions<Status extends number = number> {
  /** The directory that the path is relative to, and does not lead out of. */
  readonly root?: string | undefined;
  /** 200 by default. Only with 200 are ranges sent. */
  readonly statusCode?: Status | undefined;
  readonly headers?: ResponseHeaders | undefined;
  /** Whether a browser is to save the file, or the name to save it by: false by default. */
  readonly download?: boolean | string | undefined;
  /** How long the file may be kept: in milliseconds, or as text such as "1d". 0 by default. */
  readonly maxAge?: number | string | undefined;
  /** Whether the file never changes within `maxAge`: false by default. */
  readonly immutable?: boolean | undefined;
  /** Whether to send `Cache-Control`: true by default. */
  readonly cacheControl?: boolean | undefined;
  /** Whether to send `Last-Modified`: true by default. */
  readonly lastModified?: boolean | undefined;
  /** Whether a client may ask for a range: true by default. */
  readonly acceptRanges?: boolean | undefined;
  /** What becomes of names that begin with a dot: "ignore", as if they were not there, by default; "deny" is 403. */
  readonly dotfiles?: "allow" | "deny" | "ignore" | undefined;
}

const booleans = ["immutable", "cacheControl", "lastModified", "acceptRanges"] as const;
const others = ["root", "statusCode", "headers", "download", "maxAge", "dotfiles"];

/**
 * Answers with a file, which is opened when it is sent: by `res.sendFile`, so that ranges and conditional requests
 * are answered, and the `Content-Type` is that of the extension. One that is not there is answered with 404.
 */
export class FileResponse<Status extends number = number> extends Response<null, Status> {
  /** As it was given. */
  readonly path: string;
  readonly options: FileResponseOptions<Status>;

  /**
   * @param path - absolute, or relative to the option `root`. One that comes from a client needs a root.
   * @throws {ColonnadeError} `ERR_RESPONSE_INVALID` for a relative path without a root, and for a status code or
   *   header that can't be sent; `ERR_OPTION`
   */
  constructor(path: string, options: FileResponseOptions<Status> = {}) {
    checkFileOptions(options);
    checkPath(path, options.root);
    const { statusCode, headers = {}, download = false } = options;
    const name = download === true ? path : download;
    super(
      null,
      statusCode,
      name === false
        ? headers
        : withDefaults(headers, { "Content-Disposition": loadDisposition().attachment(name) }),
    );
    this.path = path;
    this.options = options;
  }
}

/** Whether a response is a {@link FileResponse}, of whatever status code. */
export function isFileResponse(response: Response): response is FileResponse {
  return response instanceof FileResponse;
}

function checkPath(path: unknown, root: string | undefined): void {
  if (typeof path === "string" && (root !== undefined || isAbsolute(path))) return;
  const rule = typeof path === "string" ? "absolute, or needs the option root" : "a string";
  throw new ColonnadeError("ERR_RESPONSE_INVALID", `The path of a FileResponse is ${rule}: ${quote(path)}`);
}

function checkFileOptions(options: FileResponseOptions): void {
  checkOptions(options, "FileResponse", { boolean: booleans, function: [] }, others);
  const { root, download, maxAge, dotfiles } = options;
  if (root !== undefined && (typeof root !== "string" || root === "" || root.includes("\0")))
    throw wrong("root is the path of a directory", root);
  if (download !== undefined && typeof download !== "boolean" && !isFileName(download))
    throw wrong("download is true, false or a file name", download);
  if (maxAge !== undefined && !isAge(maxAge))
    throw wrong('maxAge is a number of milliseconds from 0, or a text such as "1d"', maxAge);
  if (dotfiles !== undefined && !["allow", "deny", "ignore"].includes(dotfiles))
    throw wrong('dotfiles is "allow", "deny" or "ignore"', dotfiles);
}

function isAge(value: unknown): boolean {
  return typeof value === "number" ? value >= 0 : typeof value === "string" && age.test(value);
}

const units = [
  "ms|msecs?|milliseconds?",
  "s|secs?|seconds?",
  "m|mins?|minutes?",
  "h|hrs?|hours?",
  "d|days?",
  "w|weeks?",
  "y|yrs?|years?",
];
/** What Express reads by `ms`: for any other text it would send an age of 0. */
const age = new RegExp(`^(?=.{1,100}$)\\d*\\.?\\d+ *(?:${units.join("|")})?$`, "i");

function isFileName(name: unknown): boolean {
  return typeof name === "string" && /[^\\/]$/.test(name);
}

function wrong(rule: string, value: unknown): ColonnadeError {
  return new ColonnadeError("ERR_OPTION", `FileResponse: ${rule}, not ${quote(value)}`);
}
