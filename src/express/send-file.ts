import { promises } from "node:fs";
import { join } from "node:path";
import type { Request as ExpressRequest, Response as ExpressResponse } from "express";
import { ErrorResponse } from "../http/error-response";
import { noFile, placeOf } from "../http/file-place";
import type { FileResponse } from "../http/file-response";
import type { Request } from "../http/request";
import { alreadyAnswered } from "./send-stream";
import { restoreHead, saveHead, setHead } from "./head";

/** What `res.sendFile` gives its callback: an error of `http-errors`, and of the file system as well. */
interface SendError extends NodeJS.ErrnoException {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * Sends a file by `res.sendFile`.
 *
 * @returns resolves when all has been written, and when the client has left. Where it rejects and nothing was sent
 *   yet, `res` can still answer.
 * @throws {ColonnadeError} `ERR_NOT_FOUND`, `ERR_FORBIDDEN`
 */
export async function sendFile(
  response: FileResponse,
  request: Request,
  req: ExpressRequest,
  res: ExpressResponse,
): Promise<void> {
  const { root, name } = placeOf(response, request);
  const { maxAge, immutable, cacheControl, lastModified, acceptRanges } = response.options;
  // A pipe would keep a thread of the file system's until somebody writes to it, and there are four of them.
  const stats = await promises.stat(join(root, name)).catch(() => undefined); // why not, res.sendFile says
  if (stats !== undefined && !stats.isFile()) throw noFile(request);
  if (res.headersSent) throw alreadyAnswered(req);
  const head = saveHead(res);
  return new Promise((resolve, reject) => {
    const settle = (error?: SendError | null) => {
      if (error?.code === "ECONNABORTED" && res.writableFinished) {
        reject(alreadyAnswered(req)); // it is whole, and not by the file
      } else if (!error || isLeave(error)) {
        resolve();
      } else if (res.headersSent) {
        reject(error);
      } else {
        restoreHead(head, res);
        reject(toFailure(error, request));
      }
    };
    try {
      setHead(response, res);
      // With another status code, the client would take a part for something else.
      const ranges = acceptRanges !== false && response.statusCode === 200;
      const etag = res.app.enabled("etag"); // as Express 5 sets it by itself
      const options = { maxAge, immutable, cacheControl, lastModified, acceptRanges: ranges, etag };
      // Dots have been looked for, and a directory is no file.
      res.sendFile(name, { ...options, root, dotfiles: "allow", index: false }, settle);
    } catch (error) {
      settle(error as SendError);
    }
  });
}

/** Whether it is the client that has ended it. */
function isLeave({ code, syscall }: SendError): boolean {
  return code === "ECONNABORTED" || code === "ECONNRESET" || code === "EPIPE" || syscall === "write";
}

/** What is answered in place of the file; a failure that is none of the client's is the app's. */
function toFailure(error: SendError, request: Request): unknown {
  const { status, code, headers } = error;
  if (status === 404 || code === "EISDIR") return noFile(request, error);
  // 412 and 416: the preconditions and the range are the client's.
  if (status !== undefined && status < 500) {
    return new ErrorResponse(error.message, status, headers, { cause: error });
  }
  return error;
}
