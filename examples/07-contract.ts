// Declarations in a file of their own: the server answers by them, the page calls them, typed, and a document tells
// everybody else.
//
//   npx tsx examples/07-contract.ts
//
// Open http://localhost:3000, and http://localhost:3000/docs/ for the document.
import { join } from "node:path";
import { createServer, docs } from "colonnade";
import { build } from "esbuild";
import express from "express";
import type { RequestHandler } from "express";
import { TaskResource } from "./07-contract/task-resource";

const page = join(__dirname, "07-contract/page");

/** The page runs no script but its own. */
const onlyOurs: RequestHandler = (_req, res, next) => {
  res.set("Content-Security-Policy", "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'");
  next();
};

/** The page's script, with the declarations and the client in it. */
async function bundle(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(page, "page.ts")],
    bundle: true,
    minify: true,
    ignoreAnnotations: true, // of the package that this folder is in: it says that no file has effects, and no-eval.ts has
    format: "esm",
    write: false,
  });
  return outputFiles[0]?.text ?? "";
}

export async function createApp() {
  const script = await bundle();
  const app = express();
  const tasks = new TaskResource();
  app.use("/api", tasks.router());
  app.use("/docs", docs({ title: "Tasks", version: "1.0.0" }, { "/api": tasks }).router());
  app.get("/page.js", onlyOurs, (_req, res) => void res.type("js").send(script));
  app.use(onlyOurs, express.static(page));
  return app;
}

async function main(): Promise<void> {
  const port = Number(process.env["PORT"] ?? 3000);
  createServer(await createApp()).listen(port, () => console.log(`Open http://localhost:${port}`));
}

if (require.main === module) void main();
