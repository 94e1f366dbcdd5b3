/** What a server of the benchmark can have. */
export type Kind =
  /** `routePath(0)` and so on, each of which answers {@link hello}. */
  | "routes"
  /** `/users/:id`, which answers `{ id }`. */
  | "parameter"
  /** `/files/` and one or more components, which answers `{ path }`. */
  | "wildcard"
  /** One route, and {@link missing} with 404 for every other path. */
  | "missing"
  /** `POST /echo`, which parses JSON and answers it. */
  | "post"
  /** `/text`, which answers {@link text}. */
  | "text";

/** What the server of a task has. Each contestant builds it as its own users would. */
export interface App {
  readonly kind: Kind;
  readonly routes: number;
  /** So many of them do nothing, in front. */
  readonly middlewares: number;
  readonly compressed: boolean;
}

export interface Task {
  readonly title: string;
  readonly app: App;
  /** A small JSON, which the targets against other frameworks are for. */
  readonly small: boolean;
  readonly request: {
    readonly method: "GET" | "POST";
    readonly path: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: string;
  };
  /** What every contestant answers: the media type without its charset, the body without its coding. */
  readonly answer: {
    readonly status: number;
    readonly type: string;
    readonly coding?: string;
    readonly body: string;
  };
}

export const hello = { hello: "world" };
export const missing = { error: "not found" };

/** Lines that compress as text does, and are the same in every run. */
export const text = textOf(100 * 1024);

export function routePath(index: number): string {
  return `/route${index}`;
}

function textOf(length: number): string {
  const words = "the quick brown fox jumps over a lazy dog while seven wizards make toxic brew".split(" ");
  let seed = 1;
  let result = "";
  while (result.length < length) {
    seed = (seed * 48_271) % 2_147_483_647;
    result += `${words[seed % words.length]}${seed % 9 === 0 ? `, ${seed}.\n` : " "}`;
  }
  return result.slice(0, length);
}

function app(kind: Kind, more: Partial<App> = {}): App {
  return { kind, routes: 1, middlewares: 0, compressed: false, ...more };
}

/** 1 KiB of JSON. */
const document = documentOf(1024);

function documentOf(length: number): string {
  const order = { id: 4711, customer: "Ada Lovelace", paid: true, tags: ["new", "gift"], note: "" };
  return JSON.stringify({ ...order, note: "x".repeat(length - JSON.stringify(order).length) });
}

function json(value: unknown, status = 200) {
  return { status, type: "application/json", body: JSON.stringify(value) };
}

function lastOf(count: number) {
  return {
    title: count === 1 ? "one JSON route" : `the last of ${count.toLocaleString("en")} routes`,
    app: app("routes", { routes: count }),
    small: true,
    request: { method: "GET", path: routePath(count - 1) },
    answer: json(hello),
  } as const;
}

export const tasks = {
  one: lastOf(1),
  last10: lastOf(10),
  last100: lastOf(100),
  last1000: lastOf(1_000),
  last10000: lastOf(10_000),
  parameter: {
    title: "a parameter",
    app: app("parameter"),
    small: true,
    request: { method: "GET", path: "/users/4711" },
    answer: json({ id: "4711" }),
  },
  wildcard: {
    title: "a wildcard",
    app: app("wildcard"),
    small: true,
    request: { method: "GET", path: "/files/images/2026/cat.png" },
    answer: json({ path: "images/2026/cat.png" }),
  },
  missing: {
    title: "404",
    app: app("missing"),
    small: true,
    request: { method: "GET", path: "/nowhere" },
    answer: json(missing, 404),
  },
  post: {
    title: "1 KiB of JSON, parsed and answered",
    app: app("post"),
    small: true,
    request: {
      method: "POST",
      path: "/echo",
      headers: { "Content-Type": "application/json" },
      body: document,
    },
    answer: { status: 200, type: "application/json", body: document },
  },
  middlewares: {
    title: "ten middlewares in front",
    app: app("routes", { middlewares: 10 }),
    small: true,
    request: { method: "GET", path: routePath(0) },
    answer: json(hello),
  },
  text: {
    title: "100 KiB of text",
    app: app("text"),
    small: false,
    request: { method: "GET", path: "/text" },
    answer: { status: 200, type: "text/plain", body: text },
  },
  compressed: {
    title: "100 KiB of text, compressed",
    app: app("text", { compressed: true }),
    small: false,
    request: { method: "GET", path: "/text", headers: { "Accept-Encoding": "gzip" } },
    answer: { status: 200, type: "text/plain", coding: "gzip", body: text },
  },
} as const satisfies Readonly<Record<string, Task>>;

export type TaskName = keyof typeof tasks;
