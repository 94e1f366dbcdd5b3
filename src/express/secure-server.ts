import type { RequestListener } from "node:http";
import type * as https from "node:https";
import type { Server, ServerOptions } from "node:https";
import { lazy } from "../lazy";
import type { AnyServer } from "../websocket/gate";

const loadHttps = lazy(() => require("node:https") as typeof https);

/** `https.createServer`: TLS loads with the first server that has it. */
export function createSecureServer(options: ServerOptions, listener: RequestListener): Server {
  return loadHttps().createServer(options, listener);
}

/** Whether a server is an `https.Server`. */
export function isSecureServer(server: AnyServer): server is Server {
  return "setSecureContext" in server;
}
