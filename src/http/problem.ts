import { STATUS_CODES } from "node:http";
import { ErrorResponse } from "./error-response";
import { headerOf, jsonType } from "./response";
import type { Response } from "./response";

/** The `Content-Type` of problem details (RFC 9457, section 3). */
const problemType = "application/problem+json";

/** How errors are answered: `{ "error", "code" }`, or as problem details (RFC 9457). */
export type ErrorFormat = (typeof errorFormats)[number];

/** Every {@link ErrorFormat}. */
export const errorFormats = ["json", "problem"] as const;

/**
 * An answer as it is sent: with "problem", an {@link ErrorResponse} as problem details. Its `error` becomes the `detail`, and
 * what else its body has are extension members. One that names another media type than JSON, or that answers by
 * itself, stays as it is.
 */
export function presented(response: Response, format: ErrorFormat | "next"): Response {
  if (format !== "problem" || !isErrorResponse(response) || response.reply !== undefined) return response;
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
  const { toJSON } = payload as { toJSON?: unknown };
  const body: unknown = typeof toJSON === "function" ? Reflect.apply(toJSON, payload, [""]) : payload;
  const { error, type, title, ...members } = toMembers(body);
  return {
    type: typeof type === "string" ? type : "about:blank",
    title: typeof title === "string" ? title : (STATUS_CODES[status] ?? "Error"),
    ...(typeof error === "string" ? { detail: error } : error === undefined ? {} : { error }),
    ...members,
    status,
  };
}

/** What JSON makes the members of an object of. */
function toMembers(body: unknown): Record<string, unknown> {
  if (Array.isArray(body)) return { errors: body as unknown[] };
  return typeof body === "object" && body !== null ? (body as Record<string, unknown>) : { error: body };
}

function isErrorResponse(response: Response): response is ErrorResponse {
  return response instanceof ErrorResponse;
}
