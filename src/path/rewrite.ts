import { readExpressPath } from "./express-path";
import type { FlatPiece, Piece } from "./express-path";
import type { Segment } from "./pattern";

/** A segment of a proposal, with what is left for the handler to do. */
type Proposed = Segment & { readonly note?: string };

const suffixes = { one: "", optional: "?", some: "+", any: "*" } as const;

/** Nobody reads a longer list, and nobody wrote a longer path by hand. */
const limits = { routes: 4, ways: 64, length: 500 } as const;

/**
 * Says what to write instead of a path in the syntax of Express 4 or Express 5.
 *
 * @param isPattern - tells whether a text is a pattern; what is none is not proposed.
 * @returns one pattern in quotes or several, with notes; undefined where there is nothing to propose.
 */
export function rewriteExpressPath(source: string, isPattern: (text: string) => boolean): string | undefined {
  if (source.length > limits.length) return undefined;
  const pieces = readExpressPath(source);
  const ways = pieces === undefined ? [] : expand(pieces);
  const routes = ways.map(toSegments);
  if (!routes.every((segments) => segments !== undefined)) return undefined;

  const proposed = unite(withoutRepetition(routes));
  const end = source.length > 1 && source.endsWith("/") ? "/" : "";
  const patterns = proposed.map((segments) => write(segments, end));
  if (patterns.length === 0 || patterns.length > limits.routes) return undefined;
  if (patterns.includes(source) || !patterns.every(isPattern)) return undefined;

  const notes = new Set(proposed.flat().flatMap(({ note }) => note ?? []));
  const list = patterns.map((pattern) => JSON.stringify(pattern)).join(" and ");
  return [patterns.length > 1 ? `${list} as separate routes` : list, ...notes].join(", and ");
}

/** Every way to take the choices, in Express's order of preference; none where they are too many. */
function expand(pieces: readonly Piece[]): FlatPiece[][] {
  let ways: FlatPiece[][] = [[]];
  for (const piece of pieces) {
    const next = piece.kind === "choice" ? piece.alternatives.flatMap(expand) : [[piece]];
    ways = ways.flatMap((way) => next.map((more) => [...way, ...more]));
    if (ways.length > limits.ways) return [];
  }
  return ways;
}

/** @returns undefined where a segment is empty or has no like in a pattern. */
function toSegments(way: readonly FlatPiece[]): Proposed[] | undefined {
  const groups: Exclude<FlatPiece, { kind: "slash" }>[][] = [[]];
  for (const piece of way) {
    if (piece.kind === "slash") groups.push([]);
    else groups.at(-1)?.push(piece);
  }
  if (way[0]?.kind === "slash" || way.length === 0) groups.shift();
  if (groups.at(-1)?.length === 0) groups.pop();
  const segments = groups.map(toSegment);
  return segments.every((segment) => segment !== undefined) ? segments : undefined;
}

function toSegment(pieces: readonly Exclude<FlatPiece, { kind: "slash" }>[]): Proposed | undefined {
  const values = pieces.flatMap((piece) => (piece.kind === "value" ? piece : []));
  if (values.length === 0) {
    const text = pieces.map((piece) => (piece.kind === "text" ? piece.text : "")).join("");
    return /^$|^:|\//.test(text) ? undefined : { kind: "literal", text };
  }
  const name = values.map((value) => value.name).join("_");
  const count = values.some((value) => value.many) ? "some" : "one";
  if (values.length > 1)
    return { kind: "parameter", name, count, note: "take the value apart in the handler" };
  const checked = pieces.length > 1 || values[0]?.checked;
  return { kind: "parameter", name, count, ...(checked && { note: "check the value in the handler" }) };
}

/** Leaves out what an earlier route would answer. */
function withoutRepetition(routes: readonly Proposed[][]): Proposed[][] {
  const shapes = routes.map((segments) =>
    segments.map((segment) => (segment.kind === "literal" ? segment.text : `:${segment.count}`)).join("/"),
  );
  return routes.filter((_, at) => shapes.indexOf(shapes[at] ?? "") === at);
}

/** Makes one route of two that differ by a parameter. */
function unite(routes: readonly Proposed[][]): Proposed[][] {
  const united: Proposed[][] = [];
  for (const route of routes) {
    const both = united.length > 0 ? uniteTwo(united.at(-1) ?? [], route) : undefined;
    if (both !== undefined) united.pop();
    united.push(both ?? route);
  }
  return united;
}

function uniteTwo(longer: readonly Proposed[], shorter: readonly Proposed[]): Proposed[] | undefined {
  const at = longer.findIndex((segment, index) => written(segment) !== written(shorter[index]));
  const extra = longer[at];
  if (extra?.kind !== "parameter") return undefined;
  const others = longer.toSpliced(at, 1);
  if (write(others, "") !== write(shorter, "") || others.some(isVariable)) return undefined;
  return longer.with(at, { ...extra, count: extra.count === "one" ? "optional" : "any" });
}

function isVariable(segment: Segment): boolean {
  return segment.kind === "parameter" && segment.count !== "one";
}

function write(segments: readonly Segment[], end: string): string {
  return `/${segments.map(written).join("/")}${segments.length > 0 ? end : ""}`;
}

function written(segment: Segment | undefined): string | undefined {
  if (segment?.kind !== "parameter") return segment?.text;
  return `:${segment.name}${suffixes[segment.count]}`;
}
