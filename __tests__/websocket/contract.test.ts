import { readFileSync } from "node:fs";
import { createServer as createPlainServer } from "node:http";
import { createServer as createSecureServer } from "node:https";
import { join } from "node:path";
import express from "express";
import type { Express } from "express";
import { attachWebSockets, createServer } from "colonnade";
import { commonRows } from "./contract";
import { gateRows } from "./contract-gate";
import { LiveSockets, live } from "./live-socket";

const pem = (name: string) => readFileSync(join(__dirname, "../fixtures/tls", name));

/** express-ws as its own users call it. */
// oxlint-disable-next-line typescript/no-require-imports -- it has no types that leave Express's alone
const expressWs = require("express-ws") as (app: Express, server: object) => void;

class SecureSockets extends LiveSockets {
  override url(path: string): string {
    return `wss://localhost:${this.port}${path}`;
  }
}

interface Adapter {
  readonly name: string;
  /** Whether the app sees an upgrade before it is accepted. */
  readonly hasGate: boolean;
  readonly serve: (mount: (app: Express) => void) => Promise<LiveSockets>;
}

const adapters: Adapter[] = [
  {
    name: "createServer",
    hasGate: true,
    serve(mount) {
      const app = express();
      mount(app);
      return live(createServer(app));
    },
  },
  {
    name: "attachWebSockets on an https server",
    hasGate: true,
    async serve(mount) {
      const app = express();
      mount(app);
      const server = createSecureServer({ key: pem("key.pem"), cert: pem("cert.pem") }, app);
      return new SecureSockets((await live(attachWebSockets(server, app))).server);
    },
  },
  {
    name: "an app's own express-ws",
    hasGate: false,
    serve(mount) {
      const app = express();
      const server = createPlainServer(app);
      expressWs(app, server);
      mount(app);
      return live(server);
    },
  },
];

describe.each(adapters)("$name", ({ hasGate, serve }) => {
  it.each([...commonRows, ...gateRows])("$name", async ({ mount, check, withoutGate }) => {
    expect.hasAssertions();
    const sockets = await serve(mount);
    await (hasGate ? check : (withoutGate?.check ?? check))(sockets);
  });
});
