import { ColonnadeError, quote } from "../errors";
import type { JsonSchemaTarget, Schema } from "../schema/schema";
import { isJsonObject } from "./json";
import type { JsonObject } from "./json";
import type { DocumentOptions, SchemaSide } from "./options";

/** What is documented, and how messages name it. */
export interface Subject {
  readonly schema: Schema;
  readonly side: SchemaSide;
  /** `body of POST /users (UserResource.create)` */
  readonly name: string;
}

/**
 * Makes JSON Schema: by the schema's library, or else by the option `toJsonSchema`.
 *
 * @throws {ColonnadeError} `ERR_OPTION` where neither can.
 */
export function toJsonSchema(
  { schema, side, name }: Subject,
  target: JsonSchemaTarget,
  convert: DocumentOptions["toJsonSchema"],
): JsonObject {
  const { jsonSchema, vendor } = schema["~standard"];
  let cause: unknown;
  try {
    if (jsonSchema !== undefined) return checked(jsonSchema[side]({ target }), vendor);
  } catch (error) {
    cause = error;
  }
  try {
    if (convert !== undefined) return checked(convert(schema, side, target), "toJsonSchema");
  } catch (error) {
    cause ??= error; // what the library itself says tells more
  }
  const reason =
    cause === undefined
      ? `${vendor} does not have Standard JSON Schema: give the option toJsonSchema`
      : messageOf(cause);
  const details = cause === undefined ? {} : { cause };
  throw new ColonnadeError("ERR_OPTION", `There is no JSON Schema of ${name}: ${reason}`, details);
}

function checked(given: unknown, source: string): JsonObject {
  if (isJsonObject(given)) return given;
  throw new TypeError(`${source} gives ${quote(given)}`);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : quote(error);
}
