// A process of its own for signals.test.ts: says on its output which port it has, and when it has been asked.
import { setTimeout as wait } from "node:timers/promises";
import { HTTPServer, JsonResponse, Resource, get, websocket } from "colonnade";
import type { Request } from "colonnade";

const count = Number(process.argv[2]);
let asked = 0;
const ended = new Promise<void>((resolve) => {
  for (const signal of ["SIGTERM", "SIGINT"]) process.once(signal, () => resolve());
});

class Slow extends Resource {
  @get("/slow/:id")
  async slow({ matches }: Request<"/slow/:id">) {
    if (++asked === count) console.log("asked");
    await Promise.all([wait(200), ended]); // on a crowded machine, the signal may take longer
    return new JsonResponse({ id: matches.id, filler: "x".repeat(10_000) });
  }

  @get("/never")
  never() {
    return new Promise<JsonResponse>(() => {});
  }

  @websocket("/socket")
  socket() {}
}

const server = new HTTPServer(["127.0.0.1", 0]).registerRoutes(new Slow());
void server.run({ signals: true }).then(() => console.log(`port ${server.address[1]}`));
