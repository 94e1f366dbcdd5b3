import { connect } from "node:net";
import type { Socket } from "node:net";
import { gzipSync } from "node:zlib";

export const form = "multipart/form-data; boundary=b";

/** A request without a body, or with one that other fields tell of. */
export function head(target: string, ...fields: string[]): Buffer {
  const lines = [`${target} HTTP/1.1`, "Host: localhost", "Connection: close", ...fields];
  return Buffer.from(`${lines.join("\r\n")}\r\n\r\n`);
}

export function withBody(
  target: string,
  body: string | Buffer,
  type = "application/json",
  ...fields: string[]
): Buffer {
  const bytes = Buffer.from(body);
  const fieldsOfBody = [`Content-Type: ${type}`, `Content-Length: ${bytes.length}`];
  return Buffer.concat([head(target, ...fieldsOfBody, ...fields), bytes]);
}

/** 10 MB in 10 kB. */
export function bomb(target: string, type: string): Buffer {
  return withBody(target, gzipSync(Buffer.alloc(10_000_000, " ")), type, "Content-Encoding: gzip");
}

/** A chunked body that has no end. */
export function chunks(target: string, size: number, type: string, start = ""): Buffer {
  const first = `${start.length.toString(16)}\r\n${start}\r\n`;
  const rest = Buffer.from(`8000\r\n${"x".repeat(0x8000)}\r\n`);
  return Buffer.concat([
    head(target, `Content-Type: ${type}`, "Transfer-Encoding: chunked"),
    Buffer.from(start === "" ? "" : first),
    ...Array.from({ length: Math.ceil(size / 0x8000) }, () => rest),
  ]);
}

export function dial({ hostname, port }: URL): Socket {
  return connect(Number(port), hostname).on("error", () => {}); // "close" comes after it
}

/** @returns the status; "cut" when the connection ended without one, "silence" when nothing came in time. */
export function exchange(url: URL, bytes: Buffer): Promise<number | "cut" | "silence"> {
  return new Promise((resolve) => {
    let answer = "";
    let silent = false;
    const socket = dial(url);
    socket.setEncoding("latin1").setTimeout(60_000, () => {
      silent = true;
      socket.destroy();
    });
    socket.on("data", (text: string) => (answer += text));
    socket.on("close", () => {
      const status = /^HTTP\/1\.1 (\d{3}) /.exec(answer)?.[1];
      if (status !== undefined) resolve(Number(status));
      else resolve(silent ? "silence" : "cut");
    });
    socket.write(bytes);
  });
}
