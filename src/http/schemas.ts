import { ColonnadeError, quote } from "../errors";
import { isSchema } from "../schema/schema";
import type { Schema } from "../schema/schema";
import { checkKeys } from "./options";

/** What a route's answers are, by status code: a schema of the JSON, or null where it is no JSON, or nothing. */
export type ResponseSchemas = Readonly<Record<number, Schema | null>>;

/** What is checked of a request before its handler runs. */
export interface RequestSchemas {
  /** Of the query: an object, of strings, or lists of them for names that occur several times. */
  readonly query?: Schema;
  /** Of what the pattern binds: an object of strings. */
  readonly matches?: Schema;
  /** Of the headers: an object of strings by name in lower case, what was sent several times joined by ", ". */
  readonly headers?: Schema;
}

/** The schemas of a route of an HTTP method. */
export interface RouteSchemas extends RequestSchemas {
  /** Of the body, parsed as JSON: undefined where it is empty. */
  readonly body?: Schema;
  /** What the handler may answer with, by status code. */
  readonly responses?: ResponseSchemas;
}

/** The schemas of a WebSocket route. */
export interface SocketSchemas extends RequestSchemas {
  /** Of a text message that is received, parsed as JSON: the handler is given what the schema makes of it. */
  readonly receives?: Schema;
  /** Of a message that is sent, as JSON in text. */
  readonly sends?: Schema;
  /**
   * What becomes of a text message that does not satisfy `receives`: "answer", the default, sends the
   * issues as JSON; "close" ends the socket with 1008.
   */
  readonly invalid?: "answer" | "close";
}

/** All schemas that a route may have. */
export interface Schemas extends RouteSchemas, SocketSchemas {}

/** The options that are schemas of an HTTP route. */
export const routeSchemas = [
  "body",
  "query",
  "matches",
  "headers",
  "responses",
] as const satisfies (keyof RouteSchemas)[];

/** The options of a WebSocket route that are schemas, or about them. */
export const socketSchemas = [
  "receives",
  "sends",
  "query",
  "matches",
  "headers",
  "invalid",
] as const satisfies (keyof SocketSchemas)[];

/**
 * Takes the schemas out of the options of a route.
 *
 * @returns undefined where there are none.
 * @throws {ColonnadeError} `ERR_OPTION` for what is no schema.
 */
export function takeSchemas(given: object, names: readonly string[], owner: string): Schemas | undefined {
  const entries = names.flatMap((name) => {
    const value: unknown = Reflect.get(given, name);
    return value === undefined ? [] : [[name, value] as const];
  });
  if (entries.length === 0) return undefined;
  const schemas: Schemas = Object.fromEntries(entries);
  checkSchemas(schemas, names, owner);
  return schemas;
}

/**
 * @param names - those that this kind of route may have.
 * @throws {ColonnadeError} `ERR_OPTION`
 */
export function checkSchemas(schemas: Schemas, names: readonly string[], owner: string): void {
  checkKeys(schemas, new Set(names), owner);
  for (const [name, value] of Object.entries(schemas) as [string, unknown][]) {
    if (value === undefined) continue;
    if (name === "responses") checkResponses(value, owner);
    else if (name === "invalid") checkInvalid(value, owner);
    else if (!isSchema(value)) throw noSchema(name, owner, value);
  }
}

function checkResponses(value: unknown, owner: string): void {
  if (typeof value !== "object" || value === null || isSchema(value)) {
    throw invalid(`responses of ${owner} are schemas by status code, not ${quote(value)}`);
  }
  for (const [status, schema] of Object.entries(value)) {
    if (!/^[2-9]\d\d$/.test(status)) {
      throw invalid(`responses of ${owner} are by status codes from 200 to 999, not ${quote(status)}`);
    }
    if (schema !== null && !isSchema(schema))
      throw noSchema(`responses[${status}]`, owner, schema, ", or null");
  }
}

function checkInvalid(value: unknown, owner: string): void {
  if (value === "answer" || value === "close") return;
  throw invalid(`invalid of ${owner} is "answer" or "close", not ${quote(value)}`);
}

/** The refusal of an option that should be a schema. */
export function noSchema(name: string, owner: string, value: unknown, others = ""): ColonnadeError {
  return invalid(`${name} of ${owner} is a Standard Schema${others}, as of zod, not ${quote(value)}`);
}

function invalid(message: string): ColonnadeError {
  return new ColonnadeError("ERR_OPTION", message);
}
