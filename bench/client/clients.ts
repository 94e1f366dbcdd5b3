import { Pool } from "undici";
import { HTTPClient, JsonResponse } from "colonnade";

/** Makes one request, and reads its JSON. */
export type Ask = () => Promise<unknown>;

/** What is compared, each with as many connections as there are requests under way. */
export const clients: Readonly<Record<string, (port: number, connections: number) => Ask>> = {
  "undici Pool.request"(port, connections) {
    const pool = new Pool(`http://127.0.0.1:${port}`, { connections });
    return async () => (await pool.request({ path: "/", method: "GET" })).body.json();
  },
  "HTTPClient, awaited"(port, connections) {
    const client = new HTTPClient(["127.0.0.1", port], "http", { connections });
    return async () => payloadOf(await client.get("/"));
  },
  "HTTPClient, called back"(port, connections) {
    const client = new HTTPClient(["127.0.0.1", port], "http", { connections });
    const update = () => {
      client.update();
      if (client.pending() > 0) setImmediate(update);
    };
    return () =>
      new Promise((resolve) => {
        if (client.pending() === 0) setImmediate(update);
        client.get("/", null, null, (response) => resolve(payloadOf(response)));
      });
  },
  "global fetch"(port) {
    return async () => (await fetch(`http://127.0.0.1:${port}/`)).json();
  },
};

function payloadOf(response: unknown): unknown {
  if (response instanceof JsonResponse && response.statusCode === 200) return response.payload;
  throw new Error("No JSON came", { cause: response });
}
