import { setTimeout } from "node:timers/promises";
import type { AppProcess, Memory } from "./app-process";
import type { Ledger } from "./ledger";

/** @returns what the app's memory holds, every five seconds. */
export async function watchMemory(app: AppProcess, seconds: number): Promise<Memory[]> {
  const samples: Memory[] = [];
  for (let at = 0; at < seconds; at += 5) {
    await setTimeout(Math.min(5, seconds - at) * 1_000);
    samples.push(await app.memory());
  }
  return samples;
}

/** Memory is level when the end holds no more than the tenth second did, but for what comes and goes. */
export function checkMemory(samples: readonly Memory[], ledger: Ledger): void {
  const [early, late] = [samples[1], samples.at(-1)];
  if (early === undefined || late === undefined || samples.length < 4) return; // too short a run to tell
  for (const [kind, factor, slack] of [
    ["heapUsed", 1.1, 4],
    ["rss", 1.15, 16],
  ] as const) {
    const allowed = early[kind] * factor + slack * 2 ** 20;
    if (late[kind] > allowed) ledger.violated(`${kind} grew from ${early[kind]} to ${late[kind]} bytes`);
  }
}
