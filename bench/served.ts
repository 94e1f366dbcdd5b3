import { setTimeout as wait } from "node:timers/promises";

/** What is asked of a process that serves, and what it answers. */
export interface Answers {
  /** What it has used so far, in microseconds, in all its threads. */
  readonly cpu: number;
  /** What it holds, in bytes, without what is garbage. */
  readonly memory: { readonly rss: number; readonly heap: number };
}

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

/** In a process that serves: tells its parent the port, and answers it from then on. */
export function report(port: number): void {
  process.on("message", (question: keyof Answers) => {
    void answer[question]().then((value) => process.send?.(value));
  });
  process.on("disconnect", () => process.exit());
  process.send?.(port);
}
