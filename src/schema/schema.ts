/**
 * A schema of zod, valibot, arktype, or any other library that has the interface of Standard Schema, version 1
 * (https://standardschema.dev), of which this is what Colonnade uses.
 *
 * @typeParam Input - what the schema takes.
 * @typeParam Output - what it makes of that: coerced, with its defaults.
 */
export interface Schema<Input = unknown, Output = Input> {
  readonly "~standard": {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => SchemaResult<Output> | Promise<SchemaResult<Output>>;
    /** Standard JSON Schema (https://standardschema.dev/json-schema): what documents are made of, where the library has it. */
    readonly jsonSchema?: JsonSchemaConverter | undefined;
    /** Only for the compiler. */
    readonly types?: { readonly input: Input; readonly output: Output } | undefined;
  };
}

/** How a schema says what it is as JSON Schema. Either may throw, for what JSON Schema can't say. */
export interface JsonSchemaConverter {
  /** Of what the schema takes. */
  readonly input: (options: JsonSchemaOptions) => Record<string, unknown>;
  /** Of what it makes of that. */
  readonly output: (options: JsonSchemaOptions) => Record<string, unknown>;
}

/** What a JSON Schema is wanted in. */
export interface JsonSchemaOptions {
  readonly target: JsonSchemaTarget;
}

/** The version of JSON Schema: the first is OpenAPI's, the second AsyncAPI's. */
export type JsonSchemaTarget = "draft-2020-12" | "draft-07";

/** What a schema says of a value. */
export type SchemaResult<Output> =
  { readonly value: Output; readonly issues?: undefined } | { readonly issues: readonly SchemaIssue[] };

/** What a schema does not accept. */
export interface SchemaIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/** The type of what a schema takes. */
export type InputOf<Given extends Schema> = NonNullable<Given["~standard"]["types"]>["input"];

/** The type of what a schema makes of that. */
export type OutputOf<Given extends Schema> = NonNullable<Given["~standard"]["types"]>["output"];

/** Whether a value is a schema: some are functions. */
export function isSchema(value: unknown): value is Schema {
  if ((typeof value !== "object" && typeof value !== "function") || value === null) return false;
  const { "~standard": standard } = value as Partial<Schema>;
  return standard?.version === 1 && typeof standard.validate === "function";
}
