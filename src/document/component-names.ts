import { groupBy } from "./group-by";
import type { JsonObject, JsonValue } from "./json";
import type { SchemaSide } from "./options";

/** A schema that a document refers to. */
export interface Component {
  /** Whether a user gave it its name, or it has one for want of another, or it is ours. */
  readonly kind: "named" | "nameless" | "own";
  /** What it is to be called. */
  readonly name: string;
  readonly sides: Set<SchemaSide>;
  body: JsonValue;
  /** What refers to it, each by one of its members. */
  readonly links: { readonly node: JsonObject; readonly member: string }[];
}

/**
 * Names for components. Where several want one, it goes to the first that is taken in, and what is only given out is called `…Output`;
 * others are numbered.
 */
export function nameComponents(components: readonly Component[]): Map<string, Component> {
  const named = new Map<string, Component>();
  const claim = (component: Component, wanted: string): void => {
    let name = wanted;
    for (let count = 2; named.has(name); count++) name = `${wanted}${count}`;
    named.set(name, component);
  };
  const wantedBy = groupBy(components, ({ kind, name }) => JSON.stringify([kind, toName(name)]));
  const groups = [...wantedBy.values()].map(leaderFirst);
  // Every name that was given goes to somebody it was given to, before any other is made up.
  const rounds: [Component["kind"], (component: Component, at: number) => boolean][] = [
    ["named", (_, at) => at === 0],
    ["named", (_, at) => at > 0],
    ["nameless", () => true],
    ["own", () => true],
  ];
  for (const [kind, isNext] of rounds) {
    for (const group of groups) {
      for (const [at, component] of group.entries()) {
        if (component.kind !== kind || !isNext(component, at)) continue;
        const output = at > 0 && kind === "named" && !component.sides.has("input");
        claim(component, toName(component.name) + (output ? "Output" : ""));
      }
    }
  }
  return named;
}

function leaderFirst(group: readonly Component[]): Component[] {
  const leader = group.find(({ sides }) => sides.has("input")) ?? group[0];
  return leader === undefined ? [] : [leader, ...group.filter((each) => each !== leader)];
}

/** As both documents' specifications want the keys of components. */
function toName(name: string): string {
  return name.replace(/[^\w.-]+/g, "_") || "Schema";
}
