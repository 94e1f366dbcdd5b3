// Files of any size, uploaded, downloaded in ranges, listed and deleted.
//
//   npx tsx examples/03-files.ts
//   curl -T video.mp4 http://localhost:3000/files/films/video.mp4
//   curl -r 0-99 http://localhost:3000/files/films/video.mp4
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import express from "express";
import { answerFileError } from "./03-files/file-errors";
import { FileResource } from "./03-files/file-resource";

/** @param folder - where the files are kept. */
export function createApp(folder: string) {
  const files = join(folder, "files");
  const arriving = join(folder, "arriving"); // beside the files: only within a file system is a rename atomic
  for (const path of [files, arriving]) mkdirSync(path, { recursive: true });
  const app = express();
  app.use(new FileResource(files, arriving).router());
  app.use(answerFileError);
  return app;
}

if (require.main === module) {
  createApp(process.env["FOLDER"] ?? "uploads").listen(Number(process.env["PORT"] ?? 3000));
}
