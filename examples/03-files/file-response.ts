import { Response } from "colonnade";
import type { RawResponse, Request } from "colonnade";

/** A file as Express sends one: with ranges, an ETag, `If-None-Match` and `If-Modified-Since`. */
export class FileResponse extends Response {
  constructor(private readonly path: string) {
    super();
  }

  override reply(_request: Request, res: RawResponse) {
    // An uploaded page must not act as one of ours.
    const headers = { "Content-Security-Policy": "sandbox", "X-Content-Type-Options": "nosniff" };
    res.sendFile(this.path, { dotfiles: "allow", headers });
  }
}
