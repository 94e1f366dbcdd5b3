import type { RequestBody } from "./request-body";
import type { HeaderList } from "./request-headers";

/** A request as one server is sent it; a redirect makes another of it. */
export interface Hop {
  readonly method: "GET" | "HEAD" | "PUT" | "POST" | "PATCH" | "DELETE" | "OPTIONS";
  readonly origin: string;
  /** The path, and the query. */
  readonly target: string;
  readonly headers: HeaderList;
  readonly body: RequestBody;
}

/** A request as messages name it: without its query, which may hold what no log should. */
export function nameOf({ method, origin, target }: Hop): string {
  return `${method} ${origin}${target.split("?", 1)[0]}`;
}
