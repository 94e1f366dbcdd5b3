import { fork } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import type { Answers } from "./served";

/** A server in a process of its own. */
export interface ServerProcess {
  readonly port: number;
  ask<Question extends keyof Answers>(question: Question): Promise<Answers[Question]>;
  stop(): Promise<void>;
}

/** @param node - the binary to run it with */
export async function startServer(
  node: string,
  program: string,
  ...args: readonly string[]
): Promise<ServerProcess> {
  const child = fork(program, args, { execPath: node, execArgv: ["--expose-gc"] });
  const port = await answerOf<number>(child);
  return {
    port,
    ask(question) {
      child.send(question);
      return answerOf(child);
    },
    async stop() {
      child.kill();
      if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
    },
  };
}

/** The next thing that a process says. @throws when it ends instead */
export function answerOf<T>(child: ChildProcess): Promise<T> {
  return new Promise((resolve, reject) => {
    const end = (code: number | null) => {
      reject(new Error(`${child.spawnargs.slice(1).join(" ")} ended with ${code}`));
    };
    child.once("exit", end);
    child.once("message", (answer) => {
      child.off("exit", end);
      resolve(answer as T);
    });
  });
}
