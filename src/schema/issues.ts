import type { SchemaIssue } from "./schema";
import { ValidationError } from "./validation-error";
import type { Issue } from "./validation-error";

/** How many issues are told: a client could have an answer made that is much longer than its request. */
const mostIssues = 100;
/** In UTF-16 code units. A schema's message may hold what it was given. */
const longestMessage = 500;
/** How many steps of a path are told, and how long each may be: they are names that the client has sent. */
const mostSteps = 32;
const longestStep = 100;
/** How many of them stand in the message of an error. */
const mostInMessage = 3;

/** A schema's issues, as clients are told of them. */
export function toIssues(
  part: Issue["in"],
  issues: readonly SchemaIssue[],
  before: Issue["path"] = [],
): Issue[] {
  return issues.slice(0, mostIssues).map(({ message, path = [] }) => ({
    in: part,
    path: [...before, ...path.slice(0, mostSteps).map(toStep)],
    message: cut(message, longestMessage),
  }));
}

function toStep(step: PropertyKey | { readonly key: PropertyKey }): string | number {
  const key = typeof step === "object" ? step.key : step;
  return typeof key === "number" ? key : cut(String(key), longestStep);
}

function cut(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length)}…` : text;
}

/**
 * What a request, or a message, is refused with.
 *
 * @param subject - what is refused, as messages name it.
 */
export function validationError(subject: string, issues: readonly Issue[]): ValidationError {
  const told = issues.slice(0, mostInMessage).map(describe);
  if (issues.length > told.length) told.push("and more");
  return new ValidationError(`${subject} is not valid: ${told.join("; ")}`, issues.slice(0, mostIssues));
}

function describe({ in: part, path, message }: Issue): string {
  return `${[part, ...path].join(".")}: ${message}`;
}
