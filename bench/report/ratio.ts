import type { AnyContestant, Results } from "../results";
import type { TaskName } from "../tasks";

/** A contestant at a task. */
export interface Cell {
  readonly task: TaskName;
  readonly contestant: AnyContestant;
}

/** Microseconds of CPU per request, round by round; none where it was not measured. */
export function cpuOf(results: Results, { task, contestant }: Cell): readonly number[] {
  return results.tasks[task]?.rounds[contestant]?.map(({ cpu }) => cpu) ?? [];
}

/** CPU per request of one by that of another, each round by itself. */
export function ratiosOf(results: Results, cell: Cell, against: Cell): readonly number[] {
  const [values, others] = [cpuOf(results, cell), cpuOf(results, against)];
  return values.slice(0, others.length).map((value, round) => value / (others[round] ?? Number.NaN));
}
