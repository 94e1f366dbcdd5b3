import { join } from "node:path";
import { warm } from "../measure";
import type { Durations, Subject } from "../measure";
import { startServer } from "../server-process";
import { checkAnswer } from "./check-answer";
import { contestants } from "./contestants";
import type { Contestant, ContestantName } from "./contestants";
import type { Generator } from "./generator";
import { connections } from "./load";
import { tasks } from "./tasks";
import type { TaskName } from "./tasks";

/** Who takes part in a task. */
export function contestantsOf(task: TaskName): ContestantName[] {
  const all: [string, Contestant][] = Object.entries(contestants);
  return all.filter(([, { only }]) => only?.includes(task) ?? true).map(([name]) => name as ContestantName); // the table's own keys
}

/** One contestant at one task, in a process of its own, which has to give the right answer first. */
export async function startHttp(
  node: string,
  name: ContestantName,
  task: TaskName,
  durations: Durations,
  generator: Generator,
): Promise<Subject> {
  const server = await startServer(node, join(__dirname, "serve.js"), name, task);
  try {
    await checkAnswer(tasks[task], server.port);
    return await warm(server, generator.loadFor(tasks[task], server.port), durations, connections);
  } catch (error) {
    await server.stop();
    throw error;
  }
}
