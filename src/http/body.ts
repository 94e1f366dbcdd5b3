import { isUtf8 } from "node:buffer";
import { TextDecoder } from "node:util";
import { Readable } from "node:stream";
import { ColonnadeError, quote } from "../errors";
import { BodyStream } from "./body-stream";
import { decodeContent } from "./content-decoding";
import { jsonErrorPosition } from "./json-position";
import { charsetOf, isJsonType } from "./media-type";
import { pump } from "./pump";

/** What a {@link Body} is read from. */
export interface BodySource {
  /** The bytes as received; undefined when the request has no body. */
  readonly stream: Readable | undefined;
  /** Whether middleware that parses bodies has run, whatever it found. */
  readonly parserRan: boolean;
  /** What such middleware left: `req.body`. */
  readonly parsed: unknown;
  readonly contentType: string | undefined;
  readonly contentEncoding: string | undefined;
}

/** The body of a request: read once, however often and in whatever form it is asked for. */
export class Body {
  /** In bytes, before and after inflating. */
  limit = Infinity;
  /** Set once more than `limit` bytes came: the request is then refused whatever its handler returns. */
  exceeded?: ColonnadeError;
  /** Called with `exceeded` when the reader can't hear of it, and so would wait for ever. */
  onUnheard?: (error: ColonnadeError) => void;

  readonly #source: BodySource;
  #stream?: BodyStream;
  #bytes?: Promise<Buffer>;
  #json?: Promise<unknown>;

  constructor(source: BodySource) {
    this.#source = source;
  }

  /** @throws {ColonnadeError} `ERR_BODY_CONSUMED` when something else has read it. */
  get stream(): Readable {
    if (this.#stream !== undefined) return this.#stream;
    if (this.#bytes !== undefined) throw consumed("json(), text() or bytes() has read it");
    const { stream } = this.#source;
    if (stream !== undefined && wasRead(stream)) throw consumed(this.#reader());
    this.#stream = new BodyStream(stream ?? Readable.from([]), this.limit, (error, heard) => {
      this.exceed(error, heard);
    });
    return this.#stream;
  }

  /** Inflated. */
  bytes(): Promise<Buffer> {
    return (this.#bytes ??= this.#readBytes());
  }

  async text(): Promise<string> {
    const parsed = this.#parsedUpstream();
    if (typeof parsed === "string") return parsed;
    const charset = charsetOf(this.#source.contentType) ?? "utf-8";
    let decoder: TextDecoder;
    try {
      decoder = new TextDecoder(charset);
    } catch (cause) {
      throw unsupportedCharset(charset, cause);
    }
    return decoder.decode(await this.bytes());
  }

  json(): Promise<unknown> {
    return (this.#json ??= this.#readJson());
  }

  /** Notes a failure of reading; one that is over the limit decides the answer. */
  exceed(error: Error, heard: boolean): void {
    if (!(error instanceof ColonnadeError) || error.code !== "ERR_BODY_TOO_LARGE") return;
    this.exceeded ??= error;
    if (!heard) this.onUnheard?.(this.exceeded);
  }

  async #readBytes(): Promise<Buffer> {
    const { stream, contentEncoding } = this.#source;
    const parsed = this.#parsedUpstream();
    if (typeof parsed === "string") return Buffer.from(parsed);
    if (parsed instanceof Uint8Array) return Buffer.from(parsed.buffer, parsed.byteOffset, parsed.byteLength);
    if (stream === undefined) return Buffer.alloc(0);
    if (wasRead(stream) || this.#stream?.readableDidRead) throw consumed(this.#reader());
    try {
      const received = await collect(this.#stream ?? stream, this.limit);
      return await decodeContent(received, contentEncoding, this.limit);
    } catch (error) {
      if (error instanceof Error) this.exceed(error, true);
      throw error;
    }
  }

  async #readJson(): Promise<unknown> {
    const { stream, contentType, parserRan, parsed } = this.#source;
    if (stream === undefined && parserRan) return parsed ?? {};
    const upstream = this.#parsedUpstream();
    if (upstream !== undefined && !(upstream instanceof Uint8Array)) {
      // A string is express.text()'s, which leaves JSON alone, or the value that express.json() read.
      if (typeof upstream !== "string" || isJsonType(contentType)) return upstream;
      return parseJson(upstream);
    }
    const charset = charsetOf(contentType) ?? "utf-8";
    if (!/^(utf-?8|us-ascii)$/i.test(charset)) throw unsupportedCharset(charset);
    const bytes = await this.bytes();
    if (!isUtf8(bytes)) {
      throw new ColonnadeError("ERR_BODY_MALFORMED", "The request body is not valid UTF-8, as JSON must be");
    }
    return parseJson(bytes.toString("utf8"));
  }

  /** What middleware made of the body; undefined when it has not been read, whatever `req.body` is. */
  #parsedUpstream(): unknown {
    const { stream, parsed } = this.#source;
    return stream !== undefined && this.#stream === undefined && this.#bytes === undefined && wasRead(stream)
      ? parsed
      : undefined;
  }

  #reader(): string {
    if (this.#stream !== undefined) return "request.stream has been read";
    return this.#source.parsed === undefined
      ? "middleware has read it and left nothing in req.body"
      : "middleware has parsed it: request.json() returns what it left in req.body";
  }
}

function wasRead(stream: Readable): boolean {
  return stream.readableDidRead || stream.readableEnded;
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
    const position = jsonErrorPosition(text) + source.length - text.length;
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
