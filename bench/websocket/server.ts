// A process of its own for one of the servers; the benchmark asks it what it has used.
import type { AddressInfo } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { servers } from "./servers";

/** What is asked of a server, and what it answers. */
export interface Answers {
  /** What it has used so far, in microseconds. */
  readonly cpu: number;
  /** What it holds, in bytes, without what is garbage. */
  readonly memory: { readonly rss: number; readonly heap: number };
}

const create = servers[process.argv[2] ?? ""];
if (create === undefined) throw new Error(`There is no server ${process.argv[2]}`);
const server = create().listen(0, "127.0.0.1", () => process.send?.((server.address() as AddressInfo).port));

process.on(
  "message",
  (question: keyof Answers) => void answer[question]().then((value) => process.send?.(value)),
);

const answer: { [Question in keyof Answers]: () => Promise<Answers[Question]> } = {
  cpu() {
    const { user, system } = process.cpuUsage();
    return Promise.resolve(user + system);
  },
  async memory() {
    // Some of what is garbage is freed only once its finalizers have run.
    for (let round = 0; round < 4; round++) {
      globalThis.gc?.();
      await wait(50);
    }
    const { rss, heapUsed } = process.memoryUsage();
    return { rss, heap: heapUsed };
  },
};
