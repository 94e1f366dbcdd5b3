import { ColonnadeError, quote } from "../errors";
import { checkKeys } from "../http/route";
import { logError } from "../router";
import type { OnError } from "../router";

/** Options of `router()`. */
export interface RouterOptions {
  /** Whether `/abc` differs from `/ABC`: true by default, unlike `express.Router`'s. */
  readonly caseSensitive?: boolean;
  /** Whether `/abc` differs from `/abc/`: false by default. */
  readonly strict?: boolean;
  /** Whether `req.params` also holds the parent router's: false by default. */
  readonly mergeParams?: boolean;
  /**
   * What becomes of a request that Colonnade itself refuses (400, 404, 405, 413, 415, 426): "json",
   * the default, answers `{ "error", "code" }`; "next" passes the `ColonnadeError` to `next`.
   */
  readonly errors?: "json" | "next";
  /** Told of failures that nobody else hears of; `console.error` by default. */
  readonly onError?: OnError;
}

const booleans = ["caseSensitive", "strict", "mergeParams"] as const;
const known = new Set([...booleans, "errors", "onError"]);

/**
 * @returns the options with their defaults.
 * @throws {ColonnadeError} `ERR_OPTION`
 */
export function checkRouterOptions(options: RouterOptions = {}): Required<RouterOptions> {
  checkKeys(options, known, "router()");
  const { errors = "json", onError = logError } = options;
  for (const key of booleans) {
    if (!["boolean", "undefined"].includes(typeof options[key])) {
      throw invalid(`${key} is true or false, not ${quote(options[key])}`);
    }
  }
  if (errors !== "json" && errors !== "next") {
    throw invalid(`errors is "json" or "next", not ${quote(errors)}`);
  }
  if (typeof onError !== "function") throw invalid(`onError is a function, not ${quote(onError)}`);
  const { caseSensitive = true, strict = false, mergeParams = false } = options;
  return { caseSensitive, strict, mergeParams, errors, onError };
}

function invalid(reason: string): ColonnadeError {
  return new ColonnadeError("ERR_OPTION", `router(): ${reason}`);
}
