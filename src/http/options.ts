import { ColonnadeError, quote } from "../errors";

/** The kinds of value that an option may have; each option may also be left out. */
export interface OptionKinds {
  readonly boolean: readonly string[];
  readonly function: readonly string[];
  /** By option, the words that it may be. */
  readonly choice?: Readonly<Record<string, readonly string[]>>;
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
  const choices = Object.entries(kinds.choice ?? {});
  const names = choices.map(([name]) => name);
  checkKeys(options, new Set([...kinds.boolean, ...names, ...others, ...kinds.function]), owner);
  for (const kind of ["boolean", "function"] as const) {
    for (const key of kinds[kind]) {
      const value: unknown = Reflect.get(options, key);
      if (value === undefined || typeof value === kind) continue;
      throw wrong(owner, key, kind === "boolean" ? "true or false" : "a function", value);
    }
  }
  for (const [key, words] of choices) {
    const value: unknown = Reflect.get(options, key);
    if (value === undefined || words.some((word) => word === value)) continue;
    const wanted = words
      .map(quote)
      .join(", ")
      .replace(/, (?=[^,]*$)/, " or ");
    throw wrong(owner, key, wanted, value);
  }
}

function wrong(owner: string, key: string, wanted: string, value: unknown): ColonnadeError {
  return new ColonnadeError("ERR_OPTION", `${owner}: ${key} is ${wanted}, not ${quote(value)}`);
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
