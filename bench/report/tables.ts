import { contestants } from "../http/contestants";
import type { ContestantName } from "../http/contestants";
import { tasks as httpTasks } from "../http/tasks";
import type { TaskName as HttpTaskName } from "../http/tasks";
import type { AnyContestant, Results } from "../results";
import { median, showSpread } from "../statistics";
import { contestantTitle, isEcho, taskNames, taskTitle } from "../tasks";
import type { TaskName } from "../tasks";
import { digitsOf, table } from "./markdown";
import { cpuOf, ratiosOf } from "./ratio";

const httpNames = Object.keys(httpTasks) as HttpTaskName[]; // their own keys
const contestantNames = Object.keys(contestants) as ContestantName[];

const growing = ["last10", "last100", "last1000", "last10000"] as const satisfies readonly TaskName[];

/** The medians of a Node: every contestant at every HTTP task. */
export function overview(results: Results): string {
  const measured = httpNames.filter((task) => task in results.tasks);
  const rows = contestantNames.map((contestant) => [
    contestantTitle(contestant),
    ...measured.map((task) => cell(cpuOf(results, { task, contestant }))),
  ]);
  return table(["µs of CPU per request", ...measured], rows);
}

function cell(values: readonly number[]): string {
  if (values.length === 0) return "";
  const middle = median(values);
  return middle.toFixed(digitsOf(middle));
}

/** The short names that {@link overview} has for the tasks. */
export function legend(): string {
  return table(
    ["", "what is asked for"],
    httpNames.map((task) => [`\`${task}\``, taskTitle(task)]),
  );
}

/** How the cost of a contestant grows with the number of routes. */
export function growthTable(results: Results): string {
  const rows = contestantNames
    .map((contestant) => [
      contestantTitle(contestant),
      ...growing.slice(1).map((task) => {
        const ratios = ratiosOf(results, { task, contestant }, { task: "last10", contestant });
        return ratios.length === 0 ? "" : showSpread(ratios, 2);
      }),
    ])
    .filter(([, ...cells]) => cells.at(-1) !== "");
  return table(["against the last of 10", "of 100", "of 1,000", "of 10,000"], rows);
}

/** All that was measured at a task: a row for each contestant. */
export function taskTable(results: Results, task: TaskName): string {
  const baseline = isEcho(task) ? "ws" : "express5";
  const rounds = results.tasks[task]?.rounds ?? {};
  const rows = Object.entries(rounds).map(([name, list]) => {
    const contestant = name as AnyContestant; // the file's own keys
    const [cpu, rate] = [list.map((each) => each.cpu), list.map((each) => each.rate)];
    return [
      contestantTitle(contestant),
      showSpread(cpu, digitsOf(median(cpu))),
      showSpread(ratiosOf(results, { task, contestant }, { task, contestant: baseline }), 3),
      showSpread(rate, 0),
    ];
  });
  return table(["", "µs of CPU each", `of ${contestantTitle(baseline)}`, "a second"], rows);
}

/** {@link taskTable} of every task that this Node has. */
export function everyTask(results: Results): string {
  const measured = taskNames.filter((task) => task in results.tasks);
  return measured
    .map((task) => {
      const { measured: day = "", durations } = results.tasks[task] ?? {};
      const about = `${day}, ${durations?.warmUp} s of warm-up, ${durations?.measure} s measured`;
      return `**${taskTitle(task)}** (${about})\n\n${taskTable(results, task)}`;
    })
    .join("\n\n");
}
