import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { bench } from "./folder";
import type { ContestantName } from "./http/contestants";
import type { Machine } from "./machine";
import type { Durations, Measured } from "./measure";
import type { TaskName } from "./tasks";
import type { EchoName } from "./websocket/servers";

export type AnyContestant = ContestantName | EchoName;

/** One task on one Node: what each contestant gave in each round. */
export interface TaskResults {
  /** The day, such as `2026-01-31`. */
  readonly measured: string;
  readonly durations: Durations;
  readonly rounds: Readonly<Partial<Record<AnyContestant, readonly Measured[]>>>;
}

/** What was measured on one Node; a file of `results/`. */
export interface Results {
  readonly node: string;
  readonly machine: Machine;
  readonly versions: Readonly<Record<string, string>>;
  readonly tasks: Readonly<Partial<Record<TaskName, TaskResults>>>;
}

const folder = join(bench, "results");

function fileOf(major: string): string {
  return join(folder, `${major}.json`);
}

export function readResults(major: string): Results | undefined {
  const file = fileOf(major);
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Results) : undefined;
}

/** Of every Node that has been measured. */
export function readAllResults(): ReadonlyMap<string, Results> {
  const names = existsSync(folder) ? readdirSync(folder).toSorted() : [];
  const majors = names.filter((name) => name.endsWith(".json")).map((name) => basename(name, ".json"));
  const read = majors.map((major) => [major, readResults(major)] as const);
  return new Map(read.flatMap(([major, results]) => (results === undefined ? [] : [[major, results]])));
}

/** Adds what was measured to what this Node has of other tasks. */
export function saveResults(major: string, results: Results): void {
  mkdirSync(folder, { recursive: true });
  const tasks = { ...readResults(major)?.tasks, ...results.tasks };
  writeFileSync(fileOf(major), `${JSON.stringify({ ...results, tasks }, shorten, 1)}\n`);
}

function shorten(_key: string, value: unknown): unknown {
  return typeof value === "number" ? Number(value.toPrecision(5)) : value;
}
