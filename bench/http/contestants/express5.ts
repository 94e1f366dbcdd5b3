import { createServer } from "node:http";
import type { App } from "../tasks";
import { buildExpress5 } from "./express5-app";
import { listen } from "./listen";

/** `createServer(app)` is what `app.listen` does. */
export function serve(task: App): Promise<number> {
  return listen(createServer(buildExpress5(task)));
}
