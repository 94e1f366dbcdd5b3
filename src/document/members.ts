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
  return read(source.root, source, new Map());
}

function read(
  schema: JsonValue | undefined,
  source: SchemaSource,
  known: Map<string, Map<string, Member>>,
): Map<string, Member> {
  if (!isJsonObject(schema)) return new Map();
  const { $ref, properties, required, allOf, anyOf, oneOf } = schema;
  const names = Array.isArray(required) ? required : [];
  const own = isJsonObject(properties) ? Object.entries(properties) : [];
  const parts = [
    new Map(own.map(([name, each]) => [name, { schema: each, required: names.includes(name) }])),
  ];
  if (typeof $ref === "string" && isLocal($ref)) parts.push(follow($ref, source, known));
  if (Array.isArray(allOf)) parts.push(...allOf.map((each) => read(each, source, known)));
  for (const branches of [anyOf, oneOf]) {
    if (!Array.isArray(branches)) continue;
    const ways = branches.map((each) => read(each, source, known));
    const inAll = (given: readonly Member[]): boolean =>
      given.length === ways.length && given.every(({ required: must }) => must);
    parts.push(combine(ways, "anyOf", inAll));
  }
  return combine(parts, "allOf", (given) => given.some(({ required: must }) => must));
}

/** What a reference leads to, read once: the ways to it may be many, and may begin in itself. */
function follow(
  ref: string,
  source: SchemaSource,
  known: Map<string, Map<string, Member>>,
): Map<string, Member> {
  const members = known.get(ref);
  if (members !== undefined) return members;
  known.set(ref, new Map()); // of one that refers to itself, its other parts say all
  const found = read(source.resolve(ref), source, known);
  known.set(ref, found);
  return found;
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
