import { contestants } from "./http/contestants";
import type { ContestantName } from "./http/contestants";
import { contestantsOf, startHttp } from "./http/http-task";
import type { Generator } from "./http/generator";
import { tasks as httpTasks } from "./http/tasks";
import type { TaskName as HttpTaskName } from "./http/tasks";
import type { Durations, Subject } from "./measure";
import { echoTasks, startEcho } from "./websocket/echo";
import type { EchoTaskName } from "./websocket/echo";
import { servers } from "./websocket/servers";
import type { EchoName } from "./websocket/servers";

export type TaskName = HttpTaskName | EchoTaskName;

export const taskNames = [...Object.keys(httpTasks), ...Object.keys(echoTasks)] as TaskName[]; // their own keys

/** A contestant at a task. */
export interface Entry {
  readonly name: ContestantName | EchoName;
  start(node: string, durations: Durations): Promise<Subject>;
}

export function isEcho(task: TaskName): task is EchoTaskName {
  return task in echoTasks;
}

export function entriesOf(task: TaskName, generator: Generator): Entry[] {
  if (isEcho(task)) {
    const names = Object.keys(servers) as EchoName[]; // its own keys
    return names.map((name) => ({
      name,
      start: (node, durations) => startEcho(node, name, task, durations),
    }));
  }
  return contestantsOf(task).map((name) => ({
    name,
    start: (node, durations) => startHttp(node, name, task, durations, generator),
  }));
}

export function taskTitle(task: TaskName): string {
  return isEcho(task) ? echoTasks[task].title : httpTasks[task].title;
}

export function contestantTitle(name: ContestantName | EchoName): string {
  return name in contestants ? contestants[name as ContestantName].title : name; // it has just been found there
}
