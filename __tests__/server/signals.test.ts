import { spawn } from "node:child_process";
import { once } from "node:events";
import { Agent, get as ask } from "node:http";
import type { IncomingMessage } from "node:http";
import { connect } from "node:net";
import { join } from "node:path";
import { WebSocket } from "ws8";
import { create, run } from "./running";

const root = join(__dirname, "../..");

/** A server in a process of its own. */
async function start(count: number) {
  const child = spawn(
    process.execPath,
    ["--import", "tsx", join(__dirname, "slow-server.ts"), String(count)],
    {
      cwd: root,
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
  const said = async (pattern: RegExp) => {
    for (;;) {
      const [, found = ""] = pattern.exec(output) ?? [];
      if (pattern.test(output)) return found;
      await once(child.stdout, "data");
    }
  };
  const port = await said(/port (\d+)\n/);
  return { child, said, exit: once(child, "exit"), host: `127.0.0.1:${port}` };
}

async function fetchSlow(host: string, id: number, agent: Agent): Promise<string> {
  const [response] = (await once(ask(`http://${host}/slow/${id}`, { agent }), "response")) as [
    IncomingMessage,
  ];
  let body = "";
  for await (const chunk of response.setEncoding("utf8")) body += chunk;
  const { id: answered, filler } = JSON.parse(body) as { id: string; filler: string };
  return `${response.statusCode} ${response.headers.connection} ${answered === String(id)} ${filler.length}`;
}

const count = 100;

describe("HTTPServer.run({ signals: true })", () => {
  it.each(["SIGINT" as const, ...Array.from({ length: 20 }, () => "SIGTERM" as const)])(
    "ends well on %s, with 100 requests and 100 WebSockets",
    async (signal) => {
      const { child, said, exit, host } = await start(count);
      const sockets = Array.from({ length: count }, () => new WebSocket(`ws://${host}/socket`));
      await Promise.all(sockets.map((socket) => once(socket, "open")));
      const codes = Promise.all(
        sockets.map((socket) => once(socket, "close").then(([code]) => code as number)),
      );
      const agent = new Agent({ keepAlive: true });
      const answers = Promise.all(sockets.map((_, id) => fetchSlow(host, id, agent)));
      await said(/(asked)/);
      child.kill(signal);
      expect([await answers, await codes, await exit]).toEqual([
        Array.from({ length: count }, () => "200 close true 10000"),
        Array.from({ length: count }, () => 1001),
        [0, null],
      ]);
    },
    30_000,
  );

  it("is ended by a second signal", async () => {
    const { child, exit, host } = await start(1);
    ask(`http://${host}/never`).on("error", () => {});
    const silent = connect(Number(host.split(":")[1]), "127.0.0.1").on("error", () => {});
    await once(silent, "connect");
    child.kill("SIGTERM");
    await new Promise((resolve) => silent.once("close", resolve)); // the first one has been heard
    child.kill("SIGTERM");
    expect(await exit).toEqual([null, "SIGTERM"]);
  }, 30_000);

  it("leaves no listener for signals behind", async () => {
    const listeners = () => process.listenerCount("SIGTERM") + process.listenerCount("SIGINT");
    const before = listeners();
    const server = create();
    await run(server, { signals: true });
    expect(listeners()).toBe(before + 2);
    await server.close();
    expect(listeners()).toBe(before);
    await run(server);
    expect(listeners()).toBe(before);
  });
});
