import { execFile, execFileSync } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { Person } from "../acceptance/chat-person";
import { Sockets } from "../websocket/live-socket";
import { ChatServer } from "./chat-server";

const python = "/usr/bin/python3"; // Debian's, which has Debian's packages

describe("04-chat and Python's websockets", () => {
  const server = new ChatServer();

  beforeAll(async () => {
    try {
      execFileSync(python, ["-c", "import websockets"], { stdio: "ignore" });
    } catch (cause) {
      throw new Error(`${python} has no websockets: apt-get install python3-websockets`, { cause });
    }
    await server.start();
  });
  afterAll(async () => server.kill());

  it("talk to a client of ws", async () => {
    const ada = await Person.enter(new Sockets(server.port), "tea", "Ada");
    await ada.nextOf("welcome");
    await ada.say("before").nextOf("said");
    const client = promisify(execFile)(python, [join(__dirname, "chat_client.py"), server.url]);
    expect(await ada.next()).toEqual({ type: "joined", name: "Monty" });
    expect(await ada.next()).toMatchObject({ name: "Monty", text: "hello from Python" });
    ada.say("hello from Node");

    const { statuses, welcome, own, answer } = JSON.parse((await client).stdout);
    expect(statuses).toEqual({ "without a name": 401, "from elsewhere": 403 });
    expect(welcome).toMatchObject({ type: "welcome", you: "Monty", people: ["Ada", "Monty"] });
    expect(welcome.history).toMatchObject([{ name: "Ada", text: "before" }]);
    expect([own, answer]).toMatchObject([
      { name: "Monty", text: "hello from Python" },
      { name: "Ada", text: "hello from Node" },
    ]);
    expect(await ada.nextOf("left")).toEqual({ type: "left", name: "Monty" });
  });
});
