import { contestants } from "../http/contestants";
import type { ContestantName } from "../http/contestants";
import type { TaskName } from "../http/tasks";
import type { Results } from "../results";
import { median } from "../statistics";
import { contestantTitle, taskTitle } from "../tasks";
import { chart } from "./chart";
import { cpuOf } from "./ratio";

/** The tasks that are drawn; the others are in the tables. */
export const drawn = ["one", "last1000"] as const satisfies readonly TaskName[];

/** A task on every Node that has been measured. */
export function taskChart(task: (typeof drawn)[number], all: ReadonlyMap<string, Results>): string {
  const groups = [...all.values()].map((results) => ({
    title: `Node ${results.node}`,
    bars: Object.keys(contestants).flatMap((name) => {
      const contestant = name as ContestantName; // the table's own keys
      const values = cpuOf(results, { task, contestant });
      const bar = { label: contestantTitle(contestant), value: median(values), ours: isOurs(contestant) };
      return values.length === 0 ? [] : [bar];
    }),
  }));
  return chart(`µs of CPU per request: ${taskTitle(task)}`, groups);
}

function isOurs(contestant: ContestantName): boolean {
  const packages: readonly string[] = contestants[contestant].packages;
  return packages.includes("colonnade");
}
