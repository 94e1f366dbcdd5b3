import { nameOperations } from "./operation-ids";
import type { MountedRoute } from "./mounted-routes";
import { templatesOf } from "./template";
import type { Template } from "./template";

/** A route as a document has it: two of them where a parameter may be absent. */
export interface Operation {
  readonly id: string;
  readonly route: MountedRoute;
  readonly template: Template;
  /** The template as the first route of its shape has it: a document has one for each shape. */
  readonly path: string;
  /** What the path calls each of the template's parameters, in order. */
  readonly names: readonly string[];
  /** Patterns of routes behind it that a document has no place for. */
  readonly hidden: readonly string[];
}

type Draft = Omit<Operation, "id" | "hidden"> & { readonly hidden: string[] };

/**
 * What a document says of routes. Of two with one method and templates that differ by their names alone it has the first, as requests do.
 *
 * @throws {ColonnadeError} `ERR_OPTION` for two with one id.
 */
export function toOperations(routes: readonly MountedRoute[]): Operation[] {
  const paths = new Map<string, Template>();
  const drafts = new Map<string, Draft>();
  for (const route of routes) {
    for (const template of templatesOf(route.pattern)) {
      const { shape } = template;
      const first = paths.get(shape) ?? template;
      paths.set(shape, first);
      const key = `${route.method} ${shape}`;
      const taken = drafts.get(key);
      if (taken === undefined) {
        drafts.set(key, { route, template, path: first.text, names: first.names, hidden: [] });
      } else if (route.pattern.variable !== -1 && template.without === undefined) {
        taken.hidden.push(route.pattern.source); // it may still answer for other paths
      }
    }
  }
  const list = [...drafts.values()];
  const ids = nameOperations(list);
  return list.map((draft, at) => ({ ...draft, id: ids[at] ?? "" }));
}

/** Tags of an operation: those declared, or one by its class. */
export function tagsOf({ route: { options, owner } }: Operation): string[] {
  if (options.tags !== undefined) return [...options.tags];
  if (owner === undefined) return [];
  return [owner.className.replace(/(?<=.)Resource$/, "")];
}
