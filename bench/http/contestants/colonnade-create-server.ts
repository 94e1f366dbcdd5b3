import { createServer } from "colonnade";
import type { App } from "../tasks";
import { buildColonnade } from "./colonnade-app";
import { listen } from "./listen";

export function serve(task: App): Promise<number> {
  return listen(createServer(buildColonnade(task)));
}
