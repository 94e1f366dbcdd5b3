import { constants } from "node:buffer";
import { promisify } from "node:util";
import * as zlib from "node:zlib";
import { ColonnadeError, quote } from "../errors";
import { bodyTooLarge } from "./pump";

type Decode = (bytes: Buffer, options: { maxOutputLength: number }) => Promise<Buffer>;

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
if ("zstdDecompress" in zlib && typeof zlib.zstdDecompress === "function") {
  decoders.set("zstd", promisify(zlib.zstdDecompress) as unknown as Decode); // Node 22.15's, not yet in the types of Node 20
}

/**
 * Undoes the content coding of a body.
 *
 * @param limit - how many bytes the result may have: a small body can inflate to any size.
 */
export async function decodeContent(
  bytes: Buffer,
  contentEncoding: string | undefined,
  limit: number,
): Promise<Buffer> {
  const coding = contentEncoding?.trim().toLowerCase() ?? "identity";
  if (coding === "identity" || coding === "" || bytes.length === 0) return bytes;
  const decode = decoders.get(coding);
  if (decode === undefined) {
    const message = `The content coding ${quote(contentEncoding)} of the request body is not supported`;
    throw new ColonnadeError("ERR_UNSUPPORTED_ENCODING", message);
  }
  // zlib wants at least 1, and at most what a Buffer can hold.
  const maxOutputLength = Math.min(Math.max(limit, 1), constants.MAX_LENGTH);
  try {
    const decoded = await decode(bytes, { maxOutputLength });
    if (decoded.length > limit) throw bodyTooLarge(limit);
    return decoded;
  } catch (cause) {
    if (cause instanceof ColonnadeError) throw cause;
    if (cause instanceof RangeError) throw bodyTooLarge(limit);
    throw new ColonnadeError("ERR_BODY_MALFORMED", `The request body is not valid ${coding}`, { cause });
  }
}
