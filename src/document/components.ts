import type { JsonSchemaTarget, Schema } from "../schema/schema";
import { nameComponents } from "./component-names";
import type { Component } from "./component-names";
import { withinDepth } from "./depth";
import type { JsonObject, JsonValue } from "./json";
import type { DocumentOptions, SchemaSide } from "./options";
import { SchemaSource, copySchema, isLocal } from "./schema-source";
import { toJsonSchema } from "./to-json-schema";
import type { Subject } from "./to-json-schema";

/** A schema that is documented, to be taken in as a whole or by its parts. */
export interface Source extends Subject {
  readonly json: SchemaSource;
  /** What a component of it is called that has no name of its own. */
  readonly place: string;
}

/** The schemas of a document: those with names, and those that need one, become its components. */
export class Components {
  readonly #target: JsonSchemaTarget;
  readonly #convert: DocumentOptions["toJsonSchema"];
  readonly #sources = new Map<Schema, Partial<Record<SchemaSide, SchemaSource>>>();
  readonly #components = new Map<string, Component>();
  /** Components that have no body yet: a long chain of them is no deep stack. */
  readonly #bodiless: (() => void)[] = [];

  constructor(target: JsonSchemaTarget, convert: DocumentOptions["toJsonSchema"]) {
    this.#target = target;
    this.#convert = convert;
  }

  /**
   * Has a schema's library make JSON Schema of it.
   *
   * @throws {ColonnadeError} `ERR_OPTION` where that is not possible.
   */
  open(subject: Subject, place: string): Source {
    const { schema, side, name } = subject;
    const sides = this.#sources.get(schema) ?? {};
    this.#sources.set(schema, sides);
    const json = (sides[side] ??= withinDepth(
      name,
      () => new SchemaSource(toJsonSchema(subject, this.#target, this.#convert), name),
    ));
    return { ...subject, json, place };
  }

  /** A schema as it stands in the document. */
  add(subject: Subject, place: string): JsonValue {
    const source = this.open(subject, place);
    return source.json.recursive ? this.#refer(source, "#") : this.take(source, source.json.root);
  }

  /** A part of a schema as it stands in the document. */
  take(source: Source, part: JsonValue): JsonValue {
    const link = (node: JsonObject, member: string, ref: string): void => {
      if (isLocal(ref)) this.#component(source, ref).links.push({ node, member });
    };
    return withinDepth(source.name, () => copySchema(part, link));
  }

  /** Adds a schema of ours; its name is another where a user's has that one. */
  addOwn(name: string, body: JsonObject): JsonObject {
    const key = `own ${name}`;
    const component: Component = this.#components.get(key) ?? {
      kind: "own",
      name,
      sides: new Set(),
      body,
      links: [],
    };
    this.#components.set(key, component);
    return linkTo(component);
  }

  /** Gives all components their names; undefined where there are none. Nothing is added after that. */
  finish(): JsonObject | undefined {
    for (const fill of this.#bodiless) fill(); // which may add more of them
    const named = nameComponents([...this.#components.values()]);
    for (const [name, { links }] of named) {
      for (const { node, member } of links) node[member] = `#/components/schemas/${name}`;
    }
    if (named.size === 0) return undefined;
    const names = [...named.keys()].toSorted();
    return Object.fromEntries(names.map((name) => [name, named.get(name)?.body ?? {}]));
  }

  #refer(source: Source, ref: string): JsonObject {
    return linkTo(this.#component(source, ref));
  }

  #component(source: Source, ref: string): Component {
    const key = source.json.closureOf(ref);
    const component = this.#components.get(key) ?? this.#create(source, ref, key);
    component.sides.add(source.side);
    return component;
  }

  #create(source: Source, ref: string, key: string): Component {
    const name = source.json.nameOf(ref);
    const component: Component = {
      kind: name === undefined ? "nameless" : "named",
      name: name ?? source.place,
      sides: new Set(),
      body: {},
      links: [],
    };
    this.#components.set(key, component);
    this.#bodiless.push(() => (component.body = this.take(source, source.json.resolve(ref))));
    return component;
  }
}

function linkTo(component: Component): JsonObject {
  const link: JsonObject = { $ref: "" }; // until the components have their names
  component.links.push({ node: link, member: "$ref" });
  return link;
}
