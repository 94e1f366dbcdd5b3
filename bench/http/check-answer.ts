import assert from "node:assert/strict";
import { once } from "node:events";
import { request as send } from "node:http";
import type { IncomingMessage } from "node:http";
import { buffer } from "node:stream/consumers";
import { gunzipSync } from "node:zlib";
import type { Task } from "./tasks";

/** @throws when the answer is not what every contestant gives: status, media type, coding, and the bytes of the body */
export async function checkAnswer({ request, answer }: Task, port: number): Promise<void> {
  const { path, method, headers = {}, body } = request;
  const outgoing = send({ host: "127.0.0.1", port, path, method, headers, agent: false }).end(body);
  const [incoming] = (await once(outgoing, "response")) as [IncomingMessage];
  const bytes = await buffer(incoming);
  const { "content-type": type = "", "content-encoding": coding } = incoming.headers;
  assert.deepEqual(
    {
      status: incoming.statusCode,
      type: type.replace(/; *charset=utf-8$/i, ""),
      coding,
      body: (coding === "gzip" ? gunzipSync(bytes) : bytes).toString("latin1"),
    },
    { status: answer.status, type: answer.type, coding: answer.coding, body: answer.body },
  );
}
