import { ColonnadeError } from "../errors";
import { JsonResponse } from "./json-response";
import type { ResponseHeaders } from "./response";

/** The body of an {@link ErrorResponse}: an object as it is, anything else under `error`. */
export type ErrorBody<T> = T extends object ? T : { error: T };

/**
 * Answers that a request failed. It may be returned or thrown, by a handler and by `@use`
 * middleware.
 */
export class ErrorResponse<T = unknown, Status extends number = number> extends JsonResponse<
  ErrorBody<T>,
  Status
> {
  /** The failure behind it, where there is one; it is never sent. */
  declare readonly cause?: unknown;
  /** Only an instance of this class, or of a subclass, is an error response to the compiler. */
  declare protected readonly "~error": true;
  /** On what `HTTPClient` gives: the body as it came, where one did; it is never sent. */
  declare readonly bytes?: Buffer;

  /**
   * @param body - an object is sent as it is, a string as `{ "error": string }`.
   * @param options - `cause`: the failure behind it; `bytes`: the body it was read from.
   * @throws {ColonnadeError} `ERR_RESPONSE_INVALID` for an Error as body, which as JSON is `{}`.
   */
  constructor(
    body: T,
    statusCode: Status = 400 as Status, // the default of a status code whose type was not narrowed
    headers: ResponseHeaders = {},
    options: { cause?: unknown; bytes?: Buffer | undefined } = {},
  ) {
    if (body instanceof Error) {
      const message =
        "An ErrorResponse can't have an Error as its body: give a message, and the Error as cause";
      throw new ColonnadeError("ERR_RESPONSE_INVALID", message, { cause: body });
    }
    const payload = typeof body === "object" && body !== null ? body : { error: body };
    super(payload as ErrorBody<T>, statusCode, headers); // the conditional type says just that
    if ("cause" in options) this.cause = options.cause;
    if (options.bytes !== undefined) this.bytes = options.bytes;
  }
}
