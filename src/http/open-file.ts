import { constants, promises } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { noFile, placeOf } from "./file-place";
import type { FileResponse } from "./file-response";
import type { Request } from "./request";
import { Response, withDefaults } from "./response";

// A pipe, which is no file to send, would have the opening wait for somebody to write. Windows has no such flag.
const flags = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

const missing = new Set(["ENOENT", "ENOTDIR", "ENAMETOOLONG", "EISDIR"]);

/**
 * A file as a stream, for who has no Express to send it.
 *
 * @throws {ColonnadeError} `ERR_NOT_FOUND`, `ERR_FORBIDDEN`; an error of the file system as it is.
 */
export async function openFile(response: FileResponse, request: Request): Promise<Response> {
  const { root, name } = placeOf(response, request);
  const file = await promises.open(join(root, name), flags).catch((error: NodeJS.ErrnoException) => {
    throw missing.has(error.code ?? "") ? noFile(request, error) : error;
  });
  try {
    const stats = await file.stat();
    if (!stats.isFile()) throw noFile(request);
    const headers = { "Content-Type": "application/octet-stream", "Content-Length": stats.size };
    const { statusCode } = response;
    const all = withDefaults(response.headers, headers);
    if (stats.size === 0) {
      await file.close();
      return new Response(Readable.from([]), statusCode, all); // no stream of a file can be of no bytes
    }
    // It may grow meanwhile.
    return new Response(file.createReadStream({ end: stats.size - 1 }), statusCode, all);
  } catch (error) {
    await file.close();
    throw error;
  }
}
