import { ColonnadeError, quote } from "../errors";

/** A value of a query parameter. */
export type QueryValue = string | number | boolean;

/** The parameters of a query; each value of a list becomes a parameter of its own. */
export type Query = Readonly<Record<string, QueryValue | readonly QueryValue[]>>;

/** What no URL holds (RFC 3986, section 2): a control character, a space, and some others. */
const refused = /[\u0000-\u0020"<>\\^`{|}\u007f]/;

/**
 * The target of a request: a path, with what it has of a query, and the parameters behind it. Characters
 * beyond ASCII are percent-encoded as UTF-8, as `new URL` does; a fragment is cut, which no server is sent.
 *
 * @throws {ColonnadeError} `ERR_OPTION` for a path that does not start with `/` or holds what no URL may, and
 *   for a query that is none.
 */
export function toTarget(method: string, path: unknown, query?: Query | null): string {
  if (typeof path !== "string" || !path.startsWith("/")) {
    throw invalid(`The path of a ${method} request starts with "/", and this is ${quote(path)}`);
  }
  const [character] = refused.exec(path) ?? [];
  if (character !== undefined) {
    const hint = "encodeURIComponent() writes what a path may hold";
    throw invalid(`The path of ${method} ${quote(path)} holds ${quote(character)}: ${hint}`);
  }
  const target = encodeBeyondAscii(method, withoutFragment(path));
  if (query === undefined || query === null) return target;
  const parameters = toParameters(query, `${method} ${quote(path)}`).toString();
  if (parameters === "") return target;
  if (!target.includes("?")) return `${target}?${parameters}`;
  return /[?&]$/.test(target) ? target + parameters : `${target}&${parameters}`;
}

function withoutFragment(path: string): string {
  const start = path.indexOf("#");
  return start === -1 ? path : path.slice(0, start);
}

function encodeBeyondAscii(method: string, path: string): string {
  try {
    return path.replace(/[^\u0000-\u007f]+/g, encodeURIComponent);
  } catch (cause) {
    const message = `The path of ${method} ${quote(path)} holds half of a surrogate pair`;
    throw new ColonnadeError("ERR_OPTION", message, { cause });
  }
}

function toParameters(query: unknown, owner: string): URLSearchParams {
  if (typeof query !== "object" || query === null || Symbol.iterator in query) {
    throw invalid(`The query of ${owner} is an object of parameters, not ${quote(query)}`);
  }
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    for (const item of [value].flat() as unknown[]) {
      if (!isQueryValue(item)) {
        const wanted = "a string, a number, a boolean or a list of them";
        throw invalid(`The query parameter ${quote(name)} of ${owner} is ${wanted}, not ${quote(item)}`);
      }
      parameters.append(name, String(item));
    }
  }
  return parameters;
}

function isQueryValue(value: unknown): value is QueryValue {
  return typeof value === "string" || typeof value === "boolean" || Number.isFinite(value);
}

function invalid(message: string): ColonnadeError {
  return new ColonnadeError("ERR_OPTION", message);
}
