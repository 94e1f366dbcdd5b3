import type { Components } from "./components";
import type { JsonObject } from "./json";
import type { DocumentOptions } from "./options";

/** What Colonnade refuses a request with, as it is sent. */
export interface ErrorContent {
  readonly type: string;
  readonly schema: JsonObject;
}

const string = { type: "string" };
const step = { type: ["string", "integer"] };
const issue = {
  type: "object",
  properties: {
    in: { enum: ["matches", "query", "headers", "body", "message"], description: "The part of the request." },
    path: { type: "array", items: step, description: "Where in it, from the outside in." },
    message: string,
  },
  required: ["in", "path", "message"],
};
const issues = { type: "array", items: issue };
const code = { ...string, description: "Which error it is, for programs." };
const invalid = { const: "ERR_VALIDATION" };

const problem = {
  type: { ...string, format: "uri-reference" },
  title: string,
  status: { type: "integer" },
  detail: { ...string, description: "What was wrong, for people." },
};
const problemMembers = ["type", "title", "status", "detail"];
const error = { ...string, description: "What was wrong, for people." };

/** By how errors are answered, and by whether schemas refuse. */
const schemas = {
  json: {
    Error: { type: "object", properties: { error, code }, required: ["error", "code"] },
    ValidationError: {
      type: "object",
      properties: { error, code: invalid, issues },
      required: ["error", "code", "issues"],
    },
  },
  problem: {
    // An ErrorResponse is one too, which has no code.
    Error: { type: "object", properties: { ...problem, code }, required: problemMembers },
    ValidationError: {
      type: "object",
      properties: { ...problem, code: invalid, issues },
      required: [...problemMembers, "code", "issues"],
    },
  },
} as const;

/** What an error is answered with; undefined where that is for the app's error middleware to say. */
export function errorContent(
  name: "Error" | "ValidationError",
  format: NonNullable<DocumentOptions["errors"]>,
  components: Components,
): ErrorContent | undefined {
  if (format === "next") return undefined;
  const type = format === "json" ? "application/json" : "application/problem+json";
  const body = structuredClone(schemas[format][name]) as unknown as JsonObject; // a copy of what is read-only
  return { type, schema: components.addOwn(name, body) };
}
