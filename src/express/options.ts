import { checkOptions } from "../http/options";
import { errorFormats } from "../http/problem";
import type { ErrorFormat } from "../http/problem";
import { logError } from "../http/on-error";
import type { OnError } from "../http/on-error";

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
   * the default, answers `{ "error", "code" }`; "problem" answers problem details (RFC 9457), which an
   * `ErrorResponse` becomes as well; "next" passes the `ColonnadeError` to `next`.
   */
  readonly errors?: ErrorFormat | "next" | undefined;
  /**
   * Whether an answer that the `responses` of its route do not allow is a failure of its handler: false
   * by default, for it takes time. For development and tests.
   */
  readonly checkResponses?: boolean | undefined;
  /** Told of failures that nobody else hears of; `console.error` by default. */
  readonly onError?: OnError | undefined;
}

/** The options with their defaults. */
export type CheckedOptions = { readonly [Name in keyof RouterOptions]-?: NonNullable<RouterOptions[Name]> };

const kinds = {
  boolean: ["caseSensitive", "strict", "mergeParams", "checkResponses"],
  function: ["onError"],
  choice: { errors: [...errorFormats, "next"] },
} as const;

/**
 * @returns the options with their defaults.
 * @throws {ColonnadeError} `ERR_OPTION`
 */
export function checkRouterOptions(options: RouterOptions = {}): CheckedOptions {
  checkOptions(options, "router()", kinds);
  const { errors = "json", onError = logError } = options;
  const { caseSensitive = true, strict = false, mergeParams = false, checkResponses = false } = options;
  return { caseSensitive, strict, mergeParams, errors, checkResponses, onError };
}
