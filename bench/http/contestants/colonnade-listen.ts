import { createServer } from "node:http";
import type { App } from "../tasks";
import { buildColonnade } from "./colonnade-app";
import { listen } from "./listen";

/** `createServer(app)` of `node:http` is what `app.listen` does. */
export function serve(task: App): Promise<number> {
  return listen(createServer(buildColonnade(task)));
}
