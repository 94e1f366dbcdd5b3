import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";

/** What a process holds after a garbage collection, in bytes. */
export interface Memory {
  readonly rss: number;
  readonly heapUsed: number;
  readonly external: number;
}

type Message = ({ readonly kind: "memory" } & Memory) | { readonly kind: "unhandled"; readonly text: string };

/** `examples/02-existing-app.ts` in a process of its own. */
export class AppProcess {
  /** What nobody handled; the process does not live on. */
  readonly unhandled: string[] = [];
  /** All that it wrote to stderr. */
  complaints = "";
  readonly #child: ChildProcess;
  #greeting = "";
  readonly #exit: Promise<unknown[]>;

  constructor(database: string) {
    const probe = ["--expose-gc", "--import", "./scripts/load/probe.mjs"];
    this.#child = spawn(process.execPath, [...probe, "--import", "tsx", "examples/02-existing-app.ts"], {
      cwd: join(__dirname, "../.."),
      env: { ...process.env, PORT: "0", RATE: "1000000000", DATABASE: database },
      stdio: ["ignore", "pipe", "pipe", "ipc"],
    });
    this.#exit = once(this.#child, "exit");
    this.#child.stderr?.setEncoding("utf8").on("data", (text: string) => (this.complaints += text));
    // Behind the greeting comes the access log, which is only to be read.
    this.#child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      if (this.#greeting.length < 10_000) this.#greeting += text;
    });
    this.#child.on("message", (message: Message) => {
      if (message.kind === "unhandled") this.unhandled.push(message.text);
    });
  }

  /** @returns where it listens. */
  async started(): Promise<URL> {
    for (;;) {
      const url = /Listening on (\S+)\n/.exec(this.#greeting)?.[1];
      if (url !== undefined) return new URL(url);
      if (this.#child.exitCode !== null) throw new Error(`The app did not start: ${this.complaints}`);
      await setTimeout(50);
    }
  }

  async memory(): Promise<Memory> {
    const answer = new Promise<Memory>((resolve) => {
      const listen = (message: Message) => {
        if (message.kind !== "memory") return;
        this.#child.off("message", listen);
        resolve(message);
      };
      this.#child.on("message", listen);
    });
    this.#child.send("memory");
    const memory = await Promise.race([answer, this.#exit]);
    if (Array.isArray(memory)) throw new Error(`The app has ended: ${this.complaints}`);
    return memory;
  }

  /** @returns the exit code, or the signal that ended it; "0" when it ended as it should. */
  async end(): Promise<string> {
    this.#child.kill("SIGTERM");
    const [code, signal] = await this.#exit;
    return String(code ?? signal);
  }
}
