// CPU per echoed message, against bare ws and plain express-ws. Usage: npm run bench:websocket
import { once } from "node:events";
import WebSocket from "ws";
import { servers } from "./servers";
import { median, start } from "./start";

const sockets = 100;
const messages = 100_000;
const rounds = Number(process.argv[2] ?? 7);
const text = "x".repeat(64);

/** @returns sends messages until `count` have come back: each socket has one under way at a time. */
async function connect(url: string): Promise<(count: number) => Promise<unknown>> {
  const clients = await Promise.all(
    Array.from({ length: sockets }, async () => {
      const client = new WebSocket(url);
      await once(client, "open");
      return client;
    }),
  );
  return (count) => Promise.all(clients.map((client) => exchange(client, count / sockets)));
}

async function exchange(client: WebSocket, count: number): Promise<void> {
  let received = 0;
  await new Promise<void>((resolve) => {
    client.on("message", function receive() {
      if (++received < count) {
        client.send(text);
        return;
      }
      client.off("message", receive);
      resolve();
    });
    client.send(text);
  });
}

/** @returns microseconds of CPU per message, in a new process. */
async function measure(name: string): Promise<number> {
  const server = await start(name);
  const send = await connect(server.url);
  await send(messages / 5); // until it is compiled
  const before = await server.ask("cpu");
  await send(messages);
  const after = await server.ask("cpu");
  await server.stop();
  return (after - before) / messages;
}

async function main(): Promise<void> {
  const names = Object.keys(servers);
  const results = new Map<string, number[]>(names.map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const name of names) results.get(name)?.push(await measure(name));
  }
  const bare = results.get("ws") ?? [];
  console.log(
    `${messages} messages of ${text.length} bytes, ${sockets} sockets, ${rounds} rounds; Node ${process.version}`,
  );
  for (const [name, values] of results) {
    const ratios = values.map((value, round) => value / (bare[round] ?? Number.NaN));
    const spread = [Math.min(...ratios), Math.max(...ratios)].map((ratio) => ratio.toFixed(2)).join("–");
    console.log(
      `${name.padEnd(20)} ${median(values).toFixed(2)} µs each; ${median(ratios).toFixed(3)} of bare ws (${spread})`,
    );
  }
}

void main();
