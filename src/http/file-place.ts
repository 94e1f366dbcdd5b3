import { basename, dirname, normalize } from "node:path";
import { ColonnadeError } from "../errors";
import type { FileResponse } from "./file-response";
import type { Request } from "./request";
import { targetOf } from "./unrouted";

/** Where a file is to be looked for. */
export interface FilePlace {
  readonly root: string;
  /** Relative to the root, beneath which it stays. */
  readonly name: string;
}

/**
 * Where the file of a response is, by the text of its path: the same for every release of Express, of which some look
 * for dots in the whole of an absolute path, also in that of the directory where the app is at home.
 *
 * @throws {ColonnadeError} `ERR_NOT_FOUND`, `ERR_FORBIDDEN`
 */
export function placeOf({ path, options }: FileResponse, request: Request): FilePlace {
  const { dotfiles = "ignore" } = options;
  // No file has such a name, and no URL can be made of half a surrogate pair.
  if (path.includes("\0") || !path.isWellFormed()) throw noFile(request);
  const name = options.root === undefined ? path : normalize(`./${path}`);
  if (/(?:^|[\\/])\.\.(?:[\\/]|$)/.test(name)) throw forbidden(request);
  if (/[\\/]$/.test(name)) throw noFile(request);
  const place =
    options.root === undefined ? { root: dirname(path), name: basename(path) } : { root: options.root, name };
  if (dotfiles !== "allow" && /(?:^|[\\/])\.[^\\/]/.test(place.name)) {
    throw dotfiles === "deny" ? forbidden(request) : noFile(request);
  }
  return place;
}

/** @param cause - what the file system said: it names the path, and is for the app alone. */
export function noFile(request: Request, cause?: unknown): ColonnadeError {
  const message = `There is no file for ${targetOf(request)}`;
  return new ColonnadeError("ERR_NOT_FOUND", message, cause === undefined ? {} : { cause });
}

function forbidden(request: Request): ColonnadeError {
  return new ColonnadeError("ERR_FORBIDDEN", `The file for ${targetOf(request)} is none that is sent`);
}
