import { setTimeout } from "node:timers/promises";
import type { Ledger } from "./ledger";
import { dial, form, head, withBody } from "./raw-request";

const cover = `--b\r\nContent-Disposition: form-data; name="cover"; filename="x"\r\n\r\n${"x".repeat(100_000)}`;
const author = (name: string) => withBody("POST /api/authors", JSON.stringify({ name }));

/** What is sent before the client leaves; "answer" says that it leaves once the answer has begun. */
const cases: readonly (readonly [name: string, bytes: Buffer, leaves?: "answer"])[] = [
  ["in the head", author("Left").subarray(0, 40)],
  ["in a JSON body", author("Left").subarray(0, -5)],
  ["in a JSON body for the Resource", head("POST /api/authors", "Content-Length: 50")],
  [
    "in a chunk",
    Buffer.concat([head("POST /api/authors", "Transfer-Encoding: chunked"), Buffer.from("ff\r\n{")]),
  ],
  ["in a form", withBody("PUT /api/books/2/cover", `${cover}\r\n--b--`, form).subarray(0, -1_000)],
  ["before a form", withBody("PUT /api/books/2/cover", cover, form).subarray(0, 200)],
  ["before the answer", author("Left")],
  ["before a large answer", head("GET /api/books/1/cover")],
  ["in a large answer", head("GET /api/books/1/cover"), "answer"],
  [
    "among many requests",
    Buffer.concat(Array.from({ length: 20 }, () => keptAlive("GET /api/books/1/cover"))),
    "answer",
  ],
];

/** Sends one of the cases, in turn, and leaves: every other round with a reset. */
export async function hangUp(url: URL, turn: number, ledger: Ledger): Promise<void> {
  const [name, bytes, leaves] = cases[turn % cases.length] ?? ["none", Buffer.alloc(0)];
  const socket = dial(url);
  socket.write(name === "before the answer" ? author(`Left before the answer ${turn}`) : bytes);
  const closed = new Promise((resolve) => socket.once("close", resolve));
  const begun = new Promise((resolve) => socket.once("readable", resolve));
  if (leaves === "answer") await Promise.race([begun, closed]);
  else await setTimeout(turn % 7); // at different moments of the request's way
  if (Math.floor(turn / cases.length) % 2 === 0) socket.resetAndDestroy();
  else socket.destroy();
  await closed;
  ledger.answered(`hangs up ${name}`, "left", ["left"]);
}

function keptAlive(target: string): Buffer {
  return Buffer.from(head(target).toString().replace("Connection: close\r\n", ""));
}
