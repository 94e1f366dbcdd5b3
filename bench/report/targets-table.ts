import type { Results } from "../results";
import { median, showSpread } from "../statistics";
import { table } from "./markdown";
import { ratiosOf } from "./ratio";
import { targets } from "./targets";
import type { Target } from "./targets";

/** Every target on every Node: what is allowed, the ratio that was measured, and whether that will do. */
export function targetsTable(all: ReadonlyMap<string, Results>): string {
  const head = ["CPU per request, as a ratio", ...[...all.keys()].map((major) => `Node ${major}`)];
  return table(
    head,
    targets.map((target) => [
      target.title,
      ...[...all].map(([major, results]) => verdict(target, major, results)),
    ]),
  );
}

export function verdict(target: Target, major: string, results: Results): string {
  const [limit, aim] = [target.limits[major], target.aims?.[major]];
  const ratios = ratiosOf(results, target.cell, target.against);
  if (limit === undefined || ratios.length === 0) return "not measured";
  const ratio = median(ratios);
  const allowed =
    aim === undefined ? `≤ ${limit.toFixed(2)}` : `≤ ${limit.toFixed(2)}, aim ${aim.toFixed(2)}`;
  return `${showSpread(ratios, 3)}; ${allowed}: ${judge(ratio, limit, aim)}`;
}

function judge(ratio: number, limit: number, aim: number | undefined): string {
  if (ratio > limit) return "**not met**";
  return aim !== undefined && ratio <= aim ? "met, and the aim" : "met";
}
