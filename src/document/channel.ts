import type { Schema } from "../schema/schema";
import { toAsyncSecurity } from "./async-terms";
import type { Components } from "./components";
import { errorContent } from "./error-schemas";
import { isJsonObject, present } from "./json";
import { escapeStep } from "./json-pointer";
import type { JsonObject, JsonValue } from "./json";
import { tagsOf } from "./operation";
import type { Operation } from "./operation";
import type { DocumentOptions, SchemaSide } from "./options";
import { parametersOf } from "./parameters";
import type { Parameter } from "./parameters";

/** The Channel Object of a WebSocket route. */
export function describeChannel(operation: Operation, components: Components): JsonObject {
  const { path, route, hidden } = operation;
  const { summary, description, deprecated } = route.options;
  const parameters = parametersOf(operation, components);
  const ofPath = parameters.filter(({ in: place }) => place === "path");
  const messages = describeMessages(operation, components);
  return present({
    address: path,
    title: summary,
    description,
    parameters: ofPath.length > 0 ? Object.fromEntries(ofPath.map(toChannelParameter)) : undefined,
    messages: Object.keys(messages).length > 0 ? messages : undefined,
    tags: toTags(operation),
    bindings: { ws: toBinding(parameters) },
    "x-deprecated": deprecated === true ? true : undefined,
    // What an address can't say.
    "x-colonnade-pattern": route.pattern.variable === -1 ? undefined : route.pattern.source,
    "x-colonnade-hidden": hidden.length > 0 ? hidden : undefined,
  });
}

/** The Operation Objects of a WebSocket route, by id: that the app receives, and that it sends. */
export function describeOperations(
  operation: Operation,
  { security: ofAll }: DocumentOptions,
): [string, JsonObject][] {
  const { id, route } = operation;
  const { schemas, security = ofAll } = route.options;
  // Without any schema, it is not known which way messages go.
  const unknown = schemas?.receives === undefined && schemas?.sends === undefined;
  const channel = `#/channels/${escapeStep(id)}`;
  const describe = (action: "receive" | "send", names: readonly string[]): [string, JsonObject][] => {
    if (!unknown && names.length === 0) return [];
    const messages = names.map((name) => ({ $ref: `${channel}/messages/${name}` }));
    const { summary, description } = route.options;
    const body = present({
      action,
      channel: { $ref: channel },
      summary,
      description,
      tags: toTags(operation),
      security: toAsyncSecurity(security),
      messages: unknown ? undefined : messages,
    });
    return [[`${id}_${action}`, body]];
  };
  const received = schemas?.receives === undefined ? [] : ["receives"];
  const sent = schemas?.sends === undefined ? [] : ["sends"];
  const refusals = answersIssues(operation) ? ["refusal"] : [];
  return [...describe("receive", received), ...describe("send", [...sent, ...refusals])];
}

/** Whether a message that is not valid is answered with what is wrong. */
function answersIssues({ route: { options } }: Operation): boolean {
  return options.schemas?.receives !== undefined && options.schemas.invalid !== "close";
}

function describeMessages(operation: Operation, components: Components): JsonObject {
  const { id, route } = operation;
  const describe = (name: "receives" | "sends", side: SchemaSide): [string, JsonValue][] => {
    const schema: Schema | undefined = route.options.schemas?.[name];
    if (schema === undefined) return [];
    const payload = components.add({ schema, side, name: `${name} of ${route.name}` }, `${id}_${name}`);
    return [[name, { name: `${id}_${name}`, payload }]];
  };
  // Always JSON, however the router answers requests.
  const refusal = answersIssues(operation) ? errorContent("ValidationError", "json", components) : undefined;
  const summary = "What the sender of a message that is not valid is told.";
  return Object.fromEntries([
    ...describe("receives", "input"),
    ...describe("sends", "output"),
    ...(refusal ? [["refusal", { name: `${id}_refusal`, summary, payload: refusal.schema }] as const] : []),
  ]);
}

function toTexts(given: JsonValue | undefined): string[] | undefined {
  return Array.isArray(given) ? given.map(String) : undefined;
}

/** A Parameter Object, which has no schema: of one it takes what it has a place for. */
function toChannelParameter({ name, description, schema }: Parameter): [string, JsonObject] {
  const { enum: choices, default: value, examples } = isJsonObject(schema) ? schema : {};
  return [
    name,
    present({
      description,
      enum: toTexts(choices),
      default: typeof value === "string" ? value : undefined,
      examples: toTexts(examples),
    }),
  ];
}

function toBinding(parameters: readonly Parameter[]): JsonObject {
  return present({
    method: "GET",
    query: toObject(parameters.filter(({ in: place }) => place === "query")),
    headers: toObject(parameters.filter(({ in: place }) => place === "header")),
    bindingVersion: "0.1.0",
  });
}

/** A schema of an object of which the parameters are properties. */
function toObject(parameters: readonly Parameter[]): JsonObject | undefined {
  if (parameters.length === 0) return undefined;
  const properties = parameters.map(({ name, schema, description }): [string, JsonValue] => [
    name,
    describeSchema(schema, description),
  ]);
  const required = parameters.filter((parameter) => parameter.required).map(({ name }) => name);
  return present({
    type: "object",
    properties: Object.fromEntries(properties),
    required: required.length > 0 ? required : undefined,
  });
}

function describeSchema(schema: JsonValue, description: string | undefined): JsonValue {
  if (!isJsonObject(schema) || description === undefined) return schema;
  // Beside a reference it would not count; and where that leads is written into this very object later.
  return "$ref" in schema ? { allOf: [schema], description } : { ...schema, description };
}

function toTags(operation: Operation): JsonObject[] | undefined {
  const tags = tagsOf(operation);
  return tags.length > 0 ? tags.map((name) => ({ name })) : undefined;
}
