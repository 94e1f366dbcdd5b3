// Requests per second and CPU per request of HTTPClient, against undici's pool and fetch. Usage: npm run bench:client
import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { answerOf } from "../server-process";
import { showSpread } from "../statistics";
import type { Needed } from "./client";
import { clients } from "./clients";

const requests = 40_000;
const concurrency = 50;
const rounds = Number(process.argv[2] ?? 9);

/** In a process of its own. */
async function measure(name: string, port: number): Promise<Needed> {
  const args = [name, port, requests, concurrency].map(String);
  const child = fork(join(__dirname, "client.js"), args);
  const [needed] = await Promise.all([answerOf<Needed>(child), once(child, "exit")]);
  return needed;
}

async function main(): Promise<void> {
  const server = fork(join(__dirname, "server.js"));
  const port = await answerOf<number>(server);
  const results = new Map<string, Needed[]>(Object.keys(clients).map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const [name, list] of results) list.push(await measure(name, port));
  }
  server.kill();

  const pool = results.get("undici Pool.request") ?? [];
  const about = `${requests} requests, ${concurrency} at once, ${rounds} rounds; Node ${process.version}`;
  console.log(`${about}\nmedian (least–most); the ratios are to undici's Pool.request of the same round`);
  for (const [name, list] of results) {
    const rates = list.map(({ time }) => 1_000_000 / time);
    const ratios = list.map(({ time }, round) => (pool[round]?.time ?? Number.NaN) / time);
    console.log(
      `${name.padEnd(24)} ${showSpread(rates, 0)} requests/s, ${showSpread(ratios, 2)} of the pool's; ` +
        `${showSpread(
          list.map(({ cpu }) => cpu),
          1,
        )} µs of CPU`,
    );
  }
}

void main();
