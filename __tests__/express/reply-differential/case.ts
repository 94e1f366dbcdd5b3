import type { Hook } from "./hooks";

// A case is data: what fast-check prints of one that fails can be read, and pasted into a table.

/** The app, and what it is set to. */
export interface Settings {
  /** Whether our side is on our server or on Node's. */
  readonly server: "own" | "plain";
  /** Whether what answers is an app that is mounted in another. */
  readonly nested: boolean;
  readonly etag: Etag;
  readonly spaces: string | number | undefined;
  readonly replacer: "none" | "function" | "list";
  readonly escape: boolean;
  readonly poweredBy: boolean;
}

/** Express's own values of `etag`, and the names of functions of the test. */
export type Etag = boolean | "weak" | "strong" | keyof typeof etagFunctions;

const noTag = new Error("no tag");

/** Functions for the setting `etag`; some tell in the tag what they were called with. */
export const etagFunctions = {
  undefined: () => undefined,
  empty: () => "",
  constant: () => '"constant"',
  number: () => 5,
  bytes(...args: unknown[]) {
    const [body, encoding] = args as [Buffer | string, string?];
    const kind = Buffer.isBuffer(body) ? "bytes" : typeof body;
    return `W/"${args.length}-${kind}-${encoding ?? "none"}-${body.length}"`;
  },
  throws() {
    throw noTag;
  },
};

export type Payload =
  | readonly ["null"]
  | readonly ["text" | "Buffer", text: string, times: number]
  | readonly ["Uint8Array" | "Float32Array" | "DataView", bytes: readonly number[]]
  | readonly ["JSON" | "ErrorResponse" | "thrown ErrorResponse", value: unknown];

export type HeaderValue = string | number | readonly string[];
export type Headers = readonly (readonly [name: string, value: HeaderValue])[];

/** What middleware has done to `res` before. */
export type Step =
  | readonly ["set" | "setHeader" | "append", name: string, value: string | readonly string[]]
  | readonly ["removeHeader" | "type" | "vary" | "cookie" | "statusMessage", text: string]
  | readonly ["status", code: number]
  | readonly ["no date" | "no keep-alive" | "compression"];

export interface Case {
  readonly method: string;
  readonly version: "1.0" | "1.1";
  /** Of the request; in `If-None-Match`, `<own>`, `<strong>` and `<weak>` stand for the tag of the answer. */
  readonly sent: readonly (readonly [name: string, value: string])[];
  readonly body: "none" | "length" | "chunked";
  /** Whether the request is sent twice at once. */
  readonly twice: boolean;
  readonly steps: readonly Step[];
  readonly status: number;
  readonly headers: Headers;
  readonly payload: Payload;
  /** When the handler answers. */
  readonly when: "at once" | "promised" | "later";
}

/** Cases for one app, with the hooks that are in place. */
export interface Run {
  readonly settings: Settings;
  readonly hooks: readonly Hook[];
  readonly cases: readonly Case[];
}

export const plainSettings: Settings = {
  server: "own",
  nested: false,
  etag: "weak",
  spaces: undefined,
  replacer: "none",
  escape: false,
  poweredBy: true,
};

export const plainCase: Case = {
  method: "GET",
  version: "1.1",
  sent: [],
  body: "none",
  twice: false,
  steps: [],
  status: 200,
  headers: [],
  payload: ["text", "hello", 1],
  when: "at once",
};

/** The bytes that a request is sent in. */
export function toRequest({ method, version, sent, body, twice }: Case, tag: string): string {
  const strong = tag.replace(/^W\//, "");
  const headers = sent.map(([name, value]) => {
    const filled = value.replaceAll("<own>", tag).replaceAll("<strong>", strong);
    return `${name}: ${filled.replaceAll("<weak>", `W/${strong}`)}\r\n`;
  });
  const framing = { none: "", length: "Content-Length: 3\r\n", chunked: "Transfer-Encoding: chunked\r\n" };
  const content = { none: "", length: "abc", chunked: "3\r\nabc\r\n0\r\n\r\n" };
  const head = `${method} / HTTP/${version}\r\nHost: localhost\r\n${headers.join("")}${framing[body]}\r\n`;
  return (head + content[body]).repeat(twice ? 2 : 1);
}
