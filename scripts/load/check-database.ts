import { rmSync } from "node:fs";
import { Database } from "node-sqlite3-wasm";
import type { Ledger } from "./ledger";

/** Opens the file that the app has left, and compares it with what the app acknowledged. */
export function checkDatabase(file: string, ledger: Ledger): { authors: number; books: number } {
  rmSync(`${file}.lock`, { recursive: true, force: true }); // what an app that crashed has left
  const database = new Database(file, { fileMustExist: true });
  try {
    database.exec("PRAGMA locking_mode = EXCLUSIVE"); // a log of its own (WAL) can't be shared here
    const authors = textsById(database, "SELECT id, name AS text FROM authors");
    const books = textsById(database, "SELECT id, title AS text FROM books");
    for (const [stored, acknowledged, kind] of [
      [authors, ledger.authors, "author"],
      [books, ledger.books, "book"],
    ] as const) {
      for (const [id, text] of acknowledged) {
        if (stored.get(id) !== text) ledger.violated(`An acknowledged ${kind} is not in the database`);
      }
    }
    for (const id of ledger.removed) {
      if (authors.has(id)) ledger.violated("A removed author is in the database");
    }
    for (const title of books.values()) {
      if (title.startsWith("Rolled back")) ledger.violated("A transaction that failed has left a book");
    }
    const [health] = database.all("PRAGMA integrity_check");
    if (health?.["integrity_check"] !== "ok") ledger.violated("The database is damaged");
    return { authors: authors.size, books: books.size };
  } finally {
    database.close();
  }
}

function textsById(database: Database, sql: string): Map<number, string> {
  const rows = database.all(sql) as { id: number; text: string }[]; // what the SQL selects
  return new Map(rows.map(({ id, text }) => [id, text]));
}
