import { ColonnadeError, quote } from "../errors";
import { checkOptions } from "../http/options";
import { logError } from "../router";
import type { OnError } from "../router";

/** Options of `router()`. */
export interface RouterOptions {
  /** Whether `/abc` differs from `/ABC`: true by default, unlike `express.Router`'s. */
  readonly caseSensitive?: boolean | undefined;
  /** Whether `/abc` differs from `/abc/`: false by default. */
  readonly strict?: boolean | undefined;
  /** Whether `req.params` also holds the parent router's: false by default. */
  readonly mergeParams?: boolean | undefined;
  /**
   * What becomes of a request that Colonnade itself refuses (400, 404, 405, 413, 415, 426): "json",
   * the default, answers `{ "error", "code" }`; "next" passes the `ColonnadeError` to `next`.
   */
  readonly errors?: "json" | "next" | undefined;
  /** Told of failures that nobody else hears of; `console.error` by default. */
  readonly onError?: OnError | undefined;
}

/** The options with their defaults. */
export type CheckedOptions = { readonly [Name in keyof RouterOptions]-?: NonNullable<RouterOptions[Name]> };

const kinds = {
  boolean: ["caseSensitive", "strict", "mergeParams"],
  function: ["onError"],
} as const;

/**
 * @returns the options with their defaults.
 * @throws {ColonnadeError} `ERR_OPTION`
 */
export function checkRouterOptions(options: RouterOptions = {}): CheckedOptions {
  checkOptions(options, "router()", kinds, ["errors"]);
  const { errors = "json", onError = logError } = options;
  if (errors !== "json" && errors !== "next") {
    throw new ColonnadeError("ERR_OPTION", `router(): errors is "json" or "next", not ${quote(errors)}`);
  }
  const { caseSensitive = true, strict = false, mergeParams = false } = options;
  return { caseSensitive, strict, mergeParams, errors, onError };
}
