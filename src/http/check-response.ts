import { ColonnadeError } from "../errors";
import { andThen } from "../promise";
import { toIssues, validationError } from "../schema/issues";
import { validate } from "../schema/validate";
import type { Outcome } from "../schema/validate";
import { JsonResponse, toJson } from "./json-response";
import type { Response } from "./response";
import type { ResponseSchemas } from "./schemas";

/**
 * Holds an answer against the `responses` of its route.
 *
 * @param owner - the route, as messages name it.
 * @returns a promise where the schema is asynchronous.
 * @throws {ColonnadeError} `ERR_RESPONSE_INVALID` for a status code or a payload that they do not allow.
 */
export function checkResponse(
  responses: ResponseSchemas,
  answer: Response,
  owner: string,
): void | Promise<void> {
  const { statusCode, payload } = answer;
  const schema = responses[statusCode];
  if (schema === undefined) {
    const allowed = Object.keys(responses).join(", ") || "none";
    throw refused(`${owner} has answered with ${statusCode}; its responses are ${allowed}`);
  }
  if (schema === null) return undefined;
  const outcome = validate(
    schema,
    answer instanceof JsonResponse ? asReceived(payload) : payload,
    `The schema of responses[${statusCode}] of ${owner}`,
  );
  return andThen(outcome, (settled) => judge(settled, statusCode, owner));
}

/** What JSON makes of a payload, which is what the client gets. */
function asReceived(payload: unknown): unknown {
  return JSON.parse(toJson(payload)) as unknown;
}

function judge(outcome: Outcome, statusCode: number, owner: string): void {
  if (outcome.kind === "broken") throw outcome.error;
  if (outcome.kind === "valid") return;
  const cause = validationError(`The answer ${statusCode} of ${owner}`, toIssues("body", outcome.issues));
  throw refused(cause.message, cause);
}

function refused(message: string, cause?: Error): ColonnadeError {
  return new ColonnadeError("ERR_RESPONSE_INVALID", message, cause === undefined ? {} : { cause });
}
