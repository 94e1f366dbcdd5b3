import { isUtf8 } from "node:buffer";
import { TextDecoder } from "node:util";
import { Readable } from "node:stream";
import { ColonnadeError, quote } from "../errors";
import { lazy } from "../lazy";
import type * as reader from "../serializable/reader";
import { BodyStream } from "./body-stream";
import type * as contentDecoding from "./content-decoding";
import type { Decoder } from "./content-decoding";
import type * as jsonPosition from "./json-position";
import { charsetOf } from "./media-type";
import { pump } from "./pump";
import { upstreamBody, wasRead } from "./upstream-body";
import type { BodySource, UpstreamBody } from "./upstream-body";

const loadContentDecoding = lazy(() => require("./content-decoding") as typeof contentDecoding);
const loadJsonPosition = lazy(() => require("./json-position") as typeof jsonPosition);
const loadReader = lazy(() => require("../serializable/reader") as typeof reader);

/** The body of a request: read once, however often and in whatever form it is asked for. */
export class Body {
  /** In bytes, before and after inflating. */
  limit = Infinity;
  /** Set once more than `limit` bytes came: the request is then refused whatever its handler returns. */
  exceeded?: ColonnadeError;

  readonly #source: BodySource;
  #stream?: BodyStream;
  #bytes?: Promise<Buffer>;
  #json?: Promise<unknown>;
  #message?: Promise<unknown>;

  constructor(source: BodySource) {
    this.#source = source;
  }

  /** @throws {ColonnadeError} `ERR_BODY_CONSUMED` when something else has read it. */
  get stream(): Readable {
    if (this.#bytes !== undefined) throw consumed("json(), text(), bytes() or message() has read it");
    if (this.#stream !== undefined) return this.#stream;
    const { stream } = this.#source;
    if (stream !== undefined) checkUnread(this.#upstream());
    this.#stream = new BodyStream(stream ?? Readable.from([]), this.limit, (error) => this.#note(error));
    return this.#stream;
  }

  /** Inflated. */
  bytes(): Promise<Buffer> {
    return guard(this.#readBytes());
  }

  text(): Promise<string> {
    return guard(this.#readText());
  }

  json(): Promise<unknown> {
    return (this.#json ??= guard(this.#readJson()));
  }

  /** Inflated, and read as the binary format. */
  message(): Promise<unknown> {
    return (this.#message ??= guard(this.#readMessage()));
  }

  async #readBytes(): Promise<Buffer> {
    const upstream = this.#upstream();
    if (upstream.kind === "bytes") return upstream.bytes;
    if (upstream.kind === "text") return Buffer.from(upstream.text);
    const { stream, contentEncoding } = this.#source;
    if (stream === undefined) return Buffer.alloc(0);
    checkUnread(upstream);
    if (this.#bytes !== undefined) return this.#bytes;
    if (this.#stream !== undefined && isSpent(this.#stream)) throw consumed("request.stream has been read");
    // Before anything is read: it may throw.
    const decode =
      contentEncoding === undefined ? undefined : loadContentDecoding().createDecoder(contentEncoding);
    return (this.#bytes = this.#collect(this.#stream ?? stream, decode));
  }

  async #collect(stream: Readable, decode: Decoder | undefined): Promise<Buffer> {
    try {
      const bytes = await collect(stream, this.limit);
      return decode === undefined ? bytes : await decode(bytes, this.limit);
    } catch (error) {
      this.#note(error);
      throw error;
    }
  }

  async #readText(): Promise<string> {
    const upstream = this.#upstream();
    if (upstream.kind === "text") return upstream.text;
    const charset = charsetOf(this.#source.contentType) ?? "utf-8";
    let decoder: TextDecoder;
    try {
      decoder = new TextDecoder(charset);
    } catch (cause) {
      throw unsupportedCharset(charset, cause);
    }
    return decoder.decode(await this.#readBytes());
  }

  async #readJson(): Promise<unknown> {
    const upstream = this.#upstream();
    if (upstream.kind === "value") return upstream.value;
    const text = upstream.kind === "text" ? upstream.text : await this.#readJsonText();
    // Of an empty body, Express's parsers make an empty object.
    return text === "" && this.#source.parserRan ? {} : parseJson(text);
  }

  async #readJsonText(): Promise<string> {
    const charset = charsetOf(this.#source.contentType) ?? "utf-8";
    if (!/^(utf-?8|us-ascii)$/.test(charset)) throw unsupportedCharset(charset);
    const bytes = await this.#readBytes();
    if (isUtf8(bytes)) return bytes.toString("utf8");
    throw new ColonnadeError("ERR_BODY_MALFORMED", "The request body is not valid UTF-8, as JSON must be");
  }

  async #readMessage(): Promise<unknown> {
    const bytes = await this.#readBytes();
    if (bytes.length > 0) return loadReader().read(bytes);
    throw new ColonnadeError("ERR_BODY_EMPTY", "The request has no body to read a message from");
  }

  #upstream(): UpstreamBody {
    const begun = this.#stream !== undefined || this.#bytes !== undefined;
    return begun ? { kind: "unread" } : upstreamBody(this.#source);
  }

  /** A body that turned out to be over its limit decides the answer. */
  #note(error: unknown): void {
    if (error instanceof ColonnadeError && error.code === "ERR_BODY_TOO_LARGE") this.exceeded ??= error;
  }
}

function checkUnread({ kind }: UpstreamBody): void {
  if (kind === "unread") return;
  if (kind === "lost") throw consumed("middleware has read it and left nothing in req.body");
  throw consumed("middleware has parsed it: request.json() returns what it left in req.body");
}

/** Whether nothing more is to be had of a stream, and its failure is not the reason. */
function isSpent(stream: Readable): boolean {
  return wasRead(stream) || (stream.destroyed && stream.errored === null);
}

/** A client that leaves must not end the process where a handler has not awaited what it reads. */
function guard<T>(reading: Promise<T>): Promise<T> {
  reading.catch(() => {});
  return reading;
}

function collect(stream: Readable, limit: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    pump(stream, limit, {
      data: (chunk) => chunks.push(chunk),
      end: () => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)),
      fail: reject,
    });
  });
}

function parseJson(source: string): unknown {
  const text = source.startsWith("\ufeff") ? source.slice(1) : source;
  if (text.trim() === "") throw new ColonnadeError("ERR_BODY_EMPTY", "The request body is empty, not JSON");
  try {
    return JSON.parse(text);
  } catch {
    // The message of the SyntaxError quotes the body, and so is not passed on as the cause.
    const position = loadJsonPosition().jsonErrorPosition(text) + source.length - text.length;
    const message = `The request body is not valid JSON: at position ${position}`;
    throw new ColonnadeError("ERR_BODY_MALFORMED", message, { position });
  }
}

function consumed(reader: string): ColonnadeError {
  return new ColonnadeError("ERR_BODY_CONSUMED", `The request body can't be read: ${reader}`);
}

function unsupportedCharset(charset: string, cause?: unknown): ColonnadeError {
  const message = `The charset ${quote(charset)} of the request body is not supported`;
  return new ColonnadeError("ERR_UNSUPPORTED_CHARSET", message, cause === undefined ? {} : { cause });
}
