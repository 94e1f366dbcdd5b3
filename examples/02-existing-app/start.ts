import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Express } from "express";
import { Library } from "./library";

const { PORT = "3000", DATABASE, RATE = "300" } = process.env;

/** Serves the app until it is told to end; the database is a temporary file, unless `DATABASE` names one. */
export function start(createApp: (settings: { library: Library; rate: number; log: boolean }) => Express) {
  const folder = mkdtempSync(join(tmpdir(), "library-"));
  const library = new Library(DATABASE ?? join(folder, "library.db"));
  const app = createApp({ library, rate: Number(RATE), log: true });
  const server = createServer(app);

  const end = () => {
    library.close();
    rmSync(folder, { recursive: true });
  };
  server.once("error", (error: NodeJS.ErrnoException) => {
    const busy = error.code === "EADDRINUSE";
    console.error(busy ? `Port ${PORT} is in use. Try another: PORT=3001 npm start` : error);
    process.exitCode = 1;
    end();
  });
  for (const signal of ["SIGINT", "SIGTERM"]) {
    process.once(signal, () => {
      server.close(end);
      setTimeout(() => server.closeAllConnections(), 5_000).unref(); // for whom a slow client keeps waiting
    });
  }
  server.listen(Number(PORT), "localhost", () => {
    const { port } = server.address() as AddressInfo; // a server on a port has one
    console.log(greeting(`http://localhost:${port}`, app.locals["routes"]));
  });
}

function greeting(url: string, routes: readonly string[]): string {
  return `Listening on ${url}

${routes.map((route) => `  ${route}`).join("\n")}

Try:

  curl ${url}/api/authors -H 'Content-Type: application/json' -d '{"name":"Ursula K. Le Guin"}'
  curl ${url}/api/authors/1/books -H 'Content-Type: application/json' -d '{"titles":["The Dispossessed","Tehanu"]}'
  curl ${url}/api/authors/1
`;
}
