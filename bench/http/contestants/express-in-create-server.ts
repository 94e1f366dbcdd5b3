import { createServer } from "colonnade";
import type { App } from "../tasks";
import { buildExpress5 } from "./express5-app";
import { listen } from "./listen";

/** Not one Resource in it. */
export function serve(task: App): Promise<number> {
  return listen(createServer(buildExpress5(task)));
}
