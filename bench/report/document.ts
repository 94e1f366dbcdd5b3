import type { Results } from "../results";
import { taskTitle } from "../tasks";
import { drawn } from "./charts";
import { details, table } from "./markdown";
import { everyTask, growthTable, legend, overview, taskTable } from "./tables";
import { targetsTable } from "./targets-table";

const intro = `Written by \`npm run bench\`, out of \`results/*.json\`, which hold every round, and \`notes.md\`.

Each server has a process of its own, and so has autocannon, which loads it over 50 connections, each with one request under
way at a time. What is compared is measured in turn, round by round. Each server first has to answer as all the others do: the
same status, the same media type (but for its charset) and the same bytes; then it is warmed up. Other headers differ, as those of each are by
default: the Express family sends an \`ETag\` and \`X-Powered-By\`, Fastify, Hono and the raw server do not.
**CPU per request** is what the server's process has used, in all its threads, by the number of requests that it answered. A figure is
the median of the rounds, with the least and the most; a ratio is taken within each round.`;

/** `RESULTS.md`. @param notes - what is written by hand */
export function documentOf(all: ReadonlyMap<string, Results>, notes: string): string {
  const nodes = [...all];
  const perNode = (heading: string, part: (results: Results) => string) => [
    `## ${heading}`,
    ...nodes.map(([, results]) => `### ${heading}: Node ${results.node}\n\n${part(results)}`),
  ];
  const parts = [
    "# What Colonnade costs",
    intro,
    ...drawn.map((task) => `![CPU per request: ${taskTitle(task)}](results/${task}.svg)`),
    "## Targets",
    targetsTable(all),
    "## CPU per request",
    legend(),
    ...nodes.map(([, results]) => `### Node ${results.node}\n\n${overview(results)}`),
    ...perNode("Growth with the number of routes", growthTable),
    ...perNode("WebSockets", (results) =>
      (["echo7", "echo8"] as const)
        .filter((task) => task in results.tasks)
        .map((task) => `**${taskTitle(task)}**\n\n${taskTable(results, task)}`)
        .join("\n\n"),
    ),
    "## Every figure",
    ...nodes.map(([, results]) => details(`Node ${results.node}`, everyTask(results))),
    "## Machine and versions",
    machines(all),
    versions(all),
    notes.trim(),
  ];
  return `${parts.join("\n\n")}\n`;
}

function machines(all: ReadonlyMap<string, Results>): string {
  const rows = [...all.values()].map(({ node, machine: { processor, cores, memory, system } }) => [
    node,
    `${processor}, ${cores} cores`,
    `${memory} GiB`,
    system,
  ]);
  return table(["Node", "processor", "memory", "system"], rows);
}

function versions(all: ReadonlyMap<string, Results>): string {
  const names = [...new Set([...all.values()].flatMap((results) => Object.keys(results.versions)))];
  return table(
    ["", ...[...all.keys()].map((major) => `on Node ${major}`)],
    names.map((name) => [name, ...[...all.values()].map((results) => results.versions[name] ?? "")]),
  );
}
