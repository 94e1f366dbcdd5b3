import type { Callable, CallAnswer, CallArguments } from "./call-types";
import { asObject, toCallTarget, toText } from "./call-target";
import type { Input } from "./call-target";
import { SocketClient } from "./socket-client";
import type { ConnectOptions } from "./socket-client";

/** Options of `createClient`. */
export interface ClientOptions {
  /** For every call; a function is asked before each, and may be async. */
  readonly headers?: HeaderSource;
  /** In milliseconds: a call that has no answer by then is aborted. 0, the default, waits for as long as it takes. */
  readonly timeout?: number;
  /** In place of the global `fetch`. */
  readonly fetch?: typeof globalThis.fetch;
  /** For every call, such as `"include"`: see `fetch`. */
  readonly credentials?: NonNullable<RequestInit["credentials"]>;
}

type HeaderSource = Readonly<Record<string, string>> | (() => HeaderRecord | Promise<HeaderRecord>);
type HeaderRecord = Readonly<Record<string, string>>;

/** Options of one call. */
export interface CallOptions {
  readonly signal?: AbortSignal;
  /** In milliseconds; that of the client by default. */
  readonly timeout?: number;
  /** Besides the client's, and before those that the input has. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** What `call` resolves to besides status code and payload. */
export interface FetchDetails {
  readonly headers: Headers;
  /** As `fetch` gave it; its body has been read, unless it is a stream of events. */
  readonly response: globalThis.Response;
}

/** Calls the routes of a server by their declarations. */
export interface Client {
  /**
   * Calls a route.
   *
   * @returns resolves to the answer, whatever its status; rejects as `fetch` does where there is none, with the
   *   signal's reason when it aborts, and with a `TimeoutError`.
   * @throws {TypeError} rejects with it for a value that is missing, or that can't be sent, naming it.
   */
  call<Pattern extends string, Options>(
    declaration: Callable<Pattern, Options>,
    ...args: CallArguments<Pattern, Options, CallOptions>
  ): Promise<CallAnswer<Options, FetchDetails>>;

  /**
   * Connects to a WebSocket route.
   *
   * @throws {TypeError} for a value that is missing, or that can't be sent, naming it; where there is no WebSocket.
   */
  connect<Pattern extends string, Options>(
    declaration: Callable<Pattern, Options> & { readonly method: "WEBSOCKET" },
    ...args: {} extends ConnectOptions<Pattern, Options>
      ? [options?: ConnectOptions<Pattern, Options>]
      : [options: ConnectOptions<Pattern, Options>]
  ): SocketClient<Options>;
}

/**
 * Makes a client of a server, on `fetch`.
 *
 * @param baseUrl - where its routes are mounted: `https://example.org/api`, or `/api` in a browser.
 */
export function createClient(baseUrl: string | URL, options: ClientOptions = {}): Client {
  const base = String(baseUrl).replace(/\/$/, "");
  if (/[?#]/.test(base)) throw new TypeError(`A base URL has neither query nor fragment: ${base}`);
  return {
    async call(declaration, ...[input = {}, details = {}]) {
      if (declaration.method === "WEBSOCKET") {
        throw new TypeError(`WEBSOCKET ${declaration.pattern} is no route to call: connect() to it`);
      }
      const target = toCallTarget(declaration, input);
      const request = await toRequest(declaration, input, details, options);
      const limit = new Limit(details.signal, details.timeout ?? options.timeout ?? 0);
      try {
        const response = await (options.fetch ?? fetch)(base + target, { ...request, ...limit.init });
        const payload = await read(response);
        const answer = { statusCode: response.status, payload, headers: response.headers, response };
        return answer as CallAnswer<(typeof declaration)["options"], FetchDetails>; // what the declaration says of it
      } finally {
        limit.lift(); // a stream of events goes on for as long as it likes
      }
    },
    connect: (declaration, ...[given]) => new SocketClient(base, declaration, given ?? {}),
  };
}

async function toRequest(
  { method, pattern }: Callable,
  { headers, body }: Input,
  details: CallOptions,
  options: ClientOptions,
): Promise<RequestInit> {
  const common = typeof options.headers === "function" ? await options.headers() : options.headers;
  const sent = new Headers(common);
  for (const more of [details.headers ?? {}, asObject(headers, "headers", `${method} ${pattern}`)]) {
    for (const [name, value] of Object.entries(more)) {
      if (value !== undefined) sent.set(name, toText(value, `headers.${name}`));
    }
  }
  const request: RequestInit = { method, headers: sent };
  if (body !== undefined) request.body = toBody(body, sent);
  if (options.credentials !== undefined) request.credentials = options.credentials;
  return request;
}

/** A body of a kind that `fetch` knows is sent as it is, everything else as JSON. */
function toBody(body: unknown, headers: Headers): NonNullable<RequestInit["body"]> {
  if (body instanceof FormData || body instanceof Blob || body instanceof URLSearchParams) return body;
  if (body instanceof ArrayBuffer || ArrayBuffer.isView(body)) return body as ArrayBuffer;
  const text = JSON.stringify(body) as string | undefined; // which its type leaves out
  if (text === undefined) throw new TypeError("The body has no JSON");
  if (!headers.has("Content-Type")) headers.set("Content-Type", "application/json");
  return text;
}

async function read(response: globalThis.Response): Promise<unknown> {
  const type = response.headers.get("Content-Type") ?? "";
  if (/^text\/event-stream\b/i.test(type)) return response.body;
  if (!/^text\/|[/+]json\b|^$/i.test(type)) return response.blob();
  const text = await response.text();
  if (text === "") return undefined;
  if (!/[/+]json\b/i.test(type)) return text;
  try {
    return JSON.parse(text);
  } catch (error) {
    if (response.ok) throw error;
    return text; // what stands between client and server may answer anything: the status tells more
  }
}

/** How long a call may take, besides what its signal says. */
class Limit {
  readonly init: { signal?: AbortSignal };
  readonly #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(signal: AbortSignal | undefined, timeout: number) {
    if (timeout === 0) {
      this.init = signal === undefined ? {} : { signal };
      return;
    }
    const controller = new AbortController();
    this.init = {
      signal: signal === undefined ? controller.signal : AbortSignal.any([signal, controller.signal]),
    };
    const late = () =>
      controller.abort(new DOMException(`There is no answer after ${timeout} ms`, "TimeoutError"));
    this.#timer = setTimeout(late, timeout);
  }

  lift(): void {
    clearTimeout(this.#timer);
  }
}
