import type { Router as ExpressRouter } from "express";
import type { CompiledRoute, RouteGroup } from "../http/route";
import type { MatchOptions } from "../path/pattern";
import { RouteIndex } from "../path/route-index";
import { layersOf } from "./layer";
import type { Layer } from "./layer";

/** A layer and its place in `router.stack`; −1 when somebody has taken it out. */
interface Slot {
  readonly layer: Layer;
  position: number;
}

interface Target {
  readonly route: CompiledRoute;
  readonly slot: Slot;
}

/** Which layers of a mounted router a path concerns, found without asking each of them. */
export class RouteTable {
  readonly #index: RouteIndex<Target>;
  readonly #slots = new Map<Layer, Slot>();
  readonly #groups = new Map<RouteGroup, Slot[]>();
  /** The layers that were added by hand: each must be asked. */
  #foreign: Slot[] = [];
  /** The stack as it was when the positions were taken. */
  #known: readonly Layer[] = [];
  #stack: Layer[] = [];
  #touched = true;

  constructor(options: MatchOptions) {
    this.#index = new RouteIndex(options);
  }

  addRoute(route: CompiledRoute, layer: Layer): void {
    this.#index.add(route.pattern, { route, slot: this.#addSlot(layer) });
  }

  /** Adds a layer that concerns the paths of a group's routes. */
  addGroupLayer(group: RouteGroup, layer: Layer): void {
    const slots = this.#groups.get(group) ?? [];
    this.#groups.set(group, [...slots, this.#addSlot(layer)]);
  }

  /** The routes whose patterns accept a path, in order of registration. */
  routes(path: string): CompiledRoute[] {
    return this.#index.find(path).entries.map(({ value }) => value.route);
  }

  /**
   * Watches a router's stack: whoever changes it must first have read `router.stack`, so that it need
   * not be compared for every request.
   */
  watch(router: ExpressRouter): void {
    this.#stack = layersOf(router);
    Object.defineProperty(router, "stack", {
      configurable: true,
      enumerable: true,
      get: () => {
        this.#touched = true;
        return this.#stack;
      },
      set: (stack: Layer[]) => {
        this.#touched = true;
        this.#stack = stack;
      },
    });
  }

  /** Takes the positions anew if the watched stack is no longer what it was. */
  update(): void {
    const stack = this.#stack;
    const known = this.#known;
    if (!this.#touched && stack.length === known.length) return;
    this.#touched = false;
    if (stack.length === known.length && stack.every((layer, at) => layer === known[at])) return;
    for (const slot of this.#slots.values()) slot.position = -1;
    this.#foreign = [];
    for (const [position, layer] of stack.entries()) {
      const slot = this.#slots.get(layer);
      if (slot === undefined) this.#foreign.push({ layer, position });
      else slot.position = position;
    }
    this.#known = [...stack];
  }

  /** The layers that a path concerns, in the order of the stack. */
  find(path: string): readonly Slot[] {
    const { entries } = this.#index.find(path);
    if (this.#foreign.length === 0 && this.#groups.size === 0) return entries.map(({ value }) => value.slot);
    const slots = new Set(this.#foreign);
    for (const { value } of entries) {
      slots.add(value.slot);
      const { group } = value.route;
      for (const slot of (group && this.#groups.get(group)) ?? []) slots.add(slot);
    }
    return [...slots].toSorted((a, b) => a.position - b.position);
  }

  #addSlot(layer: Layer): Slot {
    const slot = { layer, position: this.#slots.size };
    this.#slots.set(layer, slot);
    return slot;
  }
}

/**
 * Stands in the stack of one request's view of a router, before each layer that the path concerns,
 * and puts the next one behind itself when Express asks it whether it matches. Express reads
 * `stack.length` and `stack[i]` anew at each step, and asks with the path as it then is: a
 * middleware that rewrites `req.url` is followed by the layers that the new path concerns.
 */
export class Selection implements Layer {
  readonly route = undefined;
  readonly stack: Layer[] = [this];
  readonly #table: RouteTable;
  #path?: string;
  #slots: readonly Slot[] = [];
  #next = 0;
  #position = -1;

  constructor(table: RouteTable) {
    this.#table = table;
  }

  match(path: string): false {
    if (path !== this.#path) {
      this.#path = path;
      this.#slots = this.#table.find(path);
      this.#next = 0;
    }
    for (;;) {
      const slot = this.#slots[this.#next++];
      if (slot === undefined) return false;
      if (slot.position <= this.#position) continue;
      this.#position = slot.position;
      this.stack.push(slot.layer, this);
      return false;
    }
  }
}
