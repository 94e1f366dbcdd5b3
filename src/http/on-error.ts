import type { Request } from "./request";

/** Called with what would otherwise be lost: a failure that no client is told about. May be async. */
export type OnError = (error: unknown, request: Request | undefined) => unknown;

/** Calls `onError`; that it throws or, being async, rejects ends nothing. */
export function report(onError: OnError, error: unknown, request: Request | undefined): void {
  try {
    Promise.resolve(onError(error, request)).catch(logError);
  } catch (failure) {
    logError(failure);
  }
}

/** The default of `onError`. */
export function logError(error: unknown): void {
  console.error(error);
}
