import { types } from "node:util";
import type { NextFunction, Request as ExpressRequest, Response as ExpressResponse } from "express";
import { ColonnadeError, quote } from "../errors";
import { ErrorResponse } from "../http/error-response";
import { presented } from "../http/problem";
import { isPromise } from "../promise";
import type { Request } from "../http/request";
import { toErrorResponse } from "../http/answer";
import { report } from "../http/on-error";
import type { CheckedOptions } from "./options";
import { reply } from "./reply";

/** One request on its way through a mounted router. */
export interface Exchange {
  readonly req: ExpressRequest;
  readonly res: ExpressResponse;
  readonly next: NextFunction;
  readonly options: CheckedOptions;
  /** What the handler is given. */
  readonly request: Request;
}

/**
 * Answers or forwards what was thrown, or was passed to `next`: an {@link ErrorResponse} and what
 * Colonnade refuses is answered, everything else goes to the app's error middleware.
 *
 * @param origin - what threw, as messages name it.
 */
export function settle(thrown: unknown, origin: string, exchange: Exchange): void {
  const { req, res, options, request } = exchange;
  if (isRefusal(thrown, options.errors) && !res.headersSent) {
    const answer = thrown instanceof ErrorResponse ? thrown : toErrorResponse(thrown);
    void run(
      () => reply(presented(answer, options.errors), request, req, res),
      (error) => forward(toError(error, origin), exchange),
    );
    return;
  }
  forward(toError(thrown, origin), exchange);
}

/** Calls `action`, and `failed` when it throws or rejects: at once where it is synchronous. */
export function run(action: () => unknown, failed: (error: unknown) => void): Promise<void> | undefined {
  try {
    const result = action();
    return isPromise(result) ? Promise.resolve(result).then(ignore, failed) : undefined;
  } catch (error) {
    failed(error);
    return undefined;
  }
}

function ignore(): void {}

/** Whether {@link settle} answers it. */
export function isRefusal(
  thrown: unknown,
  errors: CheckedOptions["errors"],
): thrown is ErrorResponse | ColonnadeError {
  if (thrown instanceof ErrorResponse) return true;
  return errors !== "next" && thrown instanceof ColonnadeError && thrown.status < 500;
}

function forward(error: Error, { req, res, next, options, request }: Exchange): void {
  if (res.writableEnded || isSecondAnswer(error)) {
    // The first answer stands.
    report(options.onError, error, request);
    return;
  }
  // A clean end would make what was sent so far look whole.
  // A `for await` over `req` that ends has left it without its socket.
  if (res.headersSent) (res.socket ?? req.socket)?.destroy();
  next(error);
}

function isSecondAnswer(error: Error): boolean {
  return error instanceof ColonnadeError && error.code === "ERR_ALREADY_ANSWERED";
}

/** What was thrown, as an Error: Express takes `null`, `"route"` and `"router"` for no failure. */
function toError(thrown: unknown, origin: string): Error {
  // Inside Jest, Node's own errors are of another realm.
  if (thrown instanceof Error || types.isNativeError(thrown) || thrown instanceof DOMException) return thrown;
  const error = new Error(`${origin} threw ${quote(thrown)}, which is no Error`, { cause: thrown });
  return Object.assign(error, statusOf(thrown));
}

/** The status that was thrown with a failure, where it has one that Express would answer with. */
export function statusOf(thrown: unknown): { status?: number } {
  if (typeof thrown !== "object" || thrown === null) return {};
  let code: unknown;
  try {
    const { status, statusCode } = thrown as { status?: unknown; statusCode?: unknown };
    code = [status, statusCode].find((value) => Number.isInteger(value));
  } catch {
    // A getter of what was thrown throws as well.
  }
  return typeof code === "number" && code >= 400 && code <= 599 ? { status: code } : {};
}
