import type { Transform } from "node:stream";
import { promisify } from "node:util";
import * as zlib from "node:zlib";
import Negotiator from "negotiator";

/** A content coding (RFC 9110, section 8.4.1) that answers can be sent in. */
export type Coding = "br" | "zstd" | "gzip" | "deflate";

interface Compression {
  compress(bytes: Buffer): Promise<Buffer>;
  /** Passes on what it is given at once, so that a slow stream stays a stream. */
  createStream(): Transform;
}

const { BROTLI_PARAM_QUALITY, BROTLI_OPERATION_FLUSH, Z_SYNC_FLUSH } = zlib.constants;
/** Brotli's default of 11 is for files that are compressed once: it costs 50 times as much. */
const quality = { params: { [BROTLI_PARAM_QUALITY]: 4 } };
const flush = { flush: Z_SYNC_FLUSH };

/** In the order of preference between codings that a client likes equally well. */
const compressions = new Map<Coding, Compression>([
  [
    "br",
    {
      compress: (bytes) => promisify(zlib.brotliCompress)(bytes, quality),
      createStream: () => zlib.createBrotliCompress({ ...quality, flush: BROTLI_OPERATION_FLUSH }),
    },
  ],
  ...zstd(),
  ["gzip", { compress: promisify(zlib.gzip), createStream: () => zlib.createGzip(flush) }],
  ["deflate", { compress: promisify(zlib.deflate), createStream: () => zlib.createDeflate(flush) }],
]);
const available = [...compressions.keys(), "identity"];

/** What negotiator 1.0 added; its types describe 0.6. */
interface PreferringNegotiator {
  encoding(available: readonly string[], options: { preferred: readonly string[] }): string | undefined;
}

/** The coding that an `Accept-Encoding` asks for (RFC 9110, section 12.5.3); undefined for identity. */
export function chooseCoding(acceptEncoding: string | undefined): Coding | undefined {
  const request = { headers: { "accept-encoding": acceptEncoding } };
  const negotiator = new Negotiator(request) as unknown as PreferringNegotiator;
  const coding = negotiator.encoding(available, { preferred: available });
  return coding === undefined || coding === "identity" ? undefined : (coding as Coding);
}

/** @returns rejects only for what can't be held in memory. */
export function compressBytes(bytes: Buffer, coding: Coding): Promise<Buffer> {
  return of(coding).compress(bytes);
}

/** A stream that compresses what passes through it. */
export function compressor(coding: Coding): Transform {
  return of(coding).createStream();
}

function of(coding: Coding): Compression {
  const compression = compressions.get(coding);
  if (compression === undefined) throw new TypeError(`No such coding here: ${coding}`);
  return compression;
}

/** Node has zstd from 22.15 on. */
function zstd(): [Coding, Compression][] {
  if (!("zstdCompress" in zlib) || !("createZstdCompress" in zlib)) return [];
  // The types are those of Node 20, which has none of this.
  const { zstdCompress, createZstdCompress, constants } = zlib as unknown as {
    zstdCompress: (bytes: Buffer, callback: (error: Error | null, result: Buffer) => void) => void;
    createZstdCompress: (options: object) => Transform;
    constants: { ZSTD_e_flush: number };
  };
  return [
    [
      "zstd",
      {
        compress: promisify(zstdCompress),
        createStream: () => createZstdCompress({ flush: constants.ZSTD_e_flush }),
      },
    ],
  ];
}
