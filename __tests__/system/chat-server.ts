import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { join } from "node:path";

/** `examples/04-chat.ts`, run as its user runs it. It keeps its port when it is started again. */
export class ChatServer {
  port = 0;
  #child: ChildProcess | undefined;

  get url(): string {
    return `http://localhost:${this.port}`;
  }

  async start(): Promise<void> {
    if (this.port === 0) this.port = await findPort();
    const { ORIGIN: _other, ...env } = process.env;
    const child = spawn(process.execPath, ["--import", "tsx", "examples/04-chat.ts"], {
      cwd: join(__dirname, "../.."),
      env: { ...env, PORT: String(this.port) },
      stdio: ["ignore", "pipe", "inherit"],
    });
    this.#child = child;
    const failed = once(child, "exit").then(() => Promise.reject(new Error("The example has ended")));
    failed.catch(() => {}); // how it always ends, once it has begun
    await Promise.race([once(child.stdout, "data"), failed]);
  }

  /** Ends it as a crash does: no socket is closed in order. */
  async kill(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child === undefined || child.exitCode !== null) return;
    child.kill("SIGKILL");
    await once(child, "exit");
  }
}

/** A port that nobody listens on: the example has to know it before it listens, as its origin has it. */
async function findPort(): Promise<number> {
  const server = createServer().listen(0);
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
