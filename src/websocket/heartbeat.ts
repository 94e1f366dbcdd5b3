/** What is asked to beat once in each interval. */
export interface Beating {
  beat(): void;
}

/** By interval, in milliseconds: one timer for all the sockets that share it. */
const sweeps = new Map<number, Set<Beating>>();

/**
 * Calls `beat` once in each interval. The timer keeps no process alive.
 *
 * @param interval - in milliseconds; 0 for never.
 */
export function startHeartbeat(beating: Beating, interval: number): void {
  if (interval > 0) (sweeps.get(interval) ?? createSweep(interval)).add(beating);
}

export function stopHeartbeat(beating: Beating, interval: number): void {
  sweeps.get(interval)?.delete(beating);
}

function createSweep(interval: number): Set<Beating> {
  const sweep = new Set<Beating>();
  sweeps.set(interval, sweep);
  const beat = () => {
    for (const each of sweep) each.beat();
    if (sweep.size > 0) return;
    sweeps.delete(interval);
    clearInterval(timer);
  };
  // Behind a pause of the whole process, what has come meanwhile is read first.
  const timer = setInterval(() => setImmediate(beat), interval).unref();
  return sweep;
}
