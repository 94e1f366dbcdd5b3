import type { App } from "../tasks";
import { buildServer } from "./colonnade-server";

export async function serve(task: App): Promise<number> {
  const server = buildServer(task);
  await server.run();
  return server.address[1];
}
