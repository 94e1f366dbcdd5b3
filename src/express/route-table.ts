import type { Request as ExpressRequest, Router as ExpressRouter } from "express";
import type { CompiledRoute, RouteGroup } from "../http/route";
import { bind } from "../path/bind";
import type { Bindings } from "../path/bind";
import { RouteIndex } from "../path/route-index";
import type { Found } from "../path/route-index";
import { clientPath, isSocket } from "../websocket/plain-express-ws";
import { layersOf } from "./layer";
import type { Layer } from "./layer";
import type { CheckedOptions } from "./options";

/** A layer and its place in `router.stack`; −1 when somebody has taken it out. */
export interface Slot {
  readonly layer: Layer;
  position: number;
}

interface Target {
  readonly route: CompiledRoute;
  readonly slot: Slot;
}

/** Which layers of a mounted router a path concerns, found without asking each of them. */
export class RouteTable {
  readonly #router: ExpressRouter;
  readonly #index: RouteIndex<Target>;
  readonly #slots = new Map<Layer, Slot>();
  readonly #groups = new Map<RouteGroup, Slot[]>();
  /** The layers that were added by hand: each must be asked. */
  #foreign: Slot[] = [];
  /** The stack as it was when the positions were taken. */
  #known: readonly Layer[] = [];
  readonly #watched: Layer[];
  #touched = true;
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
    this.#router = router;
    this.#mergeParams = options.mergeParams;
    this.#params = (router as unknown as { params: object }).params; // which Express's types leave out
    this.#index = new RouteIndex(options);
    this.#watched = this.#watch(layersOf(router));
    Object.assign(router, { stack: this.#watched });
  }

  addRoute(route: CompiledRoute, layer: Layer): void {
    this.#index.add(route.pattern, { route, slot: this.#addSlot(layer) });
  }

  /** Adds a layer that concerns the paths of a group's routes. */
  addGroupLayer(group: RouteGroup, layer: Layer): void {
    const slots = this.#groups.get(group) ?? [];
    this.#groups.set(group, [...slots, this.#addSlot(layer)]);
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
    this.#update();
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

  /** Whether a WebSocket's route matches a path. */
  hasSocket(path: string): boolean {
    return this.#search(path).entries.some(({ value }) => value.route.webSocket !== undefined);
  }

  /** Whether anything but a route's own pattern has a say in `req.params`. */
  #sharesParams(): boolean {
    return this.#mergeParams || Object.keys(this.#params).length > 0;
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
    const own = entries.filter(({ value }) => (value.route.webSocket !== undefined) === upgrade);
    const [first] = own;
    const alone = own.length === 1 && this.#foreign.length === 0 && this.#groups.size === 0;
    if (alone && first !== undefined) return [first.value.slot];
    const slots = new Set(this.#foreign);
    for (const { value } of own) slots.add(value.slot);
    for (const { route } of entries.map(({ value }) => value)) {
      for (const each of (route.group && this.#groups.get(route.group)) ?? []) slots.add(each);
    }
    return [...slots].toSorted((a, b) => a.position - b.position);
  }

  #addSlot(layer: Layer): Slot {
    const slot = { layer, position: -1 };
    this.#slots.set(layer, slot);
    return slot;
  }

  /** A stack that tells of its changes, whoever holds it, so that it need not be compared for every request. */
  #watch(stack: Layer[]): Layer[] {
    return new Proxy(stack, {
      defineProperty: (target, key, descriptor) => {
        this.#touched = true;
        return Reflect.defineProperty(target, key, descriptor);
      },
      deleteProperty: (target, key) => {
        this.#touched = true;
        return Reflect.deleteProperty(target, key);
      },
    });
  }

  /** Takes the positions anew if the router's stack is no longer what it was. */
  #update(): void {
    const stack = layersOf(this.#router);
    if (stack === this.#watched && !this.#touched) return;
    const known = this.#known;
    this.#touched = false;
    if (stack.length === known.length && stack.every((layer, at) => layer === known[at])) return;
    for (const slot of this.#slots.values()) slot.position = -1;
    this.#foreign = [];
    for (const [position, layer] of stack.entries()) {
      const slot = this.#slots.get(layer);
      // Of a layer that stands there twice, the second is asked like one that was added by hand.
      if (slot === undefined || slot.position !== -1) this.#foreign.push({ layer, position });
      else slot.position = position;
    }
    this.#known = [...stack];
    this.#concerned.clear();
  }
}
