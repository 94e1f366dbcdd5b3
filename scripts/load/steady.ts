import autocannon from "autocannon";
import type { Ledger } from "./ledger";

interface Created {
  readonly id: number;
  readonly name: string;
  readonly title: string;
}

const json = { "content-type": "application/json" };
let serial = 0;

/** Reads of all kinds, as fast as they are answered. */
export async function read(url: URL, seconds: number, ledger: Ledger): Promise<autocannon.Result> {
  const paths = ["/health", "/me", "/api/authors", "/api/authors/1", "/api/books/1", "/api/books/1/cover"];
  return autocannon({
    url: url.href,
    connections: 16,
    duration: seconds,
    requests: paths.map((path) => ({
      path,
      onResponse: (status) => ledger.answered(`GET ${path}`, status, [200]),
    })),
  });
}

/** Writes whose acknowledgement is kept, and transactions that must leave nothing. */
export async function write(url: URL, seconds: number, ledger: Ledger): Promise<autocannon.Result> {
  return autocannon({
    url: url.href,
    connections: 8,
    duration: seconds,
    requests: [
      {
        method: "POST",
        path: "/api/authors",
        headers: json,
        setupRequest: (request) => ({ ...request, body: JSON.stringify({ name: `Author ${++serial}` }) }),
        onResponse: (status, body) => {
          ledger.answered("POST author", status, [201]);
          if (status !== 201) return;
          const author = JSON.parse(body) as Created;
          ledger.authors.set(author.id, author.name);
        },
      },
      {
        method: "POST",
        path: "/api/authors/1/books",
        headers: json,
        setupRequest: (request) => {
          serial += 2;
          return { ...request, body: JSON.stringify({ titles: [`Kept ${serial}`, `Kept ${serial + 1}`] }) };
        },
        onResponse: (status, body) => {
          ledger.answered("POST books", status, [201]);
          if (status !== 201) return;
          for (const book of JSON.parse(body) as Created[]) ledger.books.set(book.id, book.title);
        },
      },
      {
        method: "POST",
        path: "/api/authors/1/books",
        headers: json,
        setupRequest: (request) => {
          const title = `Rolled back ${++serial}`;
          return { ...request, body: JSON.stringify({ titles: [`${title}, first`, title, title] }) };
        },
        onResponse: (status) => ledger.answered("POST books that conflict", status, [409]),
      },
    ],
  });
}
