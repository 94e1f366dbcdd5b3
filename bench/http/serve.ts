// A process of its own for one of the contestants. Arguments: its name, and that of the task.
import { report } from "../served";
import { contestants } from "./contestants";
import type { ContestantName } from "./contestants";
import { tasks } from "./tasks";
import type { TaskName } from "./tasks";

async function main(contestant: ContestantName, task: TaskName): Promise<void> {
  const { serve } = await contestants[contestant].load();
  report(await serve(tasks[task].app));
}

const [, , contestant, task] = process.argv;
void main(contestant as ContestantName, task as TaskName); // the runner's own names
