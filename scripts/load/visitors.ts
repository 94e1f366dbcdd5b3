import type { Ledger } from "./ledger";

/** Does something over and over, some of it at once, until the time is up. */
export async function repeat(
  signal: AbortSignal,
  atOnce: number,
  action: (turn: number) => Promise<void>,
): Promise<void> {
  let turn = 0;
  const work = async () => {
    while (!signal.aborted) await action(turn++);
  };
  await Promise.all(Array.from({ length: atOnce }, work));
}

/** Puts covers of every size that is allowed, and of some that are not. */
export async function upload(url: URL, turn: number, ledger: Ledger): Promise<void> {
  const size = turn % 20 === 19 ? 1_020_000 : 1 + ((turn * 7919) % 300_000);
  const form = new FormData();
  form.set("cover", new Blob([Buffer.alloc(size, turn)]), "cover.png");
  const response = await fetch(new URL("/api/books/2/cover", url), { method: "PUT", body: form });
  const answer = (await response.json()) as { bytes?: number };
  if (size > 1_000_000) ledger.answered("PUT cover that is too large", response.status, [413]);
  else ledger.answered("PUT cover", response.status, [200]);
  if (response.ok && answer.bytes !== size) ledger.violated("A cover was stored in part");
}

/** Signs in, adds an author, renames and removes it. */
export async function visit(url: URL, cookie: string, turn: number, ledger: Ledger): Promise<void> {
  const send = (method: string, path: string, name?: string) =>
    fetch(new URL(path, url), {
      method,
      headers: { "Content-Type": "application/json", Cookie: cookie },
      body: name === undefined ? null : JSON.stringify({ name }),
    });
  const added = await send("POST", "/api/authors", `Visitor ${turn}`);
  ledger.answered("POST author", added.status, [201]);
  const { id } = (await added.json()) as { id: number };
  const renamed = await send("PUT", `/api/authors/${id}`, `Visitor ${turn}, renamed`);
  ledger.answered("PUT author", renamed.status, [200]);
  await renamed.arrayBuffer();
  if (turn % 2 === 0) {
    ledger.authors.set(id, `Visitor ${turn}, renamed`);
    return;
  }
  const removed = await send("DELETE", `/api/authors/${id}`);
  ledger.answered("DELETE author", removed.status, [204]);
  ledger.removed.add(id);
}

/** @returns the cookie of a session. */
export async function signIn(url: URL): Promise<string> {
  const response = await fetch(new URL("/login", url), {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ user: "Ada" }),
  });
  await response.arrayBuffer();
  const [cookie] = response.headers.getSetCookie();
  if (cookie === undefined) throw new Error("/login gave no cookie");
  return cookie;
}

/** Adds what the others read and write: an author, two books, and a large cover. */
export async function prepare(url: URL, ledger: Ledger): Promise<void> {
  const post = (path: string, body: object) =>
    fetch(new URL(path, url), {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
  const author = await post("/api/authors", { name: "The first" });
  const books = await post("/api/authors/1/books", { titles: ["One", "Two"] });
  const form = new FormData();
  form.set("cover", new Blob([Buffer.alloc(150_000)]), "cover.png");
  const cover = await fetch(new URL("/api/books/1/cover", url), { method: "PUT", body: form });
  for (const { ok, url: asked } of [author, books, cover]) if (!ok) throw new Error(`${asked} failed`);
  ledger.authors.set(1, "The first");
  ledger.books.set(1, "One").set(2, "Two");
}
