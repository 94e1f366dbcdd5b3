import { encodeLiteral } from "../path/literal";
import type { Pattern, Segment } from "../path/pattern";

/** A path as OpenAPI and AsyncAPI write it: `/files/{path}`. */
export interface Template {
  readonly text: string;
  /** The same for two that differ by the names of their parameters alone. */
  readonly shape: string;
  /** In order. */
  readonly names: readonly string[];
  /** The parameter that may be absent, in the template where it is. */
  readonly without: string | undefined;
}

/**
 * The templates of a pattern: two where a parameter may be absent, first the one without it, as a template's
 * parameters are always there.
 */
export function templatesOf({ segments, variable }: Pattern): Template[] {
  const all = toTemplate(segments, undefined);
  const absent = segments[variable];
  if (absent?.kind !== "parameter" || absent.count === "some") return [all];
  return [
    toTemplate(
      segments.filter((segment) => segment !== absent),
      absent.name,
    ),
    all,
  ];
}

function toTemplate(segments: readonly Segment[], without: string | undefined): Template {
  const write = (nameOf: (name: string) => string): string =>
    `/${segments.map((each) => (each.kind === "literal" ? encodeLiteral(each.text) : `{${nameOf(each.name)}}`)).join("/")}`;
  return {
    text: write((name) => name),
    shape: write(() => ""),
    names: segments.flatMap((segment) => (segment.kind === "parameter" ? [segment.name] : [])),
    without,
  };
}
