import { createServer } from "node:http";
import express from "express4";
import type { App } from "../tasks";
import { buildApp } from "./express-app";
import { listen } from "./listen";

export function serve(task: App): Promise<number> {
  const dialect = { express, wildcard: "/files/*", pathOf };
  return listen(createServer(buildApp(dialect, task)));
}

function pathOf({ params }: { params: Record<string, string | string[]> }): string {
  return String(params["0"]);
}
