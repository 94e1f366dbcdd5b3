import { ColonnadeError } from "../errors";
import { andThen, isPromise } from "../promise";
import { toIssues, validationError } from "../schema/issues";
import type { Schema } from "../schema/schema";
import { attempt, validate } from "../schema/validate";
import type { Outcome } from "../schema/validate";
import type { Issue } from "../schema/validation-error";
import type { Outputs, Request } from "./request";
import type { Lists } from "./request-source";
import type { ParameterInfo } from "./route-details";
import type { Schemas } from "./schemas";

/**
 * Checks a request before its handler runs.
 *
 * @returns what the schemas made of its parts; a promise where there is a body to read, or a schema is asynchronous.
 * @throws {ValidationError} with what is wrong with any of them.
 */
export type RequestCheck = (request: Request) => Outputs | Promise<Outputs>;

/** One thing to check. */
interface Part {
  readonly in: Issue["in"];
  /** Where the value stands in that. */
  readonly path: Issue["path"];
  run(request: Request): Outcome | Promise<Outcome>;
  /** Takes the outputs in. */
  keep(outputs: Outputs, value: unknown, request: Request): void;
}

const readers = {
  matches: (request: Request): unknown => request.matches,
  query: (request: Request): unknown => request.query,
  headers: (request: Request): unknown => joinLists(request.headers),
} as const;

/** What a route's schemas, and what `@header` and `@param` say, have checked; undefined for nothing. */
export function createRequestCheck(
  schemas: Schemas | undefined,
  headers: readonly ParameterInfo[],
  params: readonly ParameterInfo[],
  owner: string,
): RequestCheck | undefined {
  const parts = [
    ...schemaParts(schemas ?? {}, owner),
    ...headers.flatMap((info) => parameterPart("headers", info, false, owner)),
    ...params.flatMap((info) => parameterPart("query", info, schemas?.query === undefined, owner)),
  ];
  if (parts.length === 0) return undefined;
  return (request) => {
    const found = parts.map((part) => part.run(request));
    if (!found.some(isPromise)) return finish(found as Outcome[], parts, request, owner);
    const pending = found.map((outcome) => Promise.resolve(outcome));
    return Promise.all(pending).then((settled) => finish(settled, parts, request, owner));
  };
}

function schemaParts(schemas: Schemas, owner: string): Part[] {
  const parts = (["matches", "query", "headers"] as const).flatMap((name): Part[] => {
    const schema = schemas[name];
    if (schema === undefined) return [];
    const subject = `The schema of ${name} of ${owner}`;
    return [
      {
        in: name,
        path: [],
        run: (request) => attempt(() => validate(schema, readers[name](request), subject)),
        keep: (kept, value) => (kept[name] = value),
      },
    ];
  });
  return schemas.body === undefined ? parts : [...parts, bodyPart(schemas.body, owner)];
}

function bodyPart(schema: Schema, owner: string): Part {
  const subject = `The schema of body of ${owner}`;
  return {
    in: "body",
    path: [],
    run: (request) => attempt(async () => validate(schema, await readBody(request), subject)),
    keep: (kept, value) => (kept.body = { value }),
  };
}

/** Undefined where there is none: whether there must be one is for the schema to say. */
async function readBody(request: Request): Promise<unknown> {
  try {
    return await request.json();
  } catch (error) {
    if (error instanceof ColonnadeError && error.code === "ERR_BODY_EMPTY") return undefined;
    throw error;
  }
}

/**
 * What `@header` or `@param` has checked.
 *
 * @param keeps - whether the handler is given what the schema makes of it.
 */
function parameterPart(
  part: "headers" | "query",
  { name, required, schema }: ParameterInfo,
  keeps: boolean,
  owner: string,
): Part[] {
  if (!required && schema === undefined) return [];
  const key = part === "headers" ? name.toLowerCase() : name;
  const subject = `The schema of ${name} of ${owner}`;
  const run = (request: Request): Outcome | Promise<Outcome> => {
    const value = part === "headers" ? request.headers[key]?.join(separatorOf(key)) : request.query[key];
    if (value === undefined && required) return { kind: "invalid", issues: [{ message: "Required" }] };
    if (schema === undefined) return { kind: "valid", value };
    const outcome = validate(schema, value, subject);
    // A schema may have a default for what was not sent; that it wants something is no fault of the client's.
    return value === undefined ? withoutIssues(outcome) : outcome;
  };
  const keep: Part["keep"] = (kept, value, request) => {
    if (!keeps || schema === undefined || value === undefined) return;
    kept.query ??= Object.assign(Object.create(null) as object, request.query);
    Object.defineProperty(kept.query, key, { value, writable: true, enumerable: true, configurable: true });
  };
  return [{ in: part, path: [key], run: (request) => attempt(() => run(request)), keep }];
}

function withoutIssues(outcome: Outcome | Promise<Outcome>): Outcome | Promise<Outcome> {
  return andThen(outcome, (settled): Outcome =>
    settled.kind === "invalid" ? { kind: "valid", value: undefined } : settled,
  );
}

function finish(found: readonly Outcome[], parts: readonly Part[], request: Request, owner: string): Outputs {
  const issues: Issue[] = [];
  const kept: Outputs = {};
  for (const [at, part] of parts.entries()) {
    const outcome = found[at];
    if (outcome?.kind === "broken") throw outcome.error;
    if (outcome?.kind === "valid") part.keep(kept, outcome.value, request);
    else if (outcome !== undefined) issues.push(...toIssues(part.in, outcome.issues, part.path));
  }
  if (issues.length > 0) throw validationError(`The request to ${owner}`, issues);
  return kept;
}

/** Headers as Node's `req.headers` has them: text, but for `set-cookie`. */
function joinLists(lists: Readonly<Lists>): Record<string, string | string[]> {
  const joined: Record<string, string | string[]> = Object.create(null);
  for (const name of Object.keys(lists)) {
    joined[name] = name === "set-cookie" ? (lists[name] ?? []) : (lists[name] ?? []).join(separatorOf(name));
  }
  return joined;
}

/** How several values become one (RFC 9110, section 5.3; RFC 6265, section 5.4). */
function separatorOf(name: string): string {
  return name === "cookie" ? "; " : ", ";
}
