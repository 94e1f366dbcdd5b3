import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { ColonnadeError } from "../errors";

/** Files of swagger-ui-dist that the page loads or opens, and their types. */
export const assets = {
  "swagger-ui.css": "text/css; charset=utf-8",
  "swagger-ui-bundle.js": "text/javascript; charset=utf-8",
  // To where an authorization leads back, in a window of its own.
  "oauth2-redirect.html": "text/html; charset=utf-8",
  "oauth2-redirect.js": "text/javascript; charset=utf-8",
  "favicon-32x32.png": "image/png",
} as const;

/**
 * Where swagger-ui-dist is installed.
 *
 * @throws {ColonnadeError} `ERR_OPTION` where it is not.
 */
export function findSwaggerUi(resolve: (name: string) => string = require.resolve): string {
  try {
    return dirname(resolve("swagger-ui-dist/package.json"));
  } catch (cause) {
    const message =
      "docs() shows its page by swagger-ui-dist, which is not installed: npm install swagger-ui-dist";
    throw new ColonnadeError("ERR_OPTION", message, { cause });
  }
}

/** Reads files of a folder, each once. */
export function fileReader(folder: string): (name: string) => Promise<Buffer> {
  const files = new Map<string, Promise<Buffer>>();
  return async (name) => {
    let file = files.get(name);
    if (file === undefined) {
      file = readFile(join(folder, name));
      file.catch(() => files.delete(name)); // the next request may find it
      files.set(name, file);
    }
    return file;
  };
}
