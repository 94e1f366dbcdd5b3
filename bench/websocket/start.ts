import { fork } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { Answers } from "./server";

/** A server in a process of its own. */
export interface Started {
  readonly url: string;
  ask<Question extends keyof Answers>(question: Question): Promise<Answers[Question]>;
  stop(): Promise<void>;
}

export async function start(name: string): Promise<Started> {
  const execArgv = ["--expose-gc", "--import", "tsx"];
  const child = fork(join(__dirname, "server.ts"), [name], { execArgv });
  const port = await answerOf<number>(child);
  return {
    url: `ws://127.0.0.1:${port}/echo`,
    ask(question) {
      child.send(question);
      return answerOf(child);
    },
    async stop() {
      child.kill();
      await once(child, "exit");
    },
  };
}

async function answerOf<T>(child: ChildProcess): Promise<T> {
  const [answer] = (await once(child, "message")) as [T];
  return answer;
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
