// Runs examples/02-existing-app.ts under a mixed load, and checks that it holds.
//
//   npm run load [seconds]
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Result } from "autocannon";
import { AppProcess } from "./load/app-process";
import { sendBadInput } from "./load/bad-input";
import { checkDatabase } from "./load/check-database";
import { hangUp } from "./load/hang-ups";
import { Ledger } from "./load/ledger";
import { checkMemory, watchMemory } from "./load/memory";
import { read, write } from "./load/steady";
import { prepare, repeat, signIn, upload, visit } from "./load/visitors";

const seconds = Number(process.argv[2] ?? 60);
const ledger = new Ledger();

void run();

async function run(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "load-"));
  const database = join(folder, "library.db");
  const app = new AppProcess(database);
  try {
    await load(app, await app.started());
  } catch (error) {
    ledger.violated(`The load broke off: ${String(error)}`);
  }
  const end = await app.end();
  if (end !== "0") ledger.violated(`The app ended with ${end}`);
  for (const text of app.unhandled) ledger.violated(text);
  if (app.complaints !== "") ledger.violated(`The app wrote to stderr: ${app.complaints.slice(0, 3_000)}`);

  const rows = checkDatabase(database, ledger);
  console.log(`acknowledged  ${ledger.authors.size} authors, ${ledger.books.size} books`);
  console.log(`stored        ${rows.authors} authors, ${rows.books} books`);
  rmSync(folder, { recursive: true });

  console.log(ledger.violations.size === 0 ? "\nIt holds." : "\nIt does not hold:");
  for (const [what, times] of ledger.violations) console.log(`  ${times} × ${what}`);
  process.exit(ledger.violations.size === 0 ? 0 : 1); // when it broke off, autocannon still runs
}

async function load(app: AppProcess, url: URL): Promise<void> {
  await prepare(url, ledger);
  const cookie = await signIn(url);
  const time = AbortSignal.timeout(seconds * 1_000);
  const [reads, writes, samples] = await Promise.all([
    read(url, seconds, ledger),
    write(url, seconds, ledger),
    watchMemory(app, seconds),
    repeat(time, 2, (turn) => upload(url, turn, ledger)),
    repeat(time, 2, (turn) => visit(url, cookie, turn, ledger)),
    repeat(time, 8, (turn) => sendBadInput(url, turn, ledger)),
    repeat(time, 4, (turn) => hangUp(url, turn, ledger)),
  ]);
  const { status } = await fetch(new URL("/health", url));
  ledger.answered("GET /health afterwards", status, [200]);
  checkMemory(samples, ledger);
  samples.push(await app.memory());

  for (const [kind, statuses] of ledger.answers) {
    const counts = [...statuses].map(([each, times]) => `${each} × ${times}`);
    console.log(`${kind.padEnd(36)} ${counts.join(", ")}`);
  }
  console.log(`\nreads         ${describe(reads)}\nwrites        ${describe(writes)}`);
  console.log("\nMiB after garbage collection, every 5 s under load, and idle at the end");
  for (const kind of ["rss", "heapUsed", "external"] as const) {
    const sizes = samples.map((sample) => (sample[kind] / 2 ** 20).toFixed(1).padStart(6));
    console.log(`${kind.padEnd(9)}${sizes.join(" ")}`);
  }
  console.log();
}

function describe({ requests, latency, errors, timeouts }: Result): string {
  if (errors > 0) ledger.violated(`autocannon counts ${errors} connection errors, ${timeouts} timeouts`);
  const { p50, p99, max } = latency;
  return `${requests.average} a second; ${p50} ms at the median, ${p99} at the 99th percentile, ${max} at most`;
}
