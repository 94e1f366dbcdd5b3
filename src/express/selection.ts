import type { Request as ExpressRequest } from "express";
import type { Layer } from "./layer";
import type { RouteTable } from "./route-table";
import type { Slot } from "./slots";

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
  readonly #req: ExpressRequest;
  #slots: readonly Slot[] = [];
  #next = 0;
  #position: number;

  /** @param after - a position in the stack: the layers up to there are left out. */
  constructor(table: RouteTable, req: ExpressRequest, after: number) {
    this.#table = table;
    this.#req = req;
    this.#position = after;
  }

  match(path: string): false {
    const slots = this.#table.find(path, this.#req);
    if (slots !== this.#slots) {
      this.#slots = slots;
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
