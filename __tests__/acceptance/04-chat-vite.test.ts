import { fork } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Sockets } from "../websocket/live-socket";
import { Person } from "./chat-person";

describe("04-chat beside Vite's development server", () => {
  const folder = mkdtempSync(join(tmpdir(), "vite-"));
  const source = join(folder, "main.js");
  let child: ChildProcess;
  let sockets: Sockets;

  beforeAll(async () => {
    writeFileSync(source, "export const version = import.meta.env.MODE + 1;\n");
    // Vite is an ES module, which Jest can't load; and a development server has a process to itself anyway.
    child = fork(join(__dirname, "chat-with-vite.ts"), [folder], { execArgv: ["--import", "tsx"] });
    const [port] = (await once(child, "message")) as [number];
    sockets = new Sockets(port);
  }, 30_000);

  afterAll(async () => {
    child.kill();
    await once(child, "exit");
    rmSync(folder, { recursive: true });
  });

  it("both work on one server", async () => {
    const hot = await sockets.connect("/", {}, ["vite-hmr"]);
    expect(JSON.parse(String(await hot.next()))).toEqual({ type: "connected" });
    const [ada, bob] = await Promise.all([
      Person.enter(sockets, "tea", "Ada"),
      Person.enter(sockets, "tea", "Bob"),
    ]);
    expect(await ada.say("before").nextOf("said")).toMatchObject({ text: "before" });

    const module = await fetch(`http://127.0.0.1:${sockets.port}/main.js`);
    expect(await module.text()).toContain("import.meta.env = {");
    // Its watcher may take a while to begin, and tells nobody.
    const edits = setInterval(() => appendFileSync(source, "// edited\n"), 200);
    expect(JSON.parse(String(await hot.next()))).toMatchObject({ type: "full-reload" });
    clearInterval(edits);

    expect(await bob.say("after").nextOf("said")).toMatchObject({ text: "before" });
    expect(await bob.nextOf("said")).toMatchObject({ text: "after" });
    expect((await sockets.refusal("/rooms/tea")).status).toBe(401);
  }, 20_000);
});
