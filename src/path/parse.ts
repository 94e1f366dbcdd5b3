import { PathSyntaxError, quote } from "../errors";
import { lazy } from "../lazy";
import type { Count, Pattern, Segment } from "./pattern";
import type * as rewrite from "./rewrite";

const loadRewrite = lazy(() => require("./rewrite") as typeof rewrite);

const counts: Readonly<Record<string, Count>> = { "": "one", "?": "optional", "+": "some", "*": "any" };

/** Characters that are syntax in one of Express's grammars, and so are no literals in this one. */
const reserved: Readonly<Record<string, string>> = {
  "(": "regular expressions are not part of the grammar",
  ")": "regular expressions are not part of the grammar",
  "{": "groups are not part of the grammar",
  "}": "groups are not part of the grammar",
  "[": "classes of characters are not part of the grammar",
  "]": "classes of characters are not part of the grammar",
  "\\": "there is nothing to escape, and no literal holds a backslash",
  "*": '"*" follows a name, as in "/:rest*"',
  "?": '"?" follows a name, as in "/:id?"; a query is not part of a path',
  "#": "a fragment is not part of a path: clients do not send it",
  ":": "a parameter is a whole segment: no text stands before it",
};

/** What was parsed before: a route's pattern is, where it is declared, and again wherever it is mounted. */
const parsed = new Map<string, Pattern>();
const mostParsed = 10_000;

/**
 * Parses the text of a path pattern.
 *
 * @throws {PathSyntaxError} naming the text, the index and, where there is one, the rewrite.
 */
export function parsePattern(source: string): Pattern {
  if (typeof source !== "string") {
    throw new PathSyntaxError(quote(source), 0, `a pattern is a string, not ${nameOfKind(source)}`);
  }
  let pattern = parsed.get(source);
  if (pattern === undefined) {
    pattern = read(source, (index, reason) => {
      const { rewriteExpressPath } = loadRewrite();
      throw new PathSyntaxError(source, index, reason, rewriteExpressPath(source, isPattern));
    });
    if (parsed.size >= mostParsed) parsed.clear();
    parsed.set(source, pattern);
  }
  return pattern;
}

type Refuse = (index: number, reason: string) => never;

function read(source: string, refuse: Refuse): Pattern {
  if (!source.startsWith("/")) refuse(0, 'a pattern starts with "/"');

  const segments: Segment[] = [];
  const names = new Set<string>();
  let variable = -1;
  let index = 1;
  const texts = source.slice(1).split("/");
  const trailingSlash = texts.length > 1 && texts.at(-1) === "";
  if (trailingSlash || source === "/") texts.pop();

  for (const text of texts) {
    if (text === "") refuse(index, "a segment is empty");
    const segment = parseSegment(text, (offset, reason) => refuse(index + offset, reason));
    if (segment.kind === "parameter") {
      if (names.has(segment.name)) refuse(index, `the name "${segment.name}" is taken`);
      names.add(segment.name);
      if (segment.count !== "one") {
        if (variable !== -1) refuse(index, 'only one segment may be "?", "+" or "*"');
        variable = segments.length;
      }
    }
    segments.push(segment);
    index += text.length + 1;
  }
  return { source, segments, variable, trailingSlash };
}

function parseSegment(text: string, refuse: Refuse): Segment {
  if (!text.startsWith(":")) return parseLiteral(text, refuse);

  const name = /^[A-Za-z_]\w*/.exec(text.slice(1))?.[0];
  if (name === undefined) {
    return refuse(1, 'a name must follow ":": a letter or "_", then letters, digits or "_"');
  }
  const end = 1 + name.length;
  const count = counts[text.slice(end)];
  if (count === undefined) {
    const wrong = reserved[text.charAt(end)];
    const follows = "a parameter is a whole segment: only ?, + or * may follow its name";
    return refuse(end, wrong === undefined || "?*:".includes(text.charAt(end)) ? follows : wrong);
  }
  return { kind: "parameter", name, count };
}

function parseLiteral(text: string, refuse: Refuse): Segment {
  if (/^[\w.~-]*$/.test(text)) return { kind: "literal", text }; // as most are: nothing to look at more closely
  for (let offset = 0; offset < text.length; offset++) {
    const reason = reserved[text.charAt(offset)];
    if (reason !== undefined) refuse(offset, reason);
    if (text[offset] === "%" && /^[\dA-Fa-f]{2}/.test(text.slice(offset + 1))) {
      refuse(offset, "a pattern holds the character itself, not its percent-encoding");
    }
  }
  const surrogate = text.search(/\p{Surrogate}/u);
  if (surrogate !== -1) refuse(surrogate, "a lone surrogate has no encoding");
  return { kind: "literal", text };
}

function isPattern(text: string): boolean {
  try {
    read(text, (_index, reason) => {
      throw new Error(reason);
    });
    return true;
  } catch {
    return false;
  }
}

/** What somebody who knows Express may have given instead of a string. */
function nameOfKind(value: unknown): string {
  if (Array.isArray(value)) return "a list: one method may have several route decorators";
  if (value instanceof RegExp)
    return "a regular expression: bind the components and check them in the handler";
  return value === null ? "null" : typeof value;
}
