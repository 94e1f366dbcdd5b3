import { fork } from "node:child_process";
import { join } from "node:path";
import { answerOf } from "../server-process";
import type { Load } from "../measure";
import type { Order, Outcome } from "./load";
import type { Task } from "./tasks";

/** The process that makes the load; the same for all, and always on the Node that runs the benchmark. */
export interface Generator {
  loadFor(task: Task, port: number): Load;
  stop(): void;
}

export function startGenerator(): Generator {
  const child = fork(join(__dirname, "load.js"));
  return {
    loadFor({ request: { path, ...request }, answer: { status } }, port) {
      const order = { ...request, url: `http://127.0.0.1:${port}${path}`, status };
      return async (amount) => {
        child.send({ ...order, amount } satisfies Order);
        const outcome = await answerOf<Outcome>(child);
        if (typeof outcome === "string") throw new Error(`${path}: ${outcome}`);
        return outcome;
      };
    },
    stop: () => child.disconnect(),
  };
}
