import type { Request as ExpressRequest, Router as ExpressRouter } from "express";
import type { CompiledRoute, RouteGroup } from "../http/route";
import { bind } from "../path/bind";
import type { Bindings } from "../path/bind";
import { RouteIndex } from "../path/route-index";
import type { Found } from "../path/route-index";
import { clientPath, isSocket } from "../websocket/plain-express-ws";
import type { Layer, LayerRoute } from "./layer";
import type { CheckedOptions } from "./options";
import { Slots } from "./slots";
import type { Slot } from "./slots";

interface Target {
  readonly route: CompiledRoute;
  readonly slot: Slot;
}

/** The route that answers a request, and what it has bound. */
export interface Choice {
  readonly slot: Slot;
  readonly route: LayerRoute;
  readonly params: Bindings;
}

/** Which layers of a mounted router a path concerns, found without asking each of them. */
export class RouteTable {
  readonly #index: RouteIndex<Target>;
  readonly #slots: Slots;
  readonly #groups = new Map<RouteGroup, Slot[]>();
  /** The path that a request was last routed by, where somebody will ask for it. */
  readonly #paths = new WeakMap<ExpressRequest, string>();
  readonly #mergeParams: boolean;
  /** The callbacks of `router.param`, by name. */
  readonly #params: object;
  // What was found last: each layer on a request's way asks for the same path.
  #path: string | undefined;
  #found: Found<Target> = { entries: [], components: [] };
  /** The layers that it concerns, by whether an upgrade asks: a WebSocket's route is for upgrades alone. */
  readonly #concerned = new Map<boolean, readonly Slot[]>();
  /** What Express asks with for {@link #path}, where that is not the path that the client sent. */
  #alias: string | undefined;

  constructor(router: ExpressRouter, options: CheckedOptions) {
    this.#mergeParams = options.mergeParams;
    this.#params = (router as unknown as { params: object }).params; // which Express's types leave out
    this.#index = new RouteIndex(options);
    this.#slots = new Slots(router);
  }

  /** There are all routes now; what changes the router from here on is not ours. */
  seal(): void {
    this.#slots.watch();
  }

  addRoute(route: CompiledRoute, layer: Layer): void {
    this.#index.add(route.pattern, { route, slot: this.#slots.add(layer) });
  }

  /** Adds a layer that concerns the paths of a group's routes. */
  addGroupLayer(group: RouteGroup, layer: Layer): void {
    const slots = this.#groups.get(group) ?? [];
    this.#groups.set(group, [...slots, this.#slots.add(layer)]);
  }

  /** The routes of a group whose patterns accept a path, in order of registration. */
  groupRoutes(group: RouteGroup, path: string): CompiledRoute[] {
    const routes = this.#search(path).entries.map(({ value }) => value.route);
    return routes.filter((route) => route.group === group);
  }

  /** {@link groupRoutes} for a request that runs through the group's layers. */
  groupRoutesOf(group: RouteGroup, req: ExpressRequest): CompiledRoute[] {
    return this.groupRoutes(group, this.#paths.get(req) ?? "");
  }

  /**
   * @returns what a route binds of a path; undefined where it does not match.
   * @throws {ColonnadeError} `ERR_MALFORMED_PATH`
   */
  bind(route: CompiledRoute, path: string): Bindings | undefined {
    const { entries, components } = this.#search(path);
    return entries.some(({ value }) => value.route === route) ? bind(route.pattern, components) : undefined;
  }

  /**
   * What a route has bound of the path of a request that it runs for. `req.params` may also hold the
   * parent router's, under the name of an absent parameter of this route, and what `router.param`
   * made of its own.
   */
  matches(route: CompiledRoute, req: ExpressRequest): object {
    const path = this.#sharesParams() ? this.#paths.get(req) : undefined;
    return (path === undefined ? undefined : this.bind(route, path)) ?? req.params;
  }

  /** The layers that a request's path concerns, in the order of the stack: the same list until there is news. */
  find(path: string, req: ExpressRequest): readonly Slot[] {
    if (this.#slots.update()) this.#concerned.clear();
    const sent = clientPath(path, req);
    // Middleware may rewrite `req.url` before a handler runs.
    if (this.#groups.size > 0 || this.#sharesParams()) this.#paths.set(req, sent);
    this.#alias = undefined;
    const { entries } = this.#search(sent);
    this.#alias = sent === path ? undefined : path;
    const upgrade = isSocket(req);
    let slots = this.#concerned.get(upgrade);
    if (slots === undefined) this.#concerned.set(upgrade, (slots = this.#inOrder(entries, upgrade)));
    return slots;
  }

  /**
   * The route that answers a request, where nothing but the path and the method has a say in that: "none"
   * where no layer concerns the path, undefined where each layer must be asked.
   *
   * @param path - as Express would ask with.
   * @param method - in lower case; not OPTIONS, which Express answers by asking every route.
   * @throws {ColonnadeError} `ERR_MALFORMED_PATH`
   */
  choose(path: string, method: string): Choice | "none" | undefined {
    if (this.#slots.update()) this.#concerned.clear();
    if (this.#slots.foreign.length > 0 || !this.#slots.ordered || this.#sharesParams()) return undefined;
    const { entries, components } = this.#index.find(path);
    if (entries.length === 0) return "none";
    if (this.#groups.size > 0 && entries.some(({ value }) => this.#isGrouped(value.route))) return undefined;
    for (const { pattern, value } of entries) {
      const { slot } = value;
      const { route, match } = slot.layer;
      if (slot.position === -1 || value.route.webSocket !== undefined || route === undefined) continue;
      if (match !== slot.match) return undefined;
      if (answers(route, method)) return { slot, route, params: bind(pattern, components) };
      if (method === "head") return undefined; // which Express gives to every route
    }
    return undefined;
  }

  /** Whether a WebSocket's route matches a path. */
  hasSocket(path: string): boolean {
    return this.#search(path).entries.some(({ value }) => value.route.webSocket !== undefined);
  }

  /** Whether anything but a route's own pattern has a say in `req.params`. */
  #sharesParams(): boolean {
    if (this.#mergeParams) return true;
    for (const _name in this.#params) return true;
    return false;
  }

  #isGrouped({ group }: CompiledRoute): boolean {
    return group !== undefined && this.#groups.has(group);
  }

  #search(path: string): Found<Target> {
    if (path !== this.#path && path !== this.#alias) {
      this.#found = this.#index.find(path);
      this.#concerned.clear();
      this.#path = path;
    }
    return this.#found;
  }

  #inOrder(entries: Found<Target>["entries"], upgrade: boolean): readonly Slot[] {
    const slots = new Set(this.#slots.foreign);
    for (const { value } of entries) {
      const { route, slot } = value;
      if ((route.webSocket !== undefined) === upgrade) slots.add(slot);
      for (const each of (route.group && this.#groups.get(route.group)) ?? []) slots.add(each);
    }
    return [...slots].toSorted((a, b) => a.position - b.position);
  }
}

function answers({ methods }: LayerRoute, method: string): boolean {
  if (methods[method] === true || methods._all === true) return true;
  return method === "head" && methods.get === true;
}
