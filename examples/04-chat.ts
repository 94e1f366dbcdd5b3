// Rooms to talk in: the page, the sign-in and the WebSockets behind it are one app.
//
//   npx tsx examples/04-chat.ts
//
// Open http://localhost:3000 in two windows, and take another name in each.
import { join } from "node:path";
import { createServer } from "colonnade";
import express from "express";
import type { RequestHandler } from "express";
import { chatResource } from "./04-chat/chat-resource";
import type { Room } from "./04-chat/room";
import { sessions } from "./04-chat/session";

interface Settings {
  /** Where the page is served from: those of other sites can't talk as its users. */
  readonly origins: readonly string[];
  /** By name: the rooms that somebody is in. */
  readonly rooms?: Map<string, Room>;
}

/** The page runs no script but its own, whatever people write, and is shown in no other site's frame. */
const onlyOurs: RequestHandler = (_req, res, next) => {
  const policy = "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
  res.set({ "Content-Security-Policy": policy, "X-Content-Type-Options": "nosniff" });
  next();
};

export function createApp({ origins, rooms = new Map() }: Settings) {
  const app = express();
  app.use(onlyOurs);
  app.use(express.static(join(__dirname, "04-chat/page"), { index: false }));
  app.use(sessions());
  app.use(chatResource({ origins, rooms }).router());
  return app;
}

if (require.main === module) {
  const port = Number(process.env["PORT"] ?? 3000);
  const origin = process.env["ORIGIN"] ?? `http://localhost:${port}`; // another one behind a proxy
  createServer(createApp({ origins: [origin] })).listen(port, () => {
    console.log(`Open ${origin} in two windows`);
  });
}
