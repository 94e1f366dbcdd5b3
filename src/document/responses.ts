import { STATUS_CODES } from "node:http";
import type { Components } from "./components";
import { errorContent } from "./error-schemas";
import type { ErrorContent } from "./error-schemas";
import { isJsonObject } from "./json";
import type { JsonObject, JsonValue } from "./json";
import type { Operation } from "./operation";
import type { DocumentOptions } from "./options";

/** The Responses Object of an operation: what it declares, and what Colonnade itself may refuse it with. */
export function responsesOf(
  operation: Operation,
  errors: NonNullable<DocumentOptions["errors"]>,
  components: Components,
): JsonObject {
  const { schemas } = operation.route.options;
  const responses = new Map(declared(operation, components));
  const refuse = (status: string, content: ErrorContent | undefined): void => {
    const response = responses.get(status) ?? { description: describeStatus(status) };
    if (content !== undefined) addContent(response, content);
    responses.set(status, response);
  };
  const error = (name: "Error" | "ValidationError") => errorContent(name, errors, components);
  const hasBody = schemas?.body !== undefined;
  const declaredStatuses = [...responses.keys()];
  if (operation.route.checked) refuse("400", error("ValidationError"));
  const others = [
    // An ErrorResponse is problem details as well, whatever schema other answers of its status have.
    ...(errors === "problem" ? declaredStatuses.filter((status) => Number(status) >= 400) : []),
    // The path or the body may be malformed.
    ...(hasBody || operation.template.names.length > 0 ? ["400"] : []),
    ...(hasBody ? ["413", "415"] : []),
  ];
  for (const status of new Set(others)) refuse(status, error("Error"));
  const statuses = [...responses.keys()].toSorted();
  const entries = statuses.map((status): [string, JsonValue] => [status, responses.get(status) ?? {}]);
  const unknown: [string, JsonValue][] =
    schemas?.responses === undefined ? [["default", { description: "What the handler answers." }]] : [];
  return Object.fromEntries([...entries, ...unknown]);
}

function declared({ id, route }: Operation, components: Components): [string, JsonObject][] {
  return Object.entries(route.options.schemas?.responses ?? {}).map(([status, schema]) => {
    const description = describeStatus(status);
    if (schema === null) return [status, { description }];
    const subject = { schema, side: "output", name: `responses[${status}] of ${route.name}` } as const;
    const content = { "application/json": { schema: components.add(subject, `${id}_${status}`) } };
    return [status, { description, content }];
  });
}

/** Adds what a response may be to what it is said to be. */
function addContent(response: JsonObject, { type, schema }: ErrorContent): void {
  const content = isJsonObject(response["content"]) ? response["content"] : {};
  response["content"] = content;
  const known = content[type];
  if (!isJsonObject(known) || known["schema"] === undefined) {
    content[type] = { schema };
    return;
  }
  const { schema: before } = known;
  const isChoice = isJsonObject(before) && Object.keys(before).length === 1 && Array.isArray(before["anyOf"]);
  const choices = isChoice ? (before["anyOf"] as JsonValue[]) : [before]; // isArray makes it any[]
  known["schema"] = { anyOf: [...choices, schema] };
}

function describeStatus(status: string): string {
  return STATUS_CODES[status] ?? `Status ${status}`;
}
