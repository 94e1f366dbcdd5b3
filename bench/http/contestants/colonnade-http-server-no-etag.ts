import type { App } from "../tasks";
import { buildServer } from "./colonnade-server";

/** As Fastify and Hono have it. */
export async function serve(task: App): Promise<number> {
  const server = buildServer(task);
  server.app.set("etag", false);
  await server.run();
  return server.address[1];
}
