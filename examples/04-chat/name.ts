import { ErrorResponse } from "colonnade";
import type { RequestHandler } from "express";

// Letters of any language, and nothing that is invisible or turns the text around it.
const pattern = /^[\p{L}\p{N}](?:[\p{L}\p{M}\p{N} ._'’-]{0,22}[\p{L}\p{M}\p{N}.])?$/u;

export function isName(value: unknown): value is string {
  return typeof value === "string" && pattern.test(value);
}

/** @throws {ErrorResponse} 400 for what can't be the name of a person or a room. */
export function checkName(value: unknown, what = "A name"): string {
  if (isName(value)) return value;
  throw new ErrorResponse(`${what} has 1 to 24 letters, digits, spaces, or any of . _ ' -`, 400);
}

/** Two names that people take for the same have the same key. */
export function keyOf(name: string): string {
  return name.normalize("NFKC").toLowerCase();
}

export const checkRoom: RequestHandler = (req, _res, next) => {
  checkName(req.params["room"], "The name of a room");
  next();
};
