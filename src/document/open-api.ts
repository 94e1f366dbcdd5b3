import { isPromise } from "../promise";
import type { Schema } from "../schema/schema";
import { validate } from "../schema/validate";
import { Components } from "./components";
import { groupBy } from "./group-by";
import { copyJson, isJsonObject, present } from "./json";
import type { JsonObject } from "./json";
import { mountedRoutes } from "./mounted-routes";
import type { Mounts } from "./mounted-routes";
import { tagsOf, toOperations } from "./operation";
import type { Operation } from "./operation";
import { checkDocumentOptions } from "./options";
import type { DocumentInfo, DocumentOptions } from "./options";
import { parametersOf } from "./parameters";
import type { Parameter } from "./parameters";
import { responsesOf } from "./responses";
import { checkSecurity } from "./security";

/** A document in OpenAPI 3.1: a plain object, to be serialised, or changed before. */
export interface OpenApiDocument {
  openapi: string;
  info: JsonObject;
  /** By path, then by method. */
  paths: Record<string, JsonObject>;
  [member: string]: unknown;
}

/** The methods that OpenAPI has a place for. */
const methods: ReadonlySet<string> = new Set([
  "GET",
  "PUT",
  "POST",
  "DELETE",
  "OPTIONS",
  "HEAD",
  "PATCH",
  "TRACE",
]);

/**
 * Describes routes of HTTP methods as an OpenAPI 3.1 document.
 *
 * @param mounts - what is mounted where: `{ "/api": [users, posts] }`.
 * @returns the same for the same classes, byte for byte.
 * @throws {ColonnadeError} `ERR_OPTION` for two operations with one id, a schema that no JSON Schema can be made of, or a
 *   security scheme that there is not.
 */
export function openApi(info: DocumentInfo, mounts: Mounts, options: DocumentOptions = {}): OpenApiDocument {
  checkDocumentOptions(info, options, "openApi()");
  const routes = mountedRoutes(mounts, "openApi()").filter(({ method }) => methods.has(method));
  const operations = toOperations(routes);
  checkSecurity(operations, options, "openApi()");
  const components = new Components("draft-2020-12", options.toJsonSchema);
  const paths = [...groupBy(operations, ({ path }) => path)].map(([path, ofPath]): [string, JsonObject] => [
    path,
    Object.fromEntries(
      ofPath.map((each) => [each.route.method.toLowerCase(), describe(each, options, components)]),
    ),
  ]);
  const { servers, securitySchemes, security, externalDocs } = options;
  const schemas = components.finish();
  const own = present({ schemas, securitySchemes: securitySchemes && copyJson(securitySchemes) });
  const tags = describeTags(operations, options);
  return {
    openapi: "3.1.0",
    info: copyJson(info),
    ...(servers && { servers: copyJson(servers) }),
    paths: Object.fromEntries(paths),
    ...(Object.keys(own).length > 0 && { components: own }),
    ...(security && { security: copyJson(security) }),
    ...(tags.length > 0 && { tags }),
    ...(externalDocs && { externalDocs: copyJson(externalDocs) }),
  };
}

function describe(
  operation: Operation,
  { errors = "json" }: DocumentOptions,
  components: Components,
): JsonObject {
  const { id, hidden, route } = operation;
  const { summary, description, deprecated, security, schemas } = route.options;
  const parameters = parametersOf(operation, components).map(toParameter);
  const tags = tagsOf(operation);
  return present({
    tags: tags.length > 0 ? tags : undefined,
    summary,
    description,
    operationId: id,
    parameters: parameters.length > 0 ? parameters : undefined,
    requestBody: schemas?.body && describeBody(schemas.body, operation, components),
    responses: responsesOf(operation, errors, components),
    deprecated: deprecated === true ? true : undefined,
    security: security && copyJson(security),
    // What a template can't say.
    "x-colonnade-pattern": route.pattern.variable === -1 ? undefined : route.pattern.source,
    "x-colonnade-hidden": hidden.length > 0 ? hidden : undefined,
  });
}

function toParameter({ in: place, name, description, required, deprecated, schema }: Parameter): JsonObject {
  // Its default, said for whoever reads it: a name occurs once for each of the values.
  const list = place === "query" && takesList(schema) ? { style: "form", explode: true } : {};
  return { ...present({ name, in: place, description, required, deprecated }), ...list, schema };
}

function takesList(schema: unknown): boolean {
  if (!isJsonObject(schema)) return false;
  const { type, anyOf, oneOf } = schema;
  return type === "array" || [anyOf, oneOf].some((each) => Array.isArray(each) && each.some(takesList));
}

function describeBody(schema: Schema, { id, route }: Operation, components: Components): JsonObject {
  const name = `body of ${route.name}`;
  const json = components.add({ schema, side: "input", name }, `${id}_body`);
  return { required: !isOptional(schema, name), content: { "application/json": { schema: json } } };
}

/** Whether a schema accepts that there is nothing. Of an asynchronous one that is not known. */
function isOptional(schema: Schema, name: string): boolean {
  const outcome = validate(schema, undefined, name);
  return !isPromise(outcome) && outcome.kind === "valid"; // the promise of an outcome does not reject
}

function describeTags(operations: readonly Operation[], { tags = [] }: DocumentOptions): JsonObject[] {
  const described = new Set(tags.map(({ name }) => name));
  const used = new Set(operations.flatMap(tagsOf));
  return [...copyJson(tags), ...[...used].filter((name) => !described.has(name)).map((name) => ({ name }))];
}
