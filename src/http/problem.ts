import { STATUS_CODES } from "node:http";
import { ErrorResponse } from "./error-response";
import { headerOf, jsonType } from "./response";
import type { Response } from "./response";

/** The `Content-Type` of problem details (RFC 9457, section 3). */
const problemType = "application/problem+json";

/** How errors are answered: `{ "error", "code" }`, or as problem details (RFC 9457). */
export type ErrorFormat = "json" | "problem";

/**
 * An answer as it is sent: with "problem", an {@link ErrorResponse} as problem details. Its `error` becomes the `detail`, and
 * what else its body has are extension members. One that names another media type than JSON stays as it is.
 */
export function presented(response: Response, format: string): Response {
  if (format !== "problem" || !isErrorResponse(response)) return response;
  const { headers, statusCode, bytes } = response;
  if (headerOf(headers, "content-type") !== jsonType) return response;
  const others = Object.entries(headers).filter(([name]) => name.toLowerCase() !== "content-type");
  return new ErrorResponse(
    toProblem(response.payload, statusCode),
    statusCode,
    { ...Object.fromEntries(others), "Content-Type": problemType },
    { cause: response.cause, bytes },
  );
}

function toProblem(payload: unknown, status: number): object {
  const standard = { type: "about:blank", title: STATUS_CODES[status] ?? "Error", status };
  if (Array.isArray(payload)) return { ...standard, errors: payload as unknown[] };
  const { error, ...members } = payload as Record<string, unknown>;
  if (error === undefined) return { ...standard, ...members };
  return { ...standard, ...(typeof error === "string" ? { detail: error } : { error }), ...members };
}

function isErrorResponse(response: Response): response is ErrorResponse {
  return response instanceof ErrorResponse;
}
