import type { IncomingMessage } from "node:http";
import { ExpressInstrumentation } from "@opentelemetry/instrumentation-express";
import { NodeTracerProvider } from "@opentelemetry/sdk-trace-node";
import express from "express";
import { claims } from "../../src/websocket/claims";
import { echo, socketRouter } from "./live-socket";

/** An app whose layers tracing has replaced. */
function traced(): express.Express {
  // Jest has no hook by which it could patch what is loaded: it is given Express.
  const [definition] = new ExpressInstrumentation().getModuleDefinitions();
  definition?.patch?.(express, undefined);
  const app = express();
  const inner = express();
  inner.use("/deep", socketRouter("/ws", echo));
  app.use("/router", express.Router().use("/more", socketRouter("/ws", echo)));
  app.use("/app", inner);
  return app;
}

it("finds WebSocket routes behind the layers of a traced app", () => {
  new NodeTracerProvider().register();
  const app = traced();
  const claimed = (url: string) => claims(app, { url } as IncomingMessage);
  expect(claimed("/router/more/ws")).toBe(true);
  expect(claimed("/app/deep/ws")).toBe(true);
  expect(claimed("/router/more/other")).toBe(false);
  expect(claimed("/app/ws")).toBe(false);
});
