import type { ParameterInfo } from "../http/route-details";
import type { Components, Source } from "./components";
import { withinDepth } from "./depth";
import { isJsonObject } from "./json";
import type { JsonValue } from "./json";
import { membersOf } from "./members";
import type { Operation } from "./operation";

/** A part of a path, a query parameter or a header. */
export interface Parameter {
  readonly in: "path" | "query" | "header";
  readonly name: string;
  readonly required: boolean;
  readonly description: string | undefined;
  readonly deprecated: boolean | undefined;
  readonly schema: JsonValue;
}

/** Every value of a request arrives as text. */
const text = { type: "string" };

/** What OpenAPI says elsewhere: by the media types, and by the security schemes. */
const ignoredHeaders: ReadonlySet<string> = new Set(["accept", "content-type", "authorization"]);

/** What `@param` and `@header` may name as a type and JSON Schema has. */
const types: ReadonlySet<unknown> = new Set([
  "string",
  "number",
  "integer",
  "boolean",
  "array",
  "object",
  "null",
]);

/** The parameters of an operation: those of its path, its query and its headers, as schemas and decorators say them. */
export function parametersOf(operation: Operation, components: Components): Parameter[] {
  const { headers, params } = operation.route.options;
  return [
    ...pathParameters(operation, components),
    ...mergeParameters("query", operation, params, components),
    ...mergeParameters("header", operation, headers?.filter(isDocumented), components),
  ];
}

function isDocumented({ name }: { readonly name: string }): boolean {
  return !ignoredHeaders.has(name.toLowerCase());
}

function pathParameters(operation: Operation, components: Components): Parameter[] {
  const { template, names, route } = operation;
  const bound = ofSchema("path", operation, components);
  return template.names.map((name, at): Parameter => {
    const known = bound.get(name);
    const { segments, variable } = route.pattern;
    const segment = segments[variable];
    const several = segment?.kind === "parameter" && segment.name === name && segment.count !== "optional";
    return {
      in: "path",
      name: names[at] ?? name,
      required: true, // as OpenAPI has it of all of them
      description: several
        ? [known?.description, manyComponents].filter(Boolean).join("\n\n")
        : known?.description,
      deprecated: known?.deprecated,
      schema: known?.schema ?? { ...text },
    };
  });
}

const manyComponents =
  'One or more path components, with "/" between them, which are sent as they are: "/" is not to be encoded.';

/** What the schema of the query, or of the headers, says, with what the decorators add to it. */
function mergeParameters(
  place: "query" | "header",
  operation: Operation,
  infos: readonly ParameterInfo[] = [],
  components: Components,
): Parameter[] {
  const parameters = ofSchema(place, operation, components);
  for (const info of infos) {
    const key = place === "header" ? info.name.toLowerCase() : info.name;
    const known = parameters.get(key);
    const stated = stateInfo(place, operation, info, components);
    const { schema, required, description } = stated;
    parameters.set(key, {
      ...stated,
      // Both are checked: the schema of the whole says more about what arrives than a type that is for people.
      schema: known === undefined || info.schema !== undefined ? schema : known.schema,
      required: required || known?.required === true,
      description: description ?? known?.description,
      deprecated: known?.deprecated,
    });
  }
  return [...parameters.values()];
}

function stateInfo(
  place: "query" | "header",
  { id, route }: Operation,
  { name, description, required = false, type, schema }: ParameterInfo,
  components: Components,
): Parameter {
  const named = types.has(type);
  const told = type === undefined || named ? [description] : [description, `Type: ${type}`];
  const owner = `@${place === "query" ? "param" : "header"}(${JSON.stringify(name)}) of ${route.name}`;
  return {
    in: place,
    name,
    required,
    description: told.filter(Boolean).join("\n\n") || undefined,
    deprecated: undefined,
    schema:
      schema === undefined
        ? { type: named && type !== undefined ? type : "string" }
        : components.add({ schema, side: "input", name: owner }, `${id}_${name}`),
  };
}

const parts = { path: "matches", query: "query", header: "headers" } as const;

/** What the schema of a part of the request says of its members. */
function ofSchema(
  place: Parameter["in"],
  operation: Operation,
  components: Components,
): Map<string, Parameter> {
  const { id, route } = operation;
  const part = parts[place];
  const schema = route.options.schemas?.[part];
  if (schema === undefined) return new Map();
  const source = components.open(
    { schema, side: "input", name: `${part} of ${route.name}` },
    `${id}_${part}`,
  );
  const isWanted = (name: string): boolean =>
    place === "path" ? operation.template.names.includes(name) : place === "query" || isDocumented({ name });
  const wanted = [...withinDepth(source.name, () => membersOf(source.json))].filter(([name]) =>
    isWanted(name),
  );
  const members = wanted.map(([name, member]): [string, Parameter] => {
    const { description, deprecated } = isJsonObject(member.schema) ? member.schema : {};
    return [
      name,
      {
        in: place,
        name,
        required: member.required,
        description: typeof description === "string" ? description : undefined,
        deprecated: deprecated === true ? true : undefined,
        schema: components.take(source, member.schema),
      },
    ];
  });
  return new Map([...members, ...freeForm(place, source, components)]);
}

/** A query of any names: OpenAPI has one parameter for all of them. */
function freeForm(place: Parameter["in"], source: Source, components: Components): [string, Parameter][] {
  const { additionalProperties: others, properties } = source.json.root;
  if (place !== "query" || properties !== undefined || !isJsonObject(others)) return [];
  const schema = { type: "object", additionalProperties: components.take(source, others) };
  const description = "Any names.";
  return [
    ["query", { in: place, name: "query", required: false, description, deprecated: undefined, schema }],
  ];
}
