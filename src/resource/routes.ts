import { ColonnadeError, quote } from "../errors";
import type { Middleware, Route, RouteCallback, RouteGroup, RouteOptions } from "../http/route";
import type { ParameterInfo } from "../http/route-details";
import { noteOwner } from "../http/route-owner";
import { classMiddleware, declarationsOf } from "./declaration";
import type { Declaration, Statement } from "./declaration";

/** What the decorators of one member of one class say. */
interface Section {
  readonly token: object;
  readonly routes: Extract<Statement, { kind: "route" }>[];
  readonly middleware: Middleware[];
  readonly headers: ParameterInfo[];
  readonly params: ParameterInfo[];
}

/** A member and what was declared of it, by its base classes first. */
interface Member {
  readonly name: string | symbol;
  readonly read: (instance: object) => unknown;
  readonly sections: Section[];
  /** One of the decorators, for messages. */
  readonly decorator: string;
}

/**
 * The routes of an instance of a Resource.
 *
 * @throws {ColonnadeError} `ERR_DECLARATION`
 */
export function routesOf(instance: object): Route[] {
  const prototype = Object.getPrototypeOf(instance) as object;
  const name = instance.constructor.name || "(anonymous class)";
  const middleware = classMiddleware(prototype);
  const group: RouteGroup | undefined = middleware.length > 0 ? { name, middleware } : undefined;
  return collectMembers(declarationsOf(prototype)).flatMap((member) =>
    memberRoutes(member, instance, name, group),
  );
}

function collectMembers(declarations: readonly Declaration[]): Member[] {
  // A `#private` name is another member in each class; the token tells the class.
  const scopes = new Map<object | undefined, Map<string | symbol, Member>>();
  const members: Member[] = [];
  for (const { decorator, statement, member: name, read, token, isPrivate } of declarations) {
    const key = isPrivate ? token : undefined;
    const scope = scopes.get(key) ?? new Map<string | symbol, Member>();
    scopes.set(key, scope);
    let member = scope.get(name);
    if (member === undefined) {
      member = { name, read, sections: [], decorator };
      scope.set(name, member);
      members.push(member);
    }
    state(sectionOf(member, token), statement);
  }
  return members;
}

function sectionOf(member: Member, token: object): Section {
  const last = member.sections.at(-1);
  if (last?.token === token) return last;
  const section: Section = { token, routes: [], middleware: [], headers: [], params: [] };
  member.sections.push(section);
  return section;
}

/** Adds a statement in front of its section: decorators apply from the bottom up. */
function state(section: Section, statement: Statement): void {
  if (statement.kind === "route") section.routes.unshift(statement);
  else if (statement.kind === "use") section.middleware.unshift(...statement.middleware);
  else if (statement.kind === "header") section.headers.unshift(statement.info);
  else section.params.unshift(statement.info);
}

function memberRoutes(
  { name: member, read, sections, decorator }: Member,
  instance: object,
  className: string,
  group: RouteGroup | undefined,
): Route[] {
  const owner = `${className}.${String(member)}`;
  const section = merge(validSections(sections));
  const { routes } = section;
  if (routes.length === 0) {
    const message = `${decorator} stands on ${owner}, which has no route`;
    throw new ColonnadeError("ERR_DECLARATION", message);
  }
  const method = read(instance);
  if (typeof method !== "function") {
    throw new ColonnadeError(
      "ERR_DECLARATION",
      `${owner} has a route, but is ${quote(method)} in the instance`,
    );
  }
  // Looked up for each call, so that a spy or a later override is what runs.
  const call: RouteCallback = (...args) => (read(instance) as RouteCallback).apply(instance, args);
  const callback = Object.defineProperty(call, "name", { value: owner });
  noteOwner(callback, { constructor: instance.constructor, className, member });
  const options = optionsOf(section, group);
  return routes.map((route) => [route.method, route.pattern, callback, { ...route.options, ...options }]);
}

/** What was said of a member besides its routes, and of its class. */
function optionsOf(
  { middleware, headers, params }: Omit<Section, "token">,
  group: RouteGroup | undefined,
): RouteOptions {
  return {
    ...(middleware.length > 0 ? { middleware } : {}),
    ...(headers.length > 0 ? { headers } : {}),
    ...(params.length > 0 ? { params } : {}),
    ...(group === undefined ? {} : { group }),
  };
}

/** A route on an override replaces all that was said of the member before; `@use` alone adds to it. */
function validSections(sections: readonly Section[]): readonly Section[] {
  if (sections.length === 1) return sections;
  const withRoutes = sections.flatMap((section, at) => (section.routes.length > 0 ? [at] : []));
  return withRoutes.length > 1 ? sections.slice(withRoutes.at(-1)) : sections;
}

/** What sections say together. */
function merge(sections: readonly Section[]): Omit<Section, "token"> {
  const [first] = sections;
  if (first !== undefined && sections.length === 1) return first; // as most often, and much faster
  return {
    routes: sections.flatMap((section) => section.routes),
    middleware: sections.flatMap((section) => section.middleware),
    headers: sections.flatMap((section) => section.headers),
    params: sections.flatMap((section) => section.params),
  };
}
