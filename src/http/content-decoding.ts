import { constants } from "node:buffer";
import { promisify } from "node:util";
import * as zlib from "node:zlib";
import { ColonnadeError, quote } from "../errors";
import { bodyTooLarge } from "./pump";

/** Undoes a content coding; `limit` is how many bytes the result may have. */
export type Decoder = (bytes: Buffer, limit: number) => Promise<Buffer>;

type Decode = (bytes: Buffer, options: { maxOutputLength: number; chunkSize: number }) => Promise<Buffer>;

/** zlib waits for a turn of the event loop after each chunk: with its own 16 KiB, a busy server waits for 320 of them. */
const chunkSize = 262_144;

const inflate: Decode = promisify(zlib.inflate);
const inflateRaw: Decode = promisify(zlib.inflateRaw);

/** The codings of a request body (RFC 9110, section 8.4.1) that are inflated. */
const decoders = new Map<string, Decode>([
  ["gzip", promisify(zlib.gunzip)],
  ["x-gzip", promisify(zlib.gunzip)],
  ["br", promisify(zlib.brotliDecompress)],
  // "deflate" is the zlib format, but some clients send the bare one: a zlib header's low nibble is 8.
  ["deflate", (bytes, options) => (((bytes[0] ?? 8) & 15) === 8 ? inflate : inflateRaw)(bytes, options)],
]);

/** Node's zstd (22.15), which the types of Node 20 do not have yet. */
const { zstdDecompress, zstdDecompressSync } = zlib as {
  zstdDecompress?: (
    bytes: Buffer,
    options: object,
    done: (error: Error | null, result: Buffer) => void,
  ) => void;
  zstdDecompressSync?: (bytes: Buffer) => Buffer;
};
// Node 22's takes a body that was cut short for a whole one, and would lose the rest of it.
if (zstdDecompress !== undefined && refuses(zstdDecompressSync, "28b52ffd2001090000")) {
  decoders.set("zstd", promisify(zstdDecompress));
}

function refuses(decompress: ((bytes: Buffer) => Buffer) | undefined, hex: string): boolean {
  try {
    decompress?.(Buffer.from(hex, "hex"));
    return false;
  } catch {
    return true;
  }
}

/** What {@link createDecoder} throws and its decoder rejects with, in the words of whose body it is. */
export interface DecodingFaults {
  unsupported(contentEncoding: string | undefined): Error;
  malformed(coding: string, cause: unknown): Error;
  tooLarge(limit: number): Error;
}

const requestFaults: DecodingFaults = {
  unsupported(contentEncoding) {
    const message = `The content coding ${quote(contentEncoding)} of the request body is not supported`;
    return new ColonnadeError("ERR_UNSUPPORTED_ENCODING", message);
  },
  malformed: (coding, cause) =>
    new ColonnadeError("ERR_BODY_MALFORMED", `The request body is not valid ${coding}`, { cause }),
  tooLarge: bodyTooLarge,
};

/**
 * Makes what undoes the content coding of a body.
 *
 * @throws {ColonnadeError} `ERR_UNSUPPORTED_ENCODING`, or what `faults` say.
 */
export function createDecoder(contentEncoding: string | undefined, faults = requestFaults): Decoder {
  const coding = contentEncoding?.trim().toLowerCase() ?? "";
  if (coding === "" || coding === "identity") return identity;
  const decode = decoders.get(coding);
  if (decode === undefined) throw faults.unsupported(contentEncoding);
  return async (bytes, limit) => {
    if (bytes.length === 0) return bytes;
    const decoded = await inflateWith(decode, coding, bytes, limit, faults);
    if (decoded.length > limit) throw faults.tooLarge(limit);
    return compact(decoded);
  };
}

function identity(bytes: Buffer): Promise<Buffer> {
  return Promise.resolve(bytes);
}

async function inflateWith(
  decode: Decode,
  coding: string,
  bytes: Buffer,
  limit: number,
  faults: DecodingFaults,
): Promise<Buffer> {
  // zlib wants at least 1, and at most what a Buffer can hold.
  const maxOutputLength = Math.min(Math.max(limit, 1), constants.MAX_LENGTH);
  try {
    return await decode(bytes, { maxOutputLength, chunkSize });
  } catch (cause) {
    throw codeOf(cause) === "ERR_BUFFER_TOO_LARGE" ? faults.tooLarge(limit) : faults.malformed(coding, cause);
  }
}

/** A short result would keep the whole of zlib's chunk for as long as it is kept itself. */
function compact(decoded: Buffer): Buffer {
  return decoded.buffer.byteLength > 2 * decoded.length ? Buffer.from(decoded) : decoded;
}

function codeOf(error: unknown): unknown {
  // Not by its class: under Jest, Node's errors are of another realm.
  return typeof error === "object" && error !== null && "code" in error ? error.code : undefined;
}
