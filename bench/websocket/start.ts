import { join } from "node:path";
import { startServer } from "../server-process";
import type { ServerProcess } from "../server-process";
import type { EchoName } from "./servers";

/** The majors of ws, and where the servers find them. */
const programs = {
  7: join(__dirname, "server.js"),
  8: join(__dirname, "../../ws8/dist/websocket/server.js"),
} as const;

export type WsMajor = keyof typeof programs;

/** @param node - the binary to run it with */
export function start(name: EchoName, major: WsMajor = 7, node = process.execPath): Promise<ServerProcess> {
  return startServer(node, programs[major], name);
}

export function urlOf({ port }: ServerProcess): string {
  return `ws://127.0.0.1:${port}/echo`;
}
