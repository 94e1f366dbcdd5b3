import { readFileSync } from "node:fs";
import { join } from "node:path";

const root = join(__dirname, "../..");

type Rounds = Partial<Record<string, { readonly cpu: number }[]>>;

/** What `npm run bench` has measured, by major release of Node. */
function roundsOf(major: number, task: string): Rounds {
  const text = readFileSync(join(root, `bench/results/${major}.json`), "utf8");
  const { tasks } = JSON.parse(text) as { tasks: Record<string, { rounds: Rounds }> };
  return tasks[task]?.rounds ?? {};
}

/** The median of the ratios of CPU per request, as `bench/RESULTS.md` has it. */
function ratio(major: number, task: string, contestant: string): string {
  const rounds = roundsOf(major, task);
  const ratios = (rounds[contestant] ?? []).map(
    ({ cpu }, at) => cpu / (rounds["express5"]?.[at]?.cpu ?? NaN),
  );
  ratios.sort((a, b) => a - b);
  return (ratios[Math.floor(ratios.length / 2)] ?? NaN).toFixed(2);
}

/** The cells of the row of README's table that begins so. */
function row(begins: string): string[] {
  const readme = readFileSync(join(root, "README.md"), "utf8");
  const line = readme.split("\n").find((each) => each.startsWith(`| ${begins}`)) ?? "";
  return line
    .split("|")
    .slice(2, -1)
    .map((cell) => cell.trim());
}

describe("the figures in README.md", () => {
  it.each([
    ["a Resource in the same app and `app.listen`", "one", "colonnadeListen"],
    ["the same by `createServer(app).listen`", "one", "colonnadeCreateServer"],
    ["the last of 1,000 routes, by `createServer`", "last1000", "colonnadeCreateServer"],
  ])("are those that were measured: %s", (begins, task, contestant) => {
    expect(row(begins)).toEqual([20, 22, 24, 26].map((major) => ratio(major, task, contestant)));
  });
});
