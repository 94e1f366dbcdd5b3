// What the compiler asks for, and gives, where declarations are called: `npm run typecheck`. Nothing here runs.
import { expectTypeOf } from "expect-type";
import { z } from "zod";
import { HTTPClient, get, post, websocket } from "colonnade";
import { createClient } from "colonnade/client";

const User = z.object({ id: z.number(), name: z.string() });
const createUser = post("/orgs/:org/users/:id?", {
  body: z.object({ name: z.string(), role: z.string().default("user") }),
  query: z.object({ notify: z.boolean() }),
  headers: z.object({ "x-trace": z.string().optional() }),
  responses: { 201: User, 409: z.object({ error: z.string() }), 204: null },
});
const plain = get("/plain");
const client = createClient("http://localhost");
const other = new HTTPClient(["localhost", 80]);
const input = { matches: { org: "a" }, query: { notify: true }, body: { name: "Ada" } };

export async function calls(): Promise<void> {
  const answer = await client.call(createUser, input);
  if (answer.statusCode === 201) expectTypeOf(answer.payload).toEqualTypeOf<{ id: number; name: string }>();
  else if (answer.statusCode === 409) expectTypeOf(answer.payload).toEqualTypeOf<{ error: string }>();
  else expectTypeOf(answer.payload).toEqualTypeOf<unknown>();
  expectTypeOf(answer.headers).toEqualTypeOf<Headers>();

  const second = await other.call(createUser, input);
  if (second.statusCode === 201) expectTypeOf(second.payload.id).toEqualTypeOf<number>();

  await client.call(createUser, { ...input, matches: { org: 5, id: "a" }, headers: { "x-trace": "a" } });
  const free = await client.call(plain);
  expectTypeOf(free.statusCode).toEqualTypeOf<number>();
  await client.call(plain, { query: { a: 1, b: ["x", true] } }, { timeout: 5 });

  // @ts-expect-error -- no input
  await client.call(createUser);
  // @ts-expect-error -- no matches
  await client.call(createUser, { query: input.query, body: input.body });
  // @ts-expect-error -- no body
  await client.call(createUser, { query: input.query, matches: input.matches });
  // @ts-expect-error -- a body of another type
  await client.call(createUser, { ...input, body: { name: 5 } });
  // @ts-expect-error -- a match that the pattern does not have
  await client.call(createUser, { ...input, matches: { org: "a", user: "b" } });
  // @ts-expect-error -- a query that the schema does not take
  await client.call(createUser, { ...input, query: { notify: "yes" } });
  // @ts-expect-error -- the same, over undici
  await other.call(createUser, { ...input, query: { notify: "yes" } });
  // @ts-expect-error -- no parameter to match
  await client.call(plain, { matches: { id: "a" } });
}

const chat = websocket("/rooms/:room", { receives: z.object({ text: z.string() }), sends: User });
const bare = websocket("/bare");

export async function sockets(): Promise<void> {
  const socket = client.connect(chat, { matches: { room: "a" } });
  await socket.send({ text: "a" });
  for await (const message of socket) expectTypeOf(message).toEqualTypeOf<{ id: number; name: string }>();
  // @ts-expect-error -- what `receives` does not take
  await socket.send({ id: 1 });
  // @ts-expect-error -- no matches
  client.connect(chat);
  // @ts-expect-error -- no WebSocket
  client.connect(plain);
  for await (const message of client.connect(bare)) expectTypeOf(message).toEqualTypeOf<string | Blob>();
}
