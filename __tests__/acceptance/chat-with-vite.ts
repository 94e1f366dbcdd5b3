// A process of 04-chat-vite.test.ts: 04-chat and Vite's development server on one server, whose port it sends.
import type { AddressInfo } from "node:net";
import { createServer } from "colonnade";
import { createApp } from "../../examples/04-chat";

async function main(root: string): Promise<void> {
  const { createServer: createVite } = await import("vite");
  const app = createApp({ origins: [] });
  const server = createServer(app);
  const vite = await createVite({
    root,
    configFile: false,
    appType: "custom",
    logLevel: "error",
    optimizeDeps: { noDiscovery: true },
    server: { middlewareMode: true, hmr: { server } },
  });
  app.use(vite.middlewares);
  server.listen(0, "127.0.0.1", () => process.send?.((server.address() as AddressInfo).port));
}

void main(process.argv[2] ?? "");
