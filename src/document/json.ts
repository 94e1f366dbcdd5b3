/** What JSON can say. */
export type JsonValue = string | number | boolean | null | JsonValue[] | JsonObject;

/** An object of a document, to read or to change. */
export interface JsonObject {
  [name: string]: JsonValue;
}

/** An object without the members that are undefined, which no document has. */
export function present(
  members: Readonly<Record<string, JsonValue | readonly JsonValue[] | undefined>>,
): JsonObject {
  // What is left has no undefined, and lists are nobody else's.
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as JsonObject;
}

/** Whether a value is an object of a document, and no list. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What was given, as a document holds it: a copy, which may be changed. */
export function copyJson(given: readonly object[]): JsonObject[];
export function copyJson(given: object): JsonObject;
export function copyJson(given: object): unknown {
  return JSON.parse(JSON.stringify(given)) as unknown;
}
