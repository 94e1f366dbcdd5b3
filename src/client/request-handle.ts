import { ColonnadeError } from "../errors";
import type { ClientResponse } from "./answer";

/** A request of an `HTTPClient`, which can be awaited: it gives a response, and never rejects. */
export interface RequestHandle extends PromiseLike<ClientResponse> {
  /** Which request of its client it is: 1 for the first. */
  readonly id: number;
  /** Whether the response is there. */
  readonly ready: boolean;
  /** Undefined until it is there. */
  readonly response: ClientResponse | undefined;
  /** Ends the request with an `ErrorResponse`; once it is ready, does nothing. */
  cancel(): void;
}

/** Called with a response, inside `update()` or `getResponses()`. */
export type RequestCallback = (response: ClientResponse, handle: RequestHandle) => unknown;

/** What is told of a {@link Handle}. */
export interface HandleOwner {
  /** Somebody awaits it. */
  awaited(handle: Handle): void;
  /** Its response is there. */
  completed(handle: Handle): void;
}

/** A {@link RequestHandle} as its client has it. */
export class Handle implements RequestHandle {
  readonly id: number;
  readonly callback: RequestCallback | undefined;
  /** Whether somebody awaits the response, or has. */
  isAwaited = false;
  readonly #owner: HandleOwner;
  /** Ends what is under way. */
  #end: ((reason: Error) => void) | undefined;
  #response: ClientResponse | undefined;
  #promise: Promise<ClientResponse> | undefined;
  #resolve: ((response: ClientResponse) => void) | undefined;

  constructor(id: number, callback: RequestCallback | undefined, owner: HandleOwner) {
    this.id = id;
    this.callback = callback;
    this.#owner = owner;
  }

  get ready(): boolean {
    return this.#response !== undefined;
  }

  get response(): ClientResponse | undefined {
    return this.#response;
  }

  cancel(): void {
    this.end(new ColonnadeError("ERR_CLIENT_CANCELLED", "The request was cancelled"));
  }

  // oxlint-disable-next-line unicorn/no-thenable -- a handle is awaited
  then<Fulfilled = ClientResponse, Rejected = never>(
    onFulfilled?: ((response: ClientResponse) => Fulfilled | PromiseLike<Fulfilled>) | null,
    onRejected?: ((reason: unknown) => Rejected | PromiseLike<Rejected>) | null,
  ): Promise<Fulfilled | Rejected> {
    this.#promise ??= this.#toPromise();
    if (!this.isAwaited) {
      this.isAwaited = true;
      this.#owner.awaited(this);
    }
    return this.#promise.then(onFulfilled, onRejected);
  }

  /** @param end - ends what is under way, which then completes it. */
  begin(end: (reason: Error) => void): void {
    this.#end = end;
  }

  end(reason: Error): void {
    this.#end?.(reason);
  }

  complete(response: ClientResponse): void {
    this.#end = undefined;
    this.#response = response;
    this.#resolve?.(response);
    this.#owner.completed(this);
  }

  #toPromise(): Promise<ClientResponse> {
    if (this.#response !== undefined) return Promise.resolve(this.#response);
    return new Promise((resolve) => (this.#resolve = resolve));
  }
}
