import { tasks } from "../http/tasks";
import type { Task, TaskName } from "../http/tasks";
import type { Cell } from "./ratio";

/** At most this ratio of CPU per request. */
export interface Target {
  readonly title: string;
  readonly cell: Cell;
  readonly against: Cell;
  /** For each major of Node. */
  readonly limits: Readonly<Record<string, number>>;
  /** What is better than the limit, and hoped for. */
  readonly aims?: Readonly<Record<string, number>>;
}

/** Node 24 made cheap what Express costs most before it. */
function limits(before24: number, from24: number): Readonly<Record<string, number>> {
  return { 20: before24, 22: before24, 24: from24, 26: from24 };
}

const smallTasks = (Object.entries(tasks) as [TaskName, Task][]).filter(([, { small }]) => small); // its own keys

export const targets: readonly Target[] = [
  {
    title: "Colonnade in `app.listen`, one route, against Express 5",
    cell: { task: "one", contestant: "colonnadeListen" },
    against: { task: "one", contestant: "express5" },
    limits: limits(0.9, 0.85),
  },
  {
    title: "Colonnade in `app.listen`, the last of 1,000, against Express 5",
    cell: { task: "last1000", contestant: "colonnadeListen" },
    against: { task: "last1000", contestant: "express5" },
    limits: limits(0.3, 0.08),
  },
  {
    title: "Express 5 in `createServer`, one route, against Express 5",
    cell: { task: "one", contestant: "expressInCreateServer" },
    against: { task: "one", contestant: "express5" },
    limits: limits(0.3, 0.9),
  },
  {
    title: "Colonnade in `createServer`, one route, against Express 5",
    cell: { task: "one", contestant: "colonnadeCreateServer" },
    against: { task: "one", contestant: "express5" },
    limits: limits(0.2, 0.75),
    aims: limits(0.15, 0.6),
  },
  {
    title: "Colonnade in `createServer`, the last of 1,000, against Express 5",
    cell: { task: "last1000", contestant: "colonnadeCreateServer" },
    against: { task: "last1000", contestant: "express5" },
    limits: limits(0.06, 0.08),
  },
  {
    title: "`HTTPServer`, one route, ETags off, against Fastify",
    cell: { task: "one", contestant: "colonnadeHttpServerNoEtag" },
    against: { task: "one", contestant: "fastify" },
    limits: limits(1.25, 1.25),
    aims: limits(1, 1),
  },
  ...smallTasks.flatMap(([task, { title }]) =>
    (["routingControllers", "nest"] as const).map((other) => ({
      title: `Colonnade in \`createServer\`, ${title}, against ${other === "nest" ? "Nest" : "routing-controllers"}`,
      cell: { task, contestant: "colonnadeCreateServer" } as const,
      against: { task, contestant: other },
      limits: limits(0.3, 0.75),
    })),
  ),
  ...(["colonnadeListen", "colonnadeCreateServer", "colonnadeHttpServer"] as const).map((contestant) => ({
    title: `${nameOf(contestant)}, the last of 10,000 routes against the last of 10`,
    cell: { task: "last10000", contestant } as const,
    against: { task: "last10", contestant } as const,
    limits: limits(1.1, 1.1),
  })),
  ...(["echo7", "echo8"] as const).map((task) => ({
    title: `Colonnade, a WebSocket's echo, against bare ws ${task === "echo7" ? 7 : 8}`,
    cell: { task, contestant: "colonnade" } as const,
    against: { task, contestant: "ws" } as const,
    limits: limits(1.05, 1.05),
  })),
];

function nameOf(contestant: "colonnadeListen" | "colonnadeCreateServer" | "colonnadeHttpServer"): string {
  const names = {
    colonnadeListen: "Colonnade in `app.listen`",
    colonnadeCreateServer: "Colonnade in `createServer`",
    colonnadeHttpServer: "`HTTPServer`",
  };
  return names[contestant];
}
