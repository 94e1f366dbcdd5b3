/**
 * The pathname of a request target (RFC 9112, section 3.2): of `/x?y`, and of the absolute form
 * `http://host/x?y`, it is `/x`. What has no pathname, such as `*`, is returned as it is.
 */
export function pathnameOf(target: string): string {
  const end = target.search(/[?#]/);
  const path = end === -1 ? target : target.slice(0, end);
  if (path.startsWith("/")) return path;
  const authority = /^[A-Za-z][A-Za-z\d+.-]*:\/\/[^/]*/.exec(path)?.[0];
  return authority === undefined ? path : path.slice(authority.length) || "/";
}

/** The query of a request target without its `?`; "" where there is none. */
export function queryOf(target: string): string {
  const fragment = target.indexOf("#");
  const end = fragment === -1 ? target.length : fragment;
  const start = target.indexOf("?");
  return start === -1 || start >= end ? "" : target.slice(start + 1, end);
}

/** The fragment of a request target without its `#`; "" where there is none. */
export function fragmentOf(target: string): string {
  const start = target.indexOf("#");
  return start === -1 ? "" : target.slice(start + 1);
}

/** A pathname taken apart. */
export interface SplitPath {
  /** As sent: nothing is decoded. */
  readonly components: readonly string[];
  readonly trailingSlash: boolean;
}

/**
 * Splits a pathname at its slashes and ignores one trailing slash.
 *
 * @returns undefined for what no pattern matches: it does not start with `/`, or a component is empty.
 */
export function splitPath(pathname: string): SplitPath | undefined {
  if (!pathname.startsWith("/")) return undefined;
  if (pathname === "/") return { components: [], trailingSlash: false };
  if (pathname.includes("//")) return undefined;
  const trailingSlash = pathname.endsWith("/");
  const components = pathname.slice(1, trailingSlash ? -1 : undefined).split("/");
  return { components, trailingSlash };
}
