import { createHash } from "node:crypto";
import { ColonnadeError, quote } from "../errors";
import { isJsonObject } from "./json";
import type { JsonObject, JsonValue } from "./json";

/** Keywords whose value is data, in which nothing is a reference. */
const data: ReadonlySet<string> = new Set(["const", "enum", "default", "examples", "example"]);
/** Keywords whose value has schemas by name: names that may be those of keywords. */
const maps: ReadonlySet<string> = new Set(
  "properties patternProperties dependentSchemas $defs definitions".split(" "),
);

/**
 * Copies a JSON Schema without its `$schema`.
 *
 * @param link - puts something in the place of the `$ref` of a node that has been copied.
 */
export function copySchema(schema: JsonValue, link: (node: JsonObject, ref: string) => void): JsonValue {
  if (Array.isArray(schema)) return schema.map((each) => copySchema(each, link));
  if (!isJsonObject(schema)) return schema;
  const entries = Object.entries(schema).flatMap(([key, value]): [string, JsonValue][] => {
    if (key === "$schema" || (value as unknown) === undefined) return [];
    if (data.has(key)) return [[key, value]];
    if (!maps.has(key) || !isJsonObject(value)) return [[key, copySchema(value, link)]];
    const named = Object.entries(value).map(([name, each]) => [name, copySchema(each, link)] as const);
    return [[key, Object.fromEntries(named)]];
  });
  const node: JsonObject = Object.fromEntries(entries);
  if (typeof node["$ref"] === "string") link(node, node["$ref"]);
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
    let value: unknown = this.#given;
    for (const step of stepsOf(ref)) {
      const has = typeof value === "object" && value !== null && Object.hasOwn(value, step);
      value = has ? Reflect.get(value as object, step) : undefined;
    }
    if (value !== undefined) return value as JsonValue; // as all that is in one
    const message = `The JSON Schema of ${this.#name} has nothing at ${quote(ref)}, to which it refers`;
    throw new ColonnadeError("ERR_OPTION", message);
  }

  /** The same for equal schemas, whatever those that have no name of their own are called. */
  closureOf(ref: string): string {
    const hash = createHash("sha256");
    const refs = this.#reach(ref);
    for (const each of refs.keys()) {
      const { text, targets } = this.#read(each);
      hash.update(JSON.stringify([nameIn(each) ?? "", text, targets.map((target) => refs.get(target) ?? 0)]));
    }
    return hash.digest("base64");
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
    const node = copySchema(sorted(this.resolve(ref)), (copy, target) => {
      if (!isLocal(target)) return;
      targets.push(target);
      copy["$ref"] = "#";
    });
    const part = { text: JSON.stringify(node), targets };
    this.#parts.set(ref, part);
    return part;
  }
}

/** The name that a definition was given; undefined for one that a library made up. */
export function nameIn(ref: string): string | undefined {
  const [keyword, name, ...more] = stepsOf(ref);
  if ((keyword !== "$defs" && keyword !== "definitions") || name === undefined || more.length > 0)
    return undefined;
  return madeUp.test(name) ? undefined : name;
}

/** zod counts `__schema0`, valibot `0`, arktype by the kind of its node. */
const madeUp = /^(?:__schema|alias|domain|intersection|morph|proto|sequence|structure|union|unit)?\d+$/;

/** The steps of a JSON Pointer in a fragment (RFC 6901, section 6). */
function stepsOf(ref: string): string[] {
  const steps = ref.split("/").slice(1);
  return steps.map((step) => decode(step).replaceAll("~1", "/").replaceAll("~0", "~"));
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a library that does not encode
  }
}

function sorted(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isJsonObject(value)) return value;
  const names = Object.keys(value).toSorted();
  return Object.fromEntries(names.map((name) => [name, sorted(value[name] ?? null)]));
}
