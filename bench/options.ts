import { parseArgs } from "node:util";
import type { Durations } from "./measure";
import { availableMajors, majorOf } from "./nodes";
import { taskNames } from "./tasks";
import type { TaskName } from "./tasks";

export interface Options {
  readonly nodes: readonly string[];
  readonly tasks: readonly TaskName[];
  /** Only these; all by default. */
  readonly contestants?: readonly string[];
  readonly rounds: number;
  readonly durations: Durations;
  /** Whether to write down what was measured. */
  readonly save: boolean;
}

/** A look at whether everything works, not at how fast it is. */
const quickTasks: readonly TaskName[] = [
  "one",
  "wildcard",
  "missing",
  "post",
  "compressed",
  "echo7",
  "echo8",
];

const usage = `npm run bench -- [--node 20,24] [--tasks one,post] [--contestants express5,nest]
                 [--rounds 5] [--warm-up seconds] [--measure seconds] [--no-save]
npm run bench:quick
tasks: ${taskNames.join(", ")}`;

export function parseOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    allowNegative: true,
    options: {
      quick: { type: "boolean", default: false },
      node: { type: "string" },
      tasks: { type: "string" },
      contestants: { type: "string" },
      rounds: { type: "string" },
      "warm-up": { type: "string" },
      measure: { type: "string" },
      save: { type: "boolean" },
    },
  });
  const { quick } = values;
  const contestants = values.contestants?.split(",");
  return {
    nodes: values.node?.split(",") ?? (quick ? [majorOf(process.versions.node)] : availableMajors()),
    tasks: values.tasks?.split(",").map(taskNamed) ?? (quick ? quickTasks : taskNames),
    rounds: numberOf(values.rounds ?? (quick ? "1" : "5")),
    durations: {
      warmUp: numberOf(values["warm-up"] ?? (quick ? "0.05" : "2")),
      measure: numberOf(values.measure ?? (quick ? "0.05" : "0.3")),
    },
    ...(contestants === undefined ? {} : { contestants }),
    save: values.save ?? (!quick && contestants === undefined), // what was not measured in turn is no result
  };
}

function taskNamed(name: string): TaskName {
  const task = taskNames.find((known) => known === name);
  if (task === undefined) throw new Error(`There is no task ${name}.\n${usage}`);
  return task;
}

function numberOf(value: string): number {
  const number = Number(value);
  if (!(number > 0)) throw new Error(`${value} has to be a number over 0.\n${usage}`);
  return number;
}
