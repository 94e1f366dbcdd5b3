// A process of its own for one of the clients. Arguments: its name, the port, how many requests, how many at once.
import { clients } from "./clients";

/** What a client needed for one request, in microseconds. */
export interface Needed {
  readonly time: number;
  readonly cpu: number;
}

async function main(name: string, port: number, requests: number, concurrency: number): Promise<Needed> {
  const ask = clients[name]?.(port, concurrency);
  if (ask === undefined) throw new Error(`There is no client ${name}`);
  const run = async (count: number) => {
    let left = count;
    const worker = async () => {
      while (left-- > 0) await ask();
    };
    await Promise.all(Array.from({ length: concurrency }, worker));
  };
  await run(requests / 4); // until it is compiled
  const [before, start] = [process.cpuUsage(), performance.now()];
  await run(requests);
  const { user, system } = process.cpuUsage(before);
  return { time: ((performance.now() - start) * 1_000) / requests, cpu: (user + system) / requests };
}

const [, , name = "", ...numbers] = process.argv;
const [port = 0, requests = 0, concurrency = 0] = numbers.map(Number);
void main(name, port, requests, concurrency).then((needed) => process.send?.(needed, () => process.exit()));
