import { createHash } from "node:crypto";
import { ColonnadeError, quote } from "../errors";
import { copyJson, isJsonObject } from "./json";
import { readingsOf } from "./json-pointer";
import type { JsonObject, JsonValue } from "./json";

/** Keywords whose value is data, in which nothing is a reference. */
const data: ReadonlySet<string> = new Set(["const", "enum", "default", "examples", "example"]);
/** Keywords whose value has schemas by name: names that may be those of keywords. */
const maps: ReadonlySet<string> = new Set(
  "properties patternProperties dependentSchemas dependencies $defs definitions".split(" "),
);

/**
 * Copies a JSON Schema without its `$schema`.
 *
 * @param link - puts something in the place of a reference, which is a member of what has been copied.
 */
export function copySchema(
  schema: JsonValue,
  link: (node: JsonObject, member: string, ref: string) => void,
): JsonValue {
  if (Array.isArray(schema)) return schema.map((each) => copySchema(each, link));
  if (!isJsonObject(schema)) return schema;
  const entries = Object.entries(schema).flatMap(([key, value]): [string, JsonValue][] => {
    if (key === "$schema" || (value as unknown) === undefined) return [];
    if (data.has(key)) return [[key, typeof value === "object" && value !== null ? copyJson(value) : value]];
    if (!maps.has(key) || !isJsonObject(value)) return [[key, copySchema(value, link)]];
    const named = Object.entries(value).map(([name, each]) => [name, copySchema(each, link)] as const);
    return [[key, Object.fromEntries(named)]];
  });
  const node: JsonObject = Object.fromEntries(entries);
  if (typeof node["$ref"] === "string") link(node, "$ref", node["$ref"]);
  const { mapping } = isJsonObject(node["discriminator"]) ? node["discriminator"] : {};
  if (isJsonObject(mapping)) {
    for (const [value, ref] of Object.entries(mapping)) {
      // It may as well name a component, in either of two ways.
      if (typeof ref === "string" && /^#\/(?:\$defs|definitions)\//.test(ref)) link(mapping, value, ref);
    }
  }
  return node;
}

/** Whether a reference is to a part of the schema that it stands in, by where that is. */
export function isLocal(ref: string): boolean {
  return ref === "#" || ref.startsWith("#/");
}

interface Part {
  /** With its keys sorted, and without saying what it refers to. */
  readonly text: string;
  readonly targets: readonly string[];
}

/** A JSON Schema as a library gave it, with what it defines. */
export class SchemaSource {
  /** Without its definitions: what refers to them finds them by {@link resolve}. */
  readonly root: JsonObject;
  /** Whether some part of it refers to the whole. */
  readonly recursive: boolean;
  readonly #given: JsonObject;
  readonly #name: string;
  readonly #closures = new Map<string, string>();
  readonly #parts = new Map<string, Part>();

  /** @param name - as messages name it. */
  constructor(given: JsonObject, name: string) {
    const { $defs: _, definitions: __, ...root } = given;
    this.root = root;
    this.#given = given;
    this.#name = name;
    this.recursive = [...this.#reach("#").keys()].some((ref) => this.#read(ref).targets.includes("#"));
  }

  /**
   * What a local reference inside of it is to.
   *
   * @throws {ColonnadeError} `ERR_OPTION` for one to nothing.
   */
  resolve(ref: string): JsonValue {
    if (ref === "#") return this.root;
    const found = this.#find(ref);
    if (found !== undefined) return found.value;
    const message = `The JSON Schema of ${this.#name} has nothing at ${quote(ref)}, to which it refers`;
    throw new ColonnadeError("ERR_OPTION", message);
  }

  /** The name that a definition was given; undefined for one that a library made up, or that no component can have. */
  nameOf(ref: string): string | undefined {
    const [keyword, name, ...more] = this.#find(ref)?.steps ?? [];
    if ((keyword !== "$defs" && keyword !== "definitions") || name === undefined || more.length > 0)
      return undefined;
    return madeUp.test(name) || !/[a-z\d]/i.test(name) ? undefined : name;
  }

  #find(ref: string): { steps: readonly string[]; value: JsonValue } | undefined {
    for (const steps of readingsOf(ref)) {
      const value = walk(this.#given, steps);
      if (value !== undefined) return { steps, value };
    }
    return undefined;
  }

  /** The same for equal schemas, whatever those that have no name of their own are called. */
  closureOf(ref: string): string {
    const known = this.#closures.get(ref);
    if (known !== undefined) return known;
    const hash = createHash("sha256");
    const refs = this.#reach(ref);
    for (const each of refs.keys()) {
      const { text, targets } = this.#read(each);
      hash.update(
        JSON.stringify([this.nameOf(each) ?? "", text, targets.map((target) => refs.get(target) ?? 0)]),
      );
    }
    const closure = hash.digest("base64");
    this.#closures.set(ref, closure);
    return closure;
  }

  /** All that a reference leads to, itself first, and the number of each. */
  #reach(start: string): Map<string, number> {
    const refs = new Map([[start, 0]]);
    // The map grows while it is gone through.
    for (const each of refs.keys()) {
      for (const target of this.#read(each).targets) if (!refs.has(target)) refs.set(target, refs.size);
    }
    return refs;
  }

  /** What a reference is to, as text, and what that refers to in its turn. */
  #read(ref: string): Part {
    const known = this.#parts.get(ref);
    if (known !== undefined) return known;
    const targets: string[] = [];
    const node = copySchema(sorted(this.resolve(ref)), (copy, member, target) => {
      if (!isLocal(target)) return;
      targets.push(target);
      copy[member] = "#";
    });
    const part = { text: JSON.stringify(node), targets };
    this.#parts.set(ref, part);
    return part;
  }
}

/** zod counts `__schema0`, valibot `0`, arktype by the kind of its node. */
const madeUp = /^(?:__schema|alias|domain|intersection|morph|proto|sequence|structure|union|unit)?\d+$/;

function walk(from: JsonValue, steps: readonly string[]): JsonValue | undefined {
  let value: JsonValue | undefined = from;
  for (const step of steps) {
    const has: boolean = typeof value === "object" && value !== null && Object.hasOwn(value, step);
    value = has ? (Reflect.get(value as object, step) as JsonValue | undefined) : undefined; // as all that is in one
  }
  return value;
}

function sorted(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isJsonObject(value)) return value;
  const names = Object.keys(value).toSorted();
  return Object.fromEntries(names.map((name) => [name, sorted(value[name] ?? null)]));
}
