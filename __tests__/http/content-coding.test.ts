import { once } from "node:events";
import { buffer } from "node:stream/consumers";
import * as zlib from "node:zlib";
import fc from "fast-check";
import { chooseCoding, compressBytes, compressor } from "../../src/http/content-coding";
import type { Coding } from "../../src/http/content-coding";

const hasZstd = "createZstdDecompress" in zlib;
const decompressors: [Coding, () => NodeJS.ReadWriteStream][] = [
  ["br", () => zlib.createBrotliDecompress()],
  ["gzip", () => zlib.createGunzip()],
  ["deflate", () => zlib.createInflate()],
];
// From Node 22.15 on; the types are those of Node 20.
const { createZstdDecompress } = zlib as unknown as { createZstdDecompress: () => NodeJS.ReadWriteStream };
if (hasZstd) decompressors.push(["zstd", createZstdDecompress]);

describe("chooseCoding(acceptEncoding)", () => {
  it.each<[string | undefined, Coding | undefined]>([
    [undefined, undefined],
    ["", undefined],
    ["identity", undefined],
    ["gzip;q=0", undefined],
    ["*;q=0", undefined],
    ["gzip;q=0, *;q=1", "br"],
    ["br;q=0, zstd;q=0, *", "gzip"],
    ["br, gzip", "br"],
    ["gzip, br", "br"],
    ["gzip, deflate, br, zstd", "br"],
    ["gzip, deflate", "gzip"],
    ["deflate, gzip", "gzip"],
    ["deflate", "deflate"],
    ["GZIP", "gzip"],
    ["gzip;q=0.5", "gzip"],
    ["gzip;q=1, br;q=0.5", "gzip"],
    ["gzip;q=0.001, br;q=0", "gzip"],
    ["gzip;q=0.5, identity;q=0.9", undefined],
    ["gzip;q=0.5, identity", undefined],
    ["identity;q=0, gzip;q=0.1", "gzip"],
    ["*", "br"],
    ["*;q=0.5, gzip;q=0.9", "gzip"],
    ["identity;q=0", undefined],
    ["compress", undefined],
    ["compress, x-unknown;q=1", undefined],
    ["br;q=0,gzip;q=0,deflate;q=0,zstd;q=0", undefined],
    [" gzip ; q=1 ", "gzip"],
    ["zstd", hasZstd ? "zstd" : undefined],
    ["zstd, gzip", hasZstd ? "zstd" : "gzip"],
    ["__proto__", undefined],
    ["constructor", undefined],
    [";;;,,,=", undefined],
    ["gzip;q=x", undefined],
  ])("answers %p with %p", (acceptEncoding, coding) => {
    expect(chooseCoding(acceptEncoding)).toBe(coding);
  });

  it("chooses nothing that is not accepted, whatever the header", () => {
    const coding = fc.constantFrom("br", "zstd", "gzip", "deflate", "identity", "*", "x");
    const item = fc.record({ coding, q: fc.integer({ min: 0, max: 1000 }) });
    fc.assert(
      fc.property(fc.uniqueArray(item, { selector: (each) => each.coding }), (items) => {
        const header = items.map((each) => `${each.coding};q=${each.q / 1000}`).join(", ");
        const chosen = chooseCoding(header);
        const accepted =
          items.find((each) => each.coding === chosen) ?? items.find((each) => each.coding === "*");
        return chosen === undefined || (accepted !== undefined && accepted.q > 0);
      }),
      { numRuns: 10_000 },
    );
  });
});

describe.each(decompressors)("the coding %s", (coding, decompressor) => {
  it.each([
    ["nothing", Buffer.alloc(0)],
    ["little", Buffer.from("x")],
    ["much", Buffer.alloc(1 << 20, "hello world ")],
  ])("gives back %s", async (_name, bytes) => {
    const compressed = await compressBytes(bytes, coding);
    expect((await buffer(decompressor().end(compressed))).equals(bytes)).toBe(true);
    expect((await buffer(compressor(coding).end(bytes).pipe(decompressor()))).equals(bytes)).toBe(true);
  });

  it("makes much smaller what repeats itself", async () => {
    expect((await compressBytes(Buffer.alloc(1 << 20, "hello world "), coding)).length).toBeLessThan(10_000);
  });

  it("gives the same bytes for the same bytes, as an ETag of them needs", async () => {
    const bytes = Buffer.from("hello ".repeat(100));
    expect(await compressBytes(bytes, coding)).toEqual(await compressBytes(bytes, coding));
  });

  it("passes on each piece of a stream before the next one comes", async () => {
    const stream = compressor(coding);
    const received = stream.pipe(decompressor());
    for (const piece of ["one", "two"]) {
      stream.write(piece);
      expect(String((await once(received, "data"))[0])).toBe(piece);
    }
    stream.destroy();
  });
});

describe("compressBytes(bytes, coding)", () => {
  it("refuses a coding that there is none of here", () => {
    expect(() => compressBytes(Buffer.alloc(1), "compress" as Coding)).toThrow("compress");
  });
});
