import { ColonnadeError, quote } from "../errors";

/** 5 MiB: the default of the API that this package implements. */
export const defaultMaxContentLength = 5_242_880;

/**
 * @returns the limit, in bytes, that `value` sets for a route.
 * @throws {ColonnadeError} `ERR_OPTION`
 */
export function checkMaxContentLength(value: unknown, owner: string): number {
  if (value === undefined) return defaultMaxContentLength;
  if (typeof value === "number" && (value === Infinity || (Number.isInteger(value) && value >= 0))) {
    return value;
  }
  const message = `maxContentLength of ${owner} is a whole number of bytes from 0, not ${quote(value)}`;
  throw new ColonnadeError("ERR_OPTION", message);
}
