// A server with no Express in sight: HTTPS, one Resource for HTTP and one for WebSockets, and an end that cuts
// nobody short.
//
//   npx tsx examples/05-server.ts
//   curl -k https://localhost:3443/api/notes -d 'water the plants'
//   curl -k https://localhost:3443/api/notes
//   NODE_TLS_REJECT_UNAUTHORIZED=0 node -e '
//     const socket = new (require("ws"))("wss://localhost:3443/api/notes/news");
//     socket.on("message", (note) => console.log(String(note)));'
import { HTTPServer } from "colonnade";
import { makeCertificate } from "./05-server/certificate";
import { NewsResource } from "./05-server/news-resource";
import { NoteResource } from "./05-server/note-resource";
import { Notes } from "./05-server/notes";

/** @param port - 0 picks a free one. */
export async function createServer(port: number): Promise<HTTPServer> {
  const { privkey, cert } = await makeCertificate();
  const notes = new Notes();
  return new HTTPServer(["localhost", port], privkey, cert)
    .use((req, res, next) => {
      res.set("Strict-Transport-Security", "max-age=600");
      next();
    })
    .registerRoutes(new NoteResource(notes))
    .registerRoutes(new NewsResource(notes));
}

async function main(): Promise<void> {
  const server = await createServer(Number(process.env["PORT"] ?? 3443));
  await server.run({ signals: true }); // Ctrl-C answers what has been asked for, and then ends
  console.log(`Listening on https://localhost:${server.address[1]}`);
}

if (require.main === module) {
  main().catch((error: Error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
}
