import { ColonnadeError } from "../errors";
import { ErrorResponse } from "../http/error-response";

/** What is said of a failure to whoever is answered with it: nothing of addresses and certificates. */
const words: Readonly<Record<string, string>> = {
  ERR_CLIENT_RESPONSE: "The answer can't be used",
  ERR_CLIENT_TIMEOUT: "No answer came in time",
  ERR_CLIENT_CANCELLED: "The request was cancelled",
  ERR_CLIENT_STOPPED: "The client was stopped",
};

/**
 * What a request ends with that gets no answer: 504 where none came in time, 503 where the program itself
 * ended it, 502 otherwise.
 *
 * @param bytes - the body of an answer that can't be used.
 */
export function toFailure(cause: unknown, bytes?: Buffer): ErrorResponse {
  const known = cause instanceof ColonnadeError ? cause : undefined;
  const text = words[known?.code ?? ""] ?? "No answer came";
  return new ErrorResponse(text, known?.status ?? 502, {}, { cause, bytes });
}
