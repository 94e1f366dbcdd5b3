import { once } from "node:events";
import WebSocket from "ws";
import { warm } from "../measure";
import type { Durations, Load, Subject } from "../measure";
import { start, urlOf } from "./start";
import type { WsMajor } from "./start";
import type { EchoName } from "./servers";

const sockets = 100;
const text = "x".repeat(64);

export const echoTasks = {
  echo7: { title: "an echoed WebSocket message of 64 bytes, ws 7", major: 7 },
  echo8: { title: "an echoed WebSocket message of 64 bytes, ws 8", major: 8 },
} as const satisfies Readonly<Record<string, { title: string; major: WsMajor }>>;

export type EchoTaskName = keyof typeof echoTasks;

/** One server at the echo, in a process of its own; the messages are sent from this one, always by ws 7. */
export async function startEcho(
  node: string,
  name: EchoName,
  task: EchoTaskName,
  durations: Durations,
): Promise<Subject> {
  const server = await start(name, echoTasks[task].major, node);
  try {
    return await warm(server, await connect(urlOf(server)), durations, sockets);
  } catch (error) {
    await server.stop();
    throw error;
  }
}

/** Each socket has one message under way at a time. */
async function connect(url: string): Promise<Load> {
  const clients = await Promise.all(
    Array.from({ length: sockets }, async () => {
      const client = new WebSocket(url);
      await once(client, "open");
      return client;
    }),
  );
  return async (amount) => {
    const start = performance.now();
    await Promise.all(clients.map((client) => exchange(client, amount / sockets)));
    return (performance.now() - start) / 1_000;
  };
}

async function exchange(client: WebSocket, count: number): Promise<void> {
  let received = 0;
  await new Promise<void>((resolve, reject) => {
    const end = () => reject(new Error("The server has closed the socket"));
    client.once("close", end);
    client.on("message", function receive(data: unknown) {
      if (data !== text) reject(new Error("The echo was another text, or was none"));
      if (++received < count) {
        client.send(text);
        return;
      }
      client.off("message", receive).off("close", end);
      resolve();
    });
    client.send(text);
  });
}
