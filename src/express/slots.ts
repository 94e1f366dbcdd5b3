import type { Router as ExpressRouter } from "express";
import { layersOf } from "./layer";
import type { Layer } from "./layer";

/** A layer and its place in `router.stack`; −1 when somebody has taken it out. */
export interface Slot {
  readonly layer: Layer;
  /** What the layer matches by; somebody may have replaced it since. */
  readonly match: Layer["match"];
  position: number;
}

/** Where the layers of a mounted router stand in its stack, which anybody may change. */
export class Slots {
  /** The layers that were added by hand: each must be asked. */
  foreign: readonly Slot[] = [];
  /** Whether those that were added here stand in the order in which they were. */
  ordered = true;
  readonly #router: ExpressRouter;
  readonly #own = new Map<Layer, Slot>();
  /** The stack as it was when the positions were taken. */
  #known: readonly Layer[] = [];
  #watched: Layer[] | undefined;
  #touched = true;

  constructor(router: ExpressRouter) {
    this.#router = router;
  }

  /** Has the stack tell of its changes, whoever holds it, so that it need not be compared for every request. */
  watch(): void {
    this.#watched = this.#toWatched(layersOf(this.#router));
    Object.assign(this.#router, { stack: this.#watched });
  }

  add(layer: Layer): Slot {
    const slot = { layer, match: layer.match, position: -1 };
    this.#own.set(layer, slot);
    return slot;
  }

  /**
   * Takes the positions anew if the stack is no longer what it was.
   *
   * @returns whether it was not.
   */
  update(): boolean {
    const stack = layersOf(this.#router);
    if (stack === this.#watched && !this.#touched) return false;
    const known = this.#known;
    this.#touched = false;
    if (stack.length === known.length && stack.every((layer, at) => layer === known[at])) return false;
    for (const slot of this.#own.values()) slot.position = -1;
    const foreign: Slot[] = [];
    for (const [position, layer] of stack.entries()) {
      const slot = this.#own.get(layer);
      // Of a layer that stands there twice, the second is asked like one that was added by hand.
      if (slot === undefined || slot.position !== -1) foreign.push({ layer, match: layer.match, position });
      else slot.position = position;
    }
    this.foreign = foreign;
    const positions = [...this.#own.values()].map(({ position }) => position).filter((at) => at !== -1);
    this.ordered = positions.every((position, at) => at === 0 || position > (positions[at - 1] ?? 0));
    this.#known = [...stack];
    return true;
  }

  #toWatched(stack: Layer[]): Layer[] {
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
}
