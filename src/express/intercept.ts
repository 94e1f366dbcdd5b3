import type { NextFunction, Request as ExpressRequest, Response as ExpressResponse } from "express";
import { Request } from "../http/request";
import { IncomingSource } from "./incoming-source";
import type { CheckedOptions } from "./options";
import { isRefusal, settle } from "./settle";

/**
 * What a mounted router calls when it is done. Whatever layer passed an `ErrorResponse` or a refusal
 * of Colonnade's on, also one that was added by hand, it is answered here.
 */
export function intercept(
  next: NextFunction,
  req: ExpressRequest,
  res: ExpressResponse,
  options: CheckedOptions,
): NextFunction {
  if (typeof next !== "function") return next; // Express says what is wrong
  return (error?: unknown) => {
    if (error === undefined || error === null) {
      next();
    } else if (isRefusal(error, options.errors) && !res.headersSent) {
      const request = new Request(new IncomingSource(req, res));
      settle(error, "A layer", { req, res, next, options, request });
    } else {
      next(error);
    }
  };
}
