import { quote } from "../errors";
import { andThen, isPromise } from "../promise";
import type { Schema, SchemaIssue, SchemaResult } from "./schema";

/** What came of checking a value. */
export type Outcome =
  | { readonly kind: "valid"; readonly value: unknown }
  | { readonly kind: "invalid"; readonly issues: readonly SchemaIssue[] }
  /** The schema itself has failed, or reading the value. */
  | { readonly kind: "broken"; readonly error: unknown };

/**
 * Checks a value, and never throws or rejects: a schema may do either.
 *
 * @param owner - what the schema is of, as messages name it.
 * @returns a promise where the schema is asynchronous.
 */
export function validate(schema: Schema, value: unknown, owner: string): Outcome | Promise<Outcome> {
  return attempt(() => {
    const result = schema["~standard"].validate(value);
    return andThen(result, (settled) => toOutcome(settled, owner));
  });
}

/** Runs what gives an outcome; that it throws or rejects is one as well. */
export function attempt(run: () => Outcome | Promise<Outcome>): Outcome | Promise<Outcome> {
  try {
    const outcome = run();
    return isPromise(outcome) ? Promise.resolve(outcome).catch(toBroken) : outcome;
  } catch (error) {
    return toBroken(error);
  }
}

function toBroken(error: unknown): Outcome {
  // What a client nests thousands of times is not the app's fault, but no recursive schema can follow it.
  if (error instanceof RangeError && error.message.includes("call stack")) {
    return { kind: "invalid", issues: [{ message: "Nested too deeply" }] };
  }
  return { kind: "broken", error };
}

function toOutcome(result: SchemaResult<unknown>, owner: string): Outcome {
  if (typeof result !== "object" || (result as unknown) === null) {
    throw new TypeError(`${owner} gives ${quote(result)}, and not what Standard Schema says`);
  }
  const { issues } = result;
  if (issues === undefined) return { kind: "valid", value: result.value };
  return { kind: "invalid", issues: issues.length > 0 ? [...issues] : [{ message: "Not valid" }] };
}
