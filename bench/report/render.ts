// Writes RESULTS.md and its charts out of what has been measured.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { bench } from "../folder";
import { readAllResults } from "../results";
import { drawn, taskChart } from "./charts";
import { documentOf } from "./document";

export function render(): void {
  const all = readAllResults();
  if (all.size === 0) throw new Error("Nothing has been measured yet");
  for (const task of drawn) writeFileSync(join(bench, "results", `${task}.svg`), taskChart(task, all));
  const notes = readFileSync(join(bench, "notes.md"), "utf8");
  writeFileSync(join(bench, "RESULTS.md"), documentOf(all, notes));
}

if (require.main === module) render();
