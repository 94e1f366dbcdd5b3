import { randomUUID } from "node:crypto";
import { createWriteStream } from "node:fs";
import { mkdir, readdir, rename, rm, unlink } from "node:fs/promises";
import { dirname, join, relative, sep } from "node:path";
import { pipeline } from "node:stream/promises";
import { FileResponse, JsonResponse, Resource, Response, del, get, pathJoinSafe, put } from "colonnade";
import type { Request } from "colonnade";

// An uploaded page must not act as one of ours.
const headers = { "Content-Security-Policy": "sandbox", "X-Content-Type-Options": "nosniff" };

const tenGigabytes = 10 * 2 ** 30;

export class FileResource extends Resource {
  constructor(
    private readonly files: string,
    private readonly arriving: string,
  ) {
    super();
  }

  @get("/files")
  async list() {
    const entries = await readdir(this.files, { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile());
    const paths = files.map(({ parentPath, name }) => relative(this.files, join(parentPath, name)));
    return new JsonResponse(paths.map((path) => path.replaceAll(sep, "/")).toSorted());
  }

  @get("/files/:path+")
  async download({ matches }: Request<"/files/:path+">) {
    const path = await pathJoinSafe.real(this.files, matches.path);
    return new FileResponse(path, { dotfiles: "allow", headers });
  }

  /** The file is there when all of it has arrived, and not before. */
  @put("/files/:path+", { maxContentLength: tenGigabytes })
  async upload(request: Request<"/files/:path+">) {
    const path = await pathJoinSafe.real(this.files, request.matches.path);
    const part = join(this.arriving, randomUUID());
    try {
      await pipeline(request.stream, createWriteStream(part, { flags: "wx", flush: true }));
      await mkdir(dirname(path), { recursive: true });
      await rename(part, path);
    } finally {
      await rm(part, { force: true });
    }
    return new Response(null, 204);
  }

  @del("/files/:path+")
  async remove({ matches }: Request<"/files/:path+">) {
    await unlink(await pathJoinSafe.real(this.files, matches.path));
    return new Response(null, 204);
  }
}
