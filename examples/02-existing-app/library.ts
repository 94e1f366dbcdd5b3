import { ErrorResponse } from "colonnade";
import { Database, SQLite3Error } from "node-sqlite3-wasm";
import type { SQLiteValue } from "node-sqlite3-wasm";

// This process alone opens the file, so it need not take and leave the lock for each statement.
const schema = `
  PRAGMA locking_mode = EXCLUSIVE;
  PRAGMA journal_mode = WAL;
  CREATE TABLE IF NOT EXISTS authors (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE
  ) STRICT;
  CREATE TABLE IF NOT EXISTS books (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    author INTEGER NOT NULL REFERENCES authors,
    title TEXT NOT NULL,
    cover BLOB,
    UNIQUE (author, title)
  ) STRICT;`;

const conflicts: Record<string, string> = {
  UNIQUE: "There is one of that name already",
  FOREIGN: "It is still referred to",
};

/** The database. A statement is over when its call returns, so requests never meet inside a transaction. */
export class Library {
  readonly #database: Database;

  constructor(file = ":memory:") {
    this.#database = new Database(file);
    this.#database.exec(schema);
  }

  get isOpen(): boolean {
    return this.#database.isOpen;
  }

  /** @throws {ErrorResponse} 409 when a constraint forbids it. */
  all<Row>(sql: string, ...values: SQLiteValue[]): Row[] {
    try {
      return this.#database.all(sql, values) as Row[]; // the caller knows what it selects
    } catch (cause) {
      const constraint =
        cause instanceof SQLite3Error && /^(\w+).* constraint failed/.exec(cause.message)?.[1];
      if (!constraint) throw cause;
      throw new ErrorResponse(conflicts[constraint] ?? "The data forbids it", 409, {}, { cause });
    }
  }

  /** Runs statements of which all count, or none when one of them throws. */
  transaction<Result>(work: () => Result): Result {
    this.#database.exec("BEGIN");
    try {
      const result = work();
      this.#database.exec("COMMIT");
      return result;
    } catch (error) {
      this.#database.exec("ROLLBACK");
      throw error;
    }
  }

  close(): void {
    this.#database.close();
  }
}
