import { execFileSync, spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

describe("npm start", () => {
  const root = join(__dirname, "../..");
  const folder = mkdtempSync(join(tmpdir(), "start-"));
  const children: ChildProcess[] = [];
  afterEach(() => children.forEach((child) => child.kill("SIGKILL")));
  afterAll(() => rmSync(folder, { recursive: true }));

  /** The databases that stand in the folder for temporary files. */
  const databases = () => readdirSync(folder).filter((name) => name.startsWith("library-"));

  function start(port: number) {
    const env = { ...process.env, TMPDIR: folder, PORT: String(port) };
    const child = spawn(process.execPath, ["--import", "tsx", "examples/02-existing-app.ts"], {
      cwd: root,
      env,
    });
    children.push(child);
    const output = { text: "" };
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => (output.text += text));
    }
    return { child, output, exit: once(child, "exit") };
  }

  it("shows routes and requests that work as they are, and leaves nothing behind", async () => {
    const { child, output, exit } = start(0);
    while (!/curl .*\n\n/.test(output.text)) await once(child.stdout, "data");
    expect(output.text).toContain("  POST /api/authors/:id/books\n");
    expect(databases()).toHaveLength(1);

    const curls = output.text.split("\n").filter((line) => line.startsWith("  curl "));
    const answers = curls.map((line) => execFileSync("sh", ["-c", `${line} -s`], { encoding: "utf8" }));
    expect(answers).toHaveLength(3);
    expect(JSON.parse(answers[2] ?? "")).toEqual({
      id: 1,
      name: "Ursula K. Le Guin",
      books: [
        { id: 1, title: "The Dispossessed" },
        { id: 2, title: "Tehanu" },
      ],
    });

    child.kill("SIGTERM");
    expect(await exit).toEqual([0, null]);
    expect(databases()).toEqual([]);
  }, 30_000);

  it("says so when the port is in use", async () => {
    const other = createServer().listen(0, "localhost");
    await once(other, "listening");
    const { port } = other.address() as AddressInfo;
    const { output, exit } = start(port);
    const end = await exit;
    other.close();
    expect(end).toEqual([1, null]);
    expect(output.text).toBe(`Port ${port} is in use. Try another: PORT=3001 npm start\n`);
    expect(databases()).toEqual([]);
  }, 30_000);
});
