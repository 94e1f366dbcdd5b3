// Memory per idle socket, and what is left of them, against bare ws and plain express-ws.
//
//   npm run bench:websocket
import { once } from "node:events";
import WebSocket from "ws";
import { showSpread } from "../statistics";
import { servers } from "./servers";
import type { EchoName } from "./servers";
import { start, urlOf } from "./start";

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
async function measure(name: EchoName): Promise<Measured> {
  const server = await start(name);
  // Until it is compiled, and V8 has the room that it takes for garbage: too few at a time to leave room
  // that the others could fill.
  for (let opened = 0; opened < sockets; opened += atOnce) await close(await open(urlOf(server), atOnce));
  const before = await server.ask("memory");
  const clients = await open(urlOf(server));
  const during = await server.ask("memory");
  await close(clients);
  const { heap: first } = await server.ask("memory");
  for (let cycle = 1; cycle < cycles; cycle++) await close(await open(urlOf(server)));
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
    return showSpread(values, 1);
  };
  const each = `${show("rss", 1024)} KiB of RSS, ${show("heap", 1024)} KiB of heap each`;
  const left = `${show("first", 2 ** 20)} MiB of heap after 1 cycle, ${show("last", 2 ** 20)} after ${cycles}`;
  console.log(`${name.padEnd(20)} ${each}; ${left}`);
}

async function main(): Promise<void> {
  console.log(`${sockets} idle sockets, ${cycles} cycles, ${rounds} rounds; Node ${process.version}`);
  const names = Object.keys(servers) as EchoName[];
  const results = new Map<EchoName, Measured[]>(names.map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const name of names) results.get(name)?.push(await measure(name));
  }
  for (const [name, measured] of results) print(name, measured);
}

void main();
