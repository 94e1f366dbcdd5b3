// Memory per idle socket, and what is left of them, against bare ws and plain express-ws.
//
//   npm run bench:websocket
import { once } from "node:events";
import WebSocket from "ws";
import { servers } from "./servers";
import { median, start } from "./start";

const sockets = 5_000;
const cycles = 10;
const rounds = Number(process.argv[2] ?? 3);
const atOnce = 100;

async function open(url: string, count = sockets): Promise<WebSocket[]> {
  const clients: WebSocket[] = [];
  while (clients.length < count) {
    const more = Array.from({ length: atOnce }, () => new WebSocket(url));
    await Promise.all(more.map((client) => once(client, "open")));
    clients.push(...more);
  }
  return clients;
}

async function close(clients: readonly WebSocket[]): Promise<void> {
  const closed = Promise.all(clients.map((client) => once(client, "close")));
  for (const client of clients) client.close();
  await closed;
}

interface Measured {
  /** In bytes for each socket. */
  readonly rss: number;
  readonly heap: number;
  /** In bytes: what is left when all the sockets have closed, once and `cycles` times. */
  readonly first: number;
  readonly last: number;
}

/** In a new process. */
async function measure(name: string): Promise<Measured> {
  const server = await start(name);
  // Until it is compiled, and V8 has the room that it takes for garbage: too few at a time to leave room
  // that the others could fill.
  for (let opened = 0; opened < sockets; opened += atOnce) await close(await open(server.url, atOnce));
  const before = await server.ask("memory");
  const clients = await open(server.url);
  const during = await server.ask("memory");
  await close(clients);
  const { heap: first } = await server.ask("memory");
  for (let cycle = 1; cycle < cycles; cycle++) await close(await open(server.url));
  const { heap: last } = await server.ask("memory");
  await server.stop();
  return {
    rss: (during.rss - before.rss) / sockets,
    heap: (during.heap - before.heap) / sockets,
    first,
    last,
  };
}

function print(name: string, results: readonly Measured[]): void {
  const show = (part: keyof Measured, unit: number) => {
    const values = results.map((result) => result[part] / unit);
    const [least, most] = [Math.min(...values), Math.max(...values)].map((value) => value.toFixed(1));
    return `${median(values).toFixed(1)} (${least}–${most})`;
  };
  const each = `${show("rss", 1024)} KiB of RSS, ${show("heap", 1024)} KiB of heap each`;
  const left = `${show("first", 2 ** 20)} MiB of heap after 1 cycle, ${show("last", 2 ** 20)} after ${cycles}`;
  console.log(`${name.padEnd(20)} ${each}; ${left}`);
}

async function main(): Promise<void> {
  console.log(`${sockets} idle sockets, ${cycles} cycles, ${rounds} rounds; Node ${process.version}`);
  const names = Object.keys(servers);
  const results = new Map<string, Measured[]>(names.map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const name of names) results.get(name)?.push(await measure(name));
  }
  for (const [name, measured] of results) print(name, measured);
}

void main();
