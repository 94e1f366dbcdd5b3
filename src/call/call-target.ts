/** What a route is called with, whatever its types. */
export interface Input {
  readonly matches?: unknown;
  readonly query?: unknown;
  readonly headers?: unknown;
  readonly body?: unknown;
}

/** A declaration, or what is like one. */
interface Declaration {
  readonly method: string;
  readonly pattern: string;
}

/**
 * The target that a route is called by: the path that its pattern matches with these values, and the query. It is the
 * inverse of matching: what the route binds of the path are the values that were given.
 *
 * @throws {TypeError} naming the value that is missing, or that no path can carry.
 */
export function toCallTarget(declaration: Declaration, { matches, query }: Input): string {
  const owner = `${declaration.method} ${declaration.pattern}`;
  return (
    toPath(declaration.pattern, asObject(matches, "matches", owner), owner) +
    toQuery(asObject(query, "query", owner), owner)
  );
}

/** The part of an input by name, an empty object where it has none. */
export function asObject(part: unknown, name: string, owner: string): Readonly<Record<string, unknown>> {
  if (part === undefined) return {};
  if (typeof part === "object" && part !== null && !Array.isArray(part))
    return part as Record<string, unknown>;
  throw new TypeError(
    `${name} of ${owner} is an object, not ${Array.isArray(part) ? "an array" : `a ${typeof part}`}`,
  );
}

function toPath(pattern: string, matches: Readonly<Record<string, unknown>>, owner: string): string {
  const path = pattern
    .split("/")
    .slice(1)
    .map((segment) => {
      if (segment === "." || segment === "..")
        throw new TypeError(`${owner} can't be called: no URL keeps "${segment}"`);
      if (!segment.startsWith(":")) return `/${encodeURI(segment)}`;
      const [, name = "", count = ""] = /^:(\w+)([?+*]?)$/.exec(segment) ?? [];
      const value = Object.hasOwn(matches, name) ? matches[name] : undefined;
      const subject = `matches.${name} of ${owner}`;
      if (value === undefined || value === null) {
        if (count === "?" || count === "*") return "";
        throw new TypeError(`${subject} is missing`);
      }
      const text = toText(value, subject);
      // What binds several components binds them with the slashes between them.
      const components = count === "+" || count === "*" ? text.split("/") : [text];
      return components.map((component) => `/${encodeComponent(component, subject)}`).join("");
    })
    .join("");
  return path === "" ? "/" : path;
}

function encodeComponent(component: string, subject: string): string {
  if (component === "") throw new TypeError(`${subject} has an empty component, which no path can carry`);
  if (component === "." || component === "..") {
    // WHATWG URL: such a component, encoded or not, is taken out of the path.
    throw new TypeError(`${subject} has the component "${component}", which no URL can carry`);
  }
  try {
    return encodeURIComponent(component);
  } catch (cause) {
    throw new TypeError(`${subject} holds half of a surrogate pair`, { cause });
  }
}

function toQuery(query: Readonly<Record<string, unknown>>, owner: string): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    for (const item of Array.isArray(value) ? (value as unknown[]) : [value]) {
      if (item !== undefined) parameters.append(name, toText(item, `query.${name} of ${owner}`));
    }
  }
  const text = parameters.toString();
  return text === "" ? "" : `?${text}`;
}

/** A value as text. @throws {TypeError} for what has no text of its own, such as an object. */
export function toText(value: unknown, subject: string): string {
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "bigint" || typeof value === "boolean")
    return String(value);
  if (value instanceof Date) return value.toISOString();
  const kind = Array.isArray(value) ? "an array" : value === null ? "null" : `of type ${typeof value}`;
  throw new TypeError(`${subject} is text, a number or a boolean, and this is ${kind}`);
}
