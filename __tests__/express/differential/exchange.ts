import { Wire } from "../wire";

/** What a client writes to one connection, which the server closes in the end. */
export interface Exchange {
  readonly name: string;
  /** Each is written as soon as as many answers have begun to come as were written before it. */
  readonly writes: readonly string[];
}

/** Exchanges of one kind. */
export interface Category {
  readonly name: string;
  readonly exchanges: readonly Exchange[];
  /** Every status that their answers have, so that the kind shows what it is meant to. */
  readonly statuses: readonly number[];
}

/** The bytes of a request on a connection of its own; a body brings its length. */
export function toBytes(line: string, headers: readonly string[] = [], body?: string): string {
  const has = (name: string) => headers.some((header) => header.toLowerCase().startsWith(`${name}:`));
  const lines = [/ HTTP\/\d\.\d$/.test(line) ? line : `${line} HTTP/1.1`];
  if (!has("host")) lines.push("Host: www.shop.example.com");
  if (!has("connection")) lines.push("Connection: close");
  lines.push(...headers);
  if (body !== undefined && !has("content-length") && !has("transfer-encoding")) {
    lines.push(`Content-Length: ${Buffer.byteLength(body, "latin1")}`);
  }
  return `${lines.join("\r\n")}\r\n\r\n${body ?? ""}`;
}

/** One request: its line, headers, and a body behind them where there is one. */
export function ask(line: string, headers: readonly string[] = [], body?: string): Exchange {
  return { name: [line, ...headers].join(", "), writes: [toBytes(line, headers, body)] };
}

/** The same request with each of the headers. */
export function askWithEach(line: string, headers: readonly string[]): Exchange[] {
  return headers.map((header) => ask(line, header.split(" | ")));
}

/** A request that leaves its connection open. */
export function keepOpen(line: string, headers: readonly string[] = [], body?: string): string {
  return toBytes(line, ["Connection: keep-alive", ...headers], body);
}

/** The body with its parts as chunks (RFC 9112, section 7.1). */
export function toChunks(parts: readonly string[], trailers: readonly string[] = []): string {
  const chunks = parts.map((part) => `${part.length.toString(16)}\r\n${part}\r\n`);
  return `${chunks.join("")}0\r\n${trailers.map((line) => `${line}\r\n`).join("")}\r\n`;
}

/** All bytes that a server sends, as Latin-1, with what tells the time left out. */
export async function exchange(port: number, { writes }: Exchange): Promise<string> {
  const wire = new Wire(port);
  let hangs = "";
  // For a failure that says which exchange it is.
  wire.socket.setTimeout(10_000, () => {
    hangs = " and nothing more";
    wire.leave();
  });
  for (const [at, bytes] of writes.entries()) {
    if (at > 0) await wire.until("HTTP/1.1 ", at);
    wire.socket.write(bytes, "latin1");
  }
  const received = await wire.closed;
  return received.replace(/^Date: \w{3}, \d{2} \w{3} \d{4} [\d:]{8} GMT(?=\r$)/gm, "Date: now") + hangs;
}
