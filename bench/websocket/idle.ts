// Memory per idle socket, and what is left of them, against bare ws and plain express-ws.
//
//   npm run bench:websocket
import { once } from "node:events";
import WebSocket from "ws";
import { servers } from "./servers";
import { start } from "./start";

const sockets = 5_000;
const cycles = 10;
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

async function measure(name: string): Promise<void> {
  const server = await start(name);
  // Until it is compiled: too few to leave room that the others could fill.
  for (let round = 0; round < 5; round++) await close(await open(server.url, atOnce));
  const before = await server.ask("memory");
  const clients = await open(server.url);
  const during = await server.ask("memory");
  await close(clients);
  const first = await server.ask("memory");
  for (let cycle = 1; cycle < cycles; cycle++) await close(await open(server.url));
  const last = await server.ask("memory");
  await server.stop();
  const each = (bytes: number) => `${(bytes / sockets / 1024).toFixed(1)} KiB`;
  const mebibytes = (bytes: number) => `${(bytes / 2 ** 20).toFixed(1)} MiB`;
  console.log(
    `${name.padEnd(20)} ${each(during.rss - before.rss)} of RSS and ${each(during.heap - before.heap)} of heap each; ` +
      `heap after 1 cycle ${mebibytes(first.heap)}, after ${cycles} ${mebibytes(last.heap)}`,
  );
}

async function main(): Promise<void> {
  console.log(`${sockets} idle sockets, ${cycles} cycles; Node ${process.version}`);
  for (const name of Object.keys(servers)) await measure(name);
}

void main();
