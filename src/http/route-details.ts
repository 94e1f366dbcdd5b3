import { ColonnadeError, quote } from "../errors";
import type { Schema } from "../schema/schema";

/** What `@header` and `@param` say of a header or a query parameter. */
export interface ParameterInfo {
  readonly name: string;
  readonly description?: string;
  /** Whether a request without it is refused with 400. */
  readonly required?: boolean;
  /** Free text, such as `"integer"`: for documents only. */
  readonly type?: string;
  /** What the value has to satisfy: text, or for a query parameter that occurs several times a list. */
  readonly schema?: Schema;
}

/** What documents say of a route, besides its schemas. */
export interface RouteDetails {
  /** In a few words. */
  readonly summary?: string;
  /** In CommonMark. */
  readonly description?: string;
  /** Unlike that of any other route in a document: by default made of the names of class and method. */
  readonly operationId?: string;
  /** By default the name of the class, without `Resource` at its end. */
  readonly tags?: readonly string[];
  readonly deprecated?: boolean;
  /** Names of security schemes of the document, each with its scopes; a client has to satisfy one of the objects. */
  readonly security?: readonly Readonly<Record<string, readonly string[]>>[];
}

/** The options that are {@link RouteDetails}. */
export const routeDetails = [
  "summary",
  "description",
  "operationId",
  "tags",
  "deprecated",
  "security",
] as const satisfies (keyof RouteDetails)[];

/**
 * Takes what documents say out of the options of a route.
 *
 * @throws {ColonnadeError} `ERR_OPTION`
 */
export function checkRouteDetails(given: RouteDetails, owner: string): RouteDetails {
  const details: Record<string, unknown> = {};
  for (const name of routeDetails) {
    const value = given[name];
    if (value === undefined) continue;
    if (!isOfKind(name, value)) {
      throw new ColonnadeError("ERR_OPTION", `${name} of ${owner} is ${kinds[name]}, not ${quote(value)}`);
    }
    details[name] = value;
  }
  return details;
}

const kinds: Readonly<Record<keyof RouteDetails, string>> = {
  summary: "text",
  description: "text",
  operationId: "text",
  tags: "a list of texts",
  deprecated: "true or false",
  security: "a list of objects",
};

function isOfKind(name: keyof RouteDetails, value: unknown): boolean {
  if (name === "deprecated") return typeof value === "boolean";
  if (name === "tags") return Array.isArray(value) && value.every((tag) => typeof tag === "string");
  if (name === "security") return Array.isArray(value) && value.every((each) => typeof each === "object");
  return typeof value === "string";
}
