import type { ServerProcess } from "./server-process";

/** Sends so many requests, and returns when all of them have been answered. @returns seconds */
export type Load = (amount: number) => Promise<number>;

export interface Durations {
  /** In seconds. */
  readonly warmUp: number;
  readonly measure: number;
}

/** What one round gives. */
export interface Measured {
  /** Microseconds of the server's process for each request. */
  readonly cpu: number;
  /** Requests per second. */
  readonly rate: number;
}

/** A server that is warm. */
export interface Subject {
  measure(): Promise<Measured>;
  stop(): Promise<void>;
}

/** What a just-in-time compiler needs to have seen, unless the server is too slow for so many. */
const enough = 20_000;

/**
 * Warms a server up, until `warmUp` seconds have gone and it has answered {@link enough}, or for twice that time.
 *
 * It is measured by a number of requests, which the last of the warm-up tells for the time that is wanted: what was
 * asked for has all been answered when the processor time is read, however slow the server.
 */
export async function warm(
  server: ServerProcess,
  load: Load,
  { warmUp, measure: seconds }: Durations,
  atOnce: number,
): Promise<Subject> {
  const start = performance.now();
  let amount = atOnce;
  let rate: number;
  let [total, elapsed] = [0, 0];
  do {
    rate = amount / (await load(amount));
    total += amount;
    elapsed = (performance.now() - start) / 1_000;
    amount = round(rate * Math.min(warmUp / 3, seconds), atOnce);
  } while (elapsed < warmUp || (total < enough && elapsed < 2 * warmUp));

  amount = round(rate * seconds, atOnce);
  return {
    async measure() {
      const before = await server.ask("cpu");
      const time = await load(amount);
      const after = await server.ask("cpu");
      return { cpu: (after - before) / amount, rate: amount / time };
    },
    stop: () => server.stop(),
  };
}

/** As many for each connection. */
function round(amount: number, atOnce: number): number {
  return Math.max(1, Math.round(amount / atOnce)) * atOnce;
}
