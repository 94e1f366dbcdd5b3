import { ColonnadeError, quote } from "../errors";

/** The kinds of value that an option may have; each option may also be left out. */
export interface OptionKinds {
  readonly boolean: readonly string[];
  readonly function: readonly string[];
}

/**
 * Refuses options that do not exist, and values of another kind than they have.
 *
 * @param owner - as messages name what the options are of.
 * @param others - options that the caller checks itself.
 * @throws {ColonnadeError} `ERR_OPTION`
 */
export function checkOptions(
  options: object,
  owner: string,
  kinds: OptionKinds,
  others: readonly string[] = [],
): void {
  checkKeys(options, new Set([...kinds.boolean, ...others, ...kinds.function]), owner);
  for (const kind of ["boolean", "function"] as const) {
    for (const key of kinds[kind]) {
      const value: unknown = Reflect.get(options, key);
      if (value === undefined || typeof value === kind) continue;
      const wanted = kind === "boolean" ? "true or false" : "a function";
      throw new ColonnadeError("ERR_OPTION", `${owner}: ${key} is ${wanted}, not ${quote(value)}`);
    }
  }
}

/** Refuses options that do not exist, which are most often misspelt ones. */
export function checkKeys(given: object, known: ReadonlySet<string>, owner: string): void {
  if (typeof given !== "object" || given === null) {
    throw new ColonnadeError("ERR_OPTION", `The options of ${owner} are ${quote(given)}, not an object`);
  }
  for (const key of Object.keys(given)) {
    if (!known.has(key)) {
      const options = known.size > 0 ? [...known].join(", ") : "none";
      const message = `${owner} has no option ${quote(key)}; it has ${options}`;
      throw new ColonnadeError("ERR_OPTION", message);
    }
  }
}
