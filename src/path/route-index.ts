import { canonicalComponent, canonicalLiteral } from "./literal";
import type { Canonical } from "./literal";
import type { MatchOptions, Pattern, Segment } from "./pattern";
import { splitPath } from "./target";
import type { SplitPath } from "./target";

/** A pattern in an index, with what was stored under it. */
export interface Entry<T> {
  readonly pattern: Pattern;
  readonly value: T;
  /** The number of patterns that were added before. */
  readonly order: number;
}

/** What an index finds for a path. */
export interface Found<T> {
  /** In order of registration. */
  readonly entries: readonly Entry<T>[];
  /** As {@link splitPath} gave them, for binding. */
  readonly components: readonly string[];
}

/** What is found for a path that holds literals only, kept until there are more patterns. */
interface Kept<T> {
  found: Found<T> | undefined;
  /** The number of patterns that there were. */
  size: number;
}

/** One step of a trie. The segments before a variable one are walked from the start of a path, those after it from the end. */
interface Node<T> {
  literals: Map<string, Node<T>> | undefined;
  parameter: Node<T> | undefined;
  /** Entries whose last segment this is. */
  readonly ends: Entry<T>[];
  /** The trie, from the end of the path, of what follows a variable segment here. */
  variable: Node<T> | undefined;
}

/**
 * Patterns, indexed so that the cost of finding those that match a path grows with the components
 * of the path and not with the number of patterns. No component is compared more often than there
 * are different beginnings and endings of patterns that agree with the path so far.
 */
export class RouteIndex<T> {
  readonly #root: Node<T> = createNode();
  /**
   * By the canonical path of each pattern without parameters: such a path, as sent by most clients, need not be
   * taken apart. No other paths are kept, of which there would be as many as a client likes.
   */
  readonly #kept = new Map<string, Kept<T>>();
  readonly #caseSensitive: boolean;
  readonly #strict: boolean;
  readonly #canonical: Canonical;
  #size = 0;

  constructor({ caseSensitive = true, strict = false }: MatchOptions = {}) {
    this.#caseSensitive = caseSensitive;
    this.#strict = strict;
    this.#canonical = canonicalComponent(caseSensitive);
  }

  add(pattern: Pattern, value: T): void {
    const { segments, variable } = pattern;
    const entry: Entry<T> = { pattern, value, order: this.#size++ };
    if (variable === -1) {
      this.#grow(this.#root, segments).ends.push(entry);
      const path = this.#literalPath(pattern);
      if (path !== undefined) this.#kept.set(path, { found: undefined, size: 0 });
      return;
    }
    const before = this.#grow(this.#root, segments.slice(0, variable));
    before.variable ??= createNode();
    this.#grow(before.variable, segments.slice(variable + 1).reverse()).ends.push(entry);
  }

  /** The entries whose patterns accept a pathname, in order of registration. */
  find(pathname: string): Found<T> {
    const kept = this.#kept.get(pathname);
    if (kept?.found !== undefined && kept.size === this.#size) return kept.found;
    const path = splitPath(pathname);
    const found = path === undefined ? { entries: [], components: [] } : this.search(path);
    if (kept !== undefined) Object.assign(kept, { found, size: this.#size });
    return found;
  }

  /** {@link find} for a path that is already taken apart. */
  search(path: SplitPath): Found<T> {
    const entries: Entry<T>[] = [];
    this.#walk(this.#root, path, 0, entries);
    if (entries.length > 1) entries.sort((a, b) => a.order - b.order);
    return { entries, components: path.components };
  }

  /** Undefined for a pattern with parameters. */
  #literalPath({ segments, trailingSlash }: Pattern): string | undefined {
    const literals = segments.map((segment) =>
      segment.kind === "literal" ? canonicalLiteral(segment.text, this.#caseSensitive) : undefined,
    );
    if (literals.includes(undefined)) return undefined;
    const end = trailingSlash && literals.length > 0 ? "/" : "";
    return `/${literals.join("/")}${end}`;
  }

  #grow(from: Node<T>, segments: readonly Segment[]): Node<T> {
    let node = from;
    for (const segment of segments) {
      if (segment.kind === "parameter") {
        node = node.parameter ??= createNode();
        continue;
      }
      const key = canonicalLiteral(segment.text, this.#caseSensitive);
      const literals = (node.literals ??= new Map<string, Node<T>>());
      let next = literals.get(key);
      if (next === undefined) literals.set(key, (next = createNode()));
      node = next;
    }
    return node;
  }

  #walk(node: Node<T>, path: SplitPath, depth: number, found: Entry<T>[]): void {
    const { components } = path;
    if (node.variable !== undefined) this.#walkBack(node.variable, path, depth, components.length, found);
    if (depth === components.length) {
      for (const entry of node.ends) if (this.#endsAlike(entry, path)) found.push(entry);
      return;
    }
    if (node.literals !== undefined) {
      const literal = node.literals.get(this.#canonical(components[depth] ?? ""));
      if (literal !== undefined) this.#walk(literal, path, depth + 1, found);
    }
    if (node.parameter !== undefined) this.#walk(node.parameter, path, depth + 1, found);
  }

  /** Walks from the end of the path; what is left between `start` and `end` is the variable segment's. */
  #walkBack(node: Node<T>, path: SplitPath, start: number, end: number, found: Entry<T>[]): void {
    for (const entry of node.ends) {
      if (bindsCount(entry.pattern, end - start) && this.#endsAlike(entry, path)) found.push(entry);
    }
    if (end === start) return;
    if (node.literals !== undefined) {
      const literal = node.literals.get(this.#canonical(path.components[end - 1] ?? ""));
      if (literal !== undefined) this.#walkBack(literal, path, start, end - 1, found);
    }
    if (node.parameter !== undefined) this.#walkBack(node.parameter, path, start, end - 1, found);
  }

  #endsAlike(entry: Entry<T>, path: SplitPath): boolean {
    return !this.#strict || sameEnd(entry.pattern, path);
  }
}

function createNode<T>(): Node<T> {
  return { literals: undefined, parameter: undefined, ends: [], variable: undefined };
}

function bindsCount(pattern: Pattern, components: number): boolean {
  const segment = pattern.segments[pattern.variable];
  if (segment?.kind !== "parameter") return false;
  if (segment.count === "optional") return components <= 1;
  return segment.count === "any" || components > 0;
}

/** Whether path and pattern agree on a trailing slash; the root has none. */
function sameEnd(pattern: Pattern, path: SplitPath): boolean {
  return path.components.length === 0 || pattern.trailingSlash === path.trailingSlash;
}
