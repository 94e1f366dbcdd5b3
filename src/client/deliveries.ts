import { isPromise } from "../promise";
import { Handle } from "./request-handle";
import type { HandleOwner, RequestHandle } from "./request-handle";

/** Told when the callback of a request throws or rejects. */
export type OnRequestError = (error: unknown, handle: RequestHandle) => void;

/** The requests of a client whose responses have not been handed over. */
export class Deliveries implements HandleOwner {
  readonly #onError: (...args: Parameters<OnRequestError>) => unknown;
  readonly #pending = new Set<Handle>();
  /** Of the pending: those whose response is there, in the order in which they came. */
  readonly #completed = new Set<Handle>();
  /** Of the completed: those with a callback. */
  readonly #due = new Set<Handle>();
  #inCallback = false;

  constructor(onError: OnRequestError) {
    this.#onError = onError;
  }

  get size(): number {
    return this.#pending.size;
  }

  add(handle: Handle): void {
    this.#pending.add(handle);
  }

  completed(handle: Handle): void {
    if (handle.callback === undefined && handle.isAwaited) {
      this.#pending.delete(handle);
      return;
    }
    this.#completed.add(handle);
    if (handle.callback !== undefined) this.#due.add(handle);
  }

  awaited(handle: Handle): void {
    if (handle.callback === undefined && handle.ready) this.#remove(handle);
  }

  /** Ends every request that is under way. */
  end(reason: Error): void {
    const handles = [...this.#pending];
    for (const handle of handles) handle.end(reason);
  }

  /** Runs the callbacks of what has completed until now; called from a callback, does nothing. */
  run(): void {
    if (this.#inCallback) return;
    // One that is completed meanwhile, by its cancel(), has its turn next time: no callback can make this endless.
    const handles = [...this.#due];
    for (const handle of handles) this.#handOver(handle);
  }

  /** Hands over what has completed until now; called from a callback, nothing. */
  *take(): Generator<RequestHandle, void, undefined> {
    if (this.#inCallback) return;
    const handles = [...this.#completed];
    for (const handle of handles) {
      if (this.#handOver(handle)) yield handle;
    }
  }

  /** @returns whether it had not been handed over before. */
  #handOver(handle: Handle): boolean {
    if (!this.#completed.has(handle)) return false;
    try {
      this.#call(handle);
    } finally {
      this.#remove(handle);
    }
    return true;
  }

  #call(handle: Handle): void {
    const { callback, response } = handle;
    if (callback === undefined || response === undefined) return;
    this.#inCallback = true;
    try {
      const result = callback(response, handle);
      // A callback may return the handle of a further request, which is not awaited by that.
      if (!(result instanceof Handle) && isPromise(result)) void this.#watch(result, handle);
    } catch (error) {
      void this.#report(error, handle);
    } finally {
      this.#inCallback = false;
    }
  }

  async #watch(result: PromiseLike<unknown>, handle: Handle): Promise<void> {
    try {
      await result;
    } catch (error) {
      await this.#report(error, handle);
    }
  }

  /** Whatever becomes of it, the other callbacks run. */
  async #report(error: unknown, handle: Handle): Promise<void> {
    try {
      await this.#onError(error, handle);
    } catch (failure) {
      logError(failure);
    }
  }

  #remove(handle: Handle): void {
    this.#pending.delete(handle);
    this.#completed.delete(handle);
    this.#due.delete(handle);
  }
}

/** The default of `onError`. */
export function logError(error: unknown): void {
  console.error(error);
}
