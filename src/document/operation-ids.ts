import { ColonnadeError, quote } from "../errors";
import { groupBy } from "./group-by";
import type { MountedRoute } from "./mounted-routes";
import type { Template } from "./template";

/** What an id is made of. */
export interface Draft {
  readonly route: MountedRoute;
  readonly template: Template;
}

/**
 * Ids for operations: what `operationId` says, or `Class_method`. Where one method of a class has several routes, or is mounted
 * several times, the HTTP method or a number is added.
 *
 * @throws {ColonnadeError} `ERR_OPTION` for two operations with one id.
 */
export function nameOperations(drafts: readonly Draft[]): string[] {
  const ids = new Map<Draft, string>();
  for (const [base, group] of groupBy(drafts, baseOf)) {
    refuseStrangers(base, group);
    const routes = [...groupBy(group, (draft) => draft.route)];
    const byMethod = new Set(routes.map(([route]) => route.method)).size > 1;
    const counts = new Map<string, number>();
    for (const [route, ofRoute] of routes) {
      const id = byMethod ? `${base}_${route.method.toLowerCase()}` : base;
      const count = (counts.get(id) ?? 0) + 1;
      counts.set(id, count);
      for (const draft of ofRoute) ids.set(draft, `${count > 1 ? `${id}_${count}` : id}${suffixOf(draft)}`);
    }
  }
  const list = drafts.map((draft) => ids.get(draft) ?? "");
  refuseTwins(list, drafts);
  return list;
}

function baseOf({ route }: Draft): string {
  if (route.options.operationId !== undefined) return route.options.operationId;
  const { owner, method, pattern } = route;
  if (owner !== undefined) return toId(`${owner.className}_${String(owner.member)}`);
  return toId(`${method.toLowerCase()} ${pattern.source}`);
}

function suffixOf({ template: { without } }: Draft): string {
  return without === undefined ? "" : `_without_${without}`;
}

/** A text as an identifier that generators of clients leave alone. */
function toId(text: string): string {
  return text.replace(/[^\p{ID_Continue}]+/gu, "_").replace(/^_+(?=.)|(?<=.)_+$/g, "");
}

/** Refuses two operations with one id that are not of one method, or not of one declaration where they were given it. */
function refuseStrangers(id: string, [first, ...others]: readonly Draft[]): void {
  if (first === undefined) return;
  const stranger = others.find((other) => !isAkin(first, other));
  if (stranger !== undefined) throw twins(id, first, stranger);
}

function isAkin({ route: one }: Draft, { route: other }: Draft): boolean {
  const given = one.options.operationId !== undefined;
  if (given !== (other.options.operationId !== undefined)) return false;
  if (given && (one.method !== other.method || one.declared !== other.declared)) return false;
  if (one.owner === undefined || other.owner === undefined) return one.owner === other.owner;
  return one.owner.constructor === other.owner.constructor && one.owner.member === other.owner.member;
}

function refuseTwins(ids: readonly string[], drafts: readonly Draft[]): void {
  const owners = new Map<string, Draft>();
  for (const [at, draft] of drafts.entries()) {
    const id = ids[at] ?? "";
    const other = owners.get(id);
    if (other !== undefined) throw twins(id, other, draft);
    owners.set(id, draft);
  }
}

function twins(id: string, one: Draft, other: Draft): ColonnadeError {
  const message = `${one.route.name} and ${other.route.name} have one operation id, ${quote(id)}: give one of them another operationId`;
  return new ColonnadeError("ERR_OPTION", message);
}
