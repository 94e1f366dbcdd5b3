import type { Schema, SchemaIssue, SchemaResult } from "colonnade";

/** A schema written by hand, by its `validate` alone. */
export function given<Output>(
  validate: (value: unknown) => SchemaResult<Output> | Promise<SchemaResult<Output>>,
): Schema<unknown, Output> {
  return { "~standard": { version: 1, vendor: "tests", validate } };
}

/** One that accepts everything, and makes what `change` says of it. */
export function changing<Output>(change: (value: unknown) => Output): Schema<unknown, Output> {
  return given((value) => ({ value: change(value) }));
}

/** One that accepts nothing. */
export function refusing(...issues: SchemaIssue[]): Schema {
  return given(() => ({ issues }));
}
