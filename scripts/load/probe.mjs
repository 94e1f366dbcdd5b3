// Loaded before the app, into its process: tells what its memory holds, and what nobody has handled.
import { isMainThread } from "node:worker_threads";

// tsx has a thread of its own, which loads this too.
if (isMainThread) {
  process.on("message", () => {
    globalThis.gc();
    process.send({ kind: "memory", ...process.memoryUsage() });
  });
  process.channel.unref(); // the app is to end when its server has closed
  process.on("uncaughtExceptionMonitor", (error, origin) => {
    process.send({ kind: "unhandled", text: `${origin}: ${error?.stack ?? String(error)}` });
  });
}
