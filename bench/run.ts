// Runs the benchmark, one server at a time, the contestants of a task in turn.
import { startGenerator } from "./http/generator";
import type { Generator } from "./http/generator";
import { thisMachine } from "./machine";
import type { Measured, Subject } from "./measure";
import { findNode } from "./nodes";
import type { NodeBinary } from "./nodes";
import { parseOptions } from "./options";
import type { Options } from "./options";
import { render } from "./report/render";
import { saveResults } from "./results";
import type { AnyContestant, TaskResults } from "./results";
import { showSpread } from "./statistics";
import { contestantTitle, entriesOf, taskTitle } from "./tasks";
import type { TaskName } from "./tasks";
import { installedVersions } from "./versions";

/** One contestant at one task. */
interface Runner {
  readonly task: TaskName;
  readonly name: AnyContestant;
  readonly subject: Subject;
  readonly measured: Measured[];
}

/** Measures tasks, in turn with each other: what they cost can be compared, whatever else the machine does meanwhile. */
async function runTogether(
  node: NodeBinary,
  tasks: readonly TaskName[],
  { rounds, durations, contestants }: Options,
  generator: Generator,
): Promise<ReadonlyMap<TaskName, TaskResults>> {
  const attempt = async <Result>(
    { name, task }: Pick<Runner, "name" | "task">,
    action: () => Promise<Result>,
  ): Promise<Result> => {
    try {
      return await action();
    } catch (cause) {
      throw new Error(`${contestantTitle(name)} failed at ${taskTitle(task)}`, { cause });
    }
  };
  const runners: Runner[] = [];
  for (const task of tasks) {
    for (const entry of entriesOf(task, generator)) {
      const { name } = entry;
      if (contestants?.includes(name) === false) continue;
      const subject = await attempt({ name, task }, () => entry.start(node.path, durations));
      runners.push({ task, name, subject, measured: [] });
    }
  }
  // A contestant's tasks one after the other.
  const turns = runners.toSorted((one, other) => one.name.localeCompare(other.name));
  for (let round = 0; round < rounds; round++) {
    for (const turn of turns) turn.measured.push(await attempt(turn, () => turn.subject.measure()));
  }
  for (const { subject } of runners) await subject.stop();
  const measured = new Date().toISOString().slice(0, 10);
  return new Map(
    tasks.map((task) => {
      const own = runners.filter((runner) => runner.task === task).map((each) => [each.name, each.measured]);
      return [task, { measured, durations, rounds: Object.fromEntries(own) as TaskResults["rounds"] }];
    }),
  );
}

/** The tasks that are compared with each other stand together, every other one by itself. */
function batchesOf(tasks: readonly TaskName[]): TaskName[][] {
  const growing = tasks.filter((task) => task.startsWith("last"));
  const others = tasks.filter((task) => !growing.includes(task)).map((task) => [task]);
  return growing.length > 0 ? [growing, ...others] : others;
}

function print(task: TaskName, { rounds }: TaskResults): void {
  console.log(`\n${taskTitle(task)}`);
  for (const [name, list] of Object.entries(rounds)) {
    const title = contestantTitle(name as AnyContestant).padEnd(32); // the table's own keys
    const [cpu, rate] = [list.map((each) => each.cpu), list.map((each) => each.rate)];
    console.log(`${title} ${showSpread(cpu, 1)} µs of CPU each, ${showSpread(rate, 0)} a second`);
  }
}

async function main(): Promise<void> {
  const options = parseOptions(process.argv.slice(2));
  const generator = startGenerator();
  for (const major of options.nodes) {
    const node = findNode(major);
    console.log(`\n== Node ${node.version}: ${options.rounds} rounds`);
    for (const batch of batchesOf(options.tasks)) {
      const all = await runTogether(node, batch, options, generator);
      for (const [task, results] of all) print(task, results);
      if (!options.save) continue;
      const tasks: Partial<Record<TaskName, TaskResults>> = Object.fromEntries(all);
      saveResults(major, {
        node: node.version,
        machine: thisMachine(),
        versions: installedVersions(),
        tasks,
      });
    }
  }
  generator.stop();
  if (options.save) render();
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1); // the load generator and a server may still run
});
