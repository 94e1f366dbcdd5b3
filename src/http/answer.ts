import { ColonnadeError, quote } from "../errors";
import { lazy } from "../lazy";
import { ValidationError } from "../schema/validation-error";
import type * as checking from "./check-response";
import { ErrorResponse } from "./error-response";
import { discard } from "./payload";
import type { Response } from "./response";
import type { CompiledRoute } from "./route";

const loadChecking = lazy(() => require("./check-response") as typeof checking);

/** The answer to a request that Colonnade itself refuses. */
export function toErrorResponse(error: ColonnadeError): ErrorResponse {
  const issues = error instanceof ValidationError ? { issues: error.issues } : {};
  const body = { error: error.message, code: error.code, ...issues };
  return new ErrorResponse(body, error.status, error.headers, { cause: error });
}

/** Why a handler's result is no answer. */
export function noResponse(route: string, result: unknown): ColonnadeError {
  const isFetch = result instanceof globalThis.Response;
  const hint = isFetch ? ": this is fetch's, not the one to import from colonnade" : "";
  const message = `The handler of ${route} must return a Response, not ${quote(result)}${hint}`;
  return new ColonnadeError("ERR_RESPONSE_INVALID", message);
}

/** Holds an answer against the `responses` of its route; what it does not allow is thrown away. */
export function checkAnswer(route: CompiledRoute, answer: Response): void | Promise<void> {
  const responses = route.schemas?.responses;
  if (responses === undefined) return undefined;
  const refuse = (error: unknown): never => {
    discard(answer.payload);
    throw error;
  };
  try {
    return loadChecking().checkResponse(responses, answer, route.name)?.catch(refuse);
  } catch (error) {
    return refuse(error);
  }
}
