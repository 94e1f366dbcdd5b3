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

async function runTask(
  node: NodeBinary,
  task: TaskName,
  { rounds, durations, contestants }: Options,
  generator: Generator,
): Promise<TaskResults> {
  const entries = entriesOf(task, generator).filter(({ name }) => contestants?.includes(name) ?? true);
  const measured = new Map<AnyContestant, Measured[]>(entries.map(({ name }) => [name, []]));
  const subjects = new Map<AnyContestant, Subject>();
  const attempt = async <Result>(name: AnyContestant, action: () => Promise<Result>): Promise<Result> => {
    try {
      return await action();
    } catch (cause) {
      throw new Error(`${contestantTitle(name)} failed at ${taskTitle(task)}`, { cause });
    }
  };
  for (const entry of entries) {
    subjects.set(entry.name, await attempt(entry.name, () => entry.start(node.path, durations)));
  }
  for (let round = 0; round < rounds; round++) {
    for (const [name, subject] of subjects) {
      measured.get(name)?.push(await attempt(name, () => subject.measure()));
    }
  }
  for (const subject of subjects.values()) await subject.stop();
  return {
    measured: new Date().toISOString().slice(0, 10),
    durations,
    rounds: Object.fromEntries(measured),
  };
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
    for (const task of options.tasks) {
      const results = await runTask(node, task, options, generator);
      print(task, results);
      if (!options.save) continue;
      saveResults(major, {
        node: node.version,
        machine: thisMachine(),
        versions: installedVersions(),
        tasks: { [task]: results },
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
