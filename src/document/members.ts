import { isJsonObject } from "./json";
import type { JsonObject, JsonValue } from "./json";
import { isLocal } from "./schema-source";
import type { SchemaSource } from "./schema-source";

/** A property of the objects that a JSON Schema describes. */
export interface Member {
  readonly schema: JsonValue;
  readonly required: boolean;
}

/** The properties that a JSON Schema names, also by `$ref`, `allOf`, `anyOf` and `oneOf`. */
export function membersOf(source: SchemaSource): Map<string, Member> {
  return read(source.root, source, new Set());
}

function read(
  schema: JsonValue | undefined,
  source: SchemaSource,
  seen: ReadonlySet<string>,
): Map<string, Member> {
  if (!isJsonObject(schema)) return new Map();
  const { $ref, properties, required, allOf, anyOf, oneOf } = schema;
  const names = Array.isArray(required) ? required : [];
  const own = isJsonObject(properties) ? Object.entries(properties) : [];
  const parts = [
    new Map(own.map(([name, each]) => [name, { schema: each, required: names.includes(name) }])),
  ];
  if (typeof $ref === "string" && isLocal($ref) && !seen.has($ref)) {
    parts.push(read(source.resolve($ref), source, new Set([...seen, $ref])));
  }
  if (Array.isArray(allOf)) parts.push(...allOf.map((each) => read(each, source, seen)));
  for (const branches of [anyOf, oneOf]) {
    if (!Array.isArray(branches)) continue;
    const ways = branches.map((each) => read(each, source, seen));
    const inAll = (given: readonly Member[]): boolean =>
      given.length === ways.length && given.every(({ required: must }) => must);
    parts.push(combine(ways, "anyOf", inAll));
  }
  return combine(parts, "allOf", (given) => given.some(({ required: must }) => must));
}

/** Puts together what parts of a schema say of the same names. */
function combine(
  parts: readonly ReadonlyMap<string, Member>[],
  keyword: "allOf" | "anyOf",
  isRequired: (given: readonly Member[]) => boolean,
): Map<string, Member> {
  const names = new Set(parts.flatMap((part) => [...part.keys()]));
  const members = [...names].map((name): [string, Member] => {
    const given = parts.flatMap((part) => part.get(name) ?? []);
    const schemas = [...new Map(given.map(({ schema }) => [JSON.stringify(schema), schema])).values()];
    const [only] = schemas;
    const joined: JsonObject = { [keyword]: schemas };
    return [
      name,
      { schema: schemas.length === 1 && only !== undefined ? only : joined, required: isRequired(given) },
    ];
  });
  return new Map(members);
}
