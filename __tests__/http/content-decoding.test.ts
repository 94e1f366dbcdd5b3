import { gzipSync } from "node:zlib";
import { createDecoder } from "../../src/http/content-decoding";

describe("createDecoder(contentEncoding)", () => {
  it("makes what keeps no more memory than the result needs", async () => {
    const decoded = await createDecoder("gzip")(gzipSync(Buffer.alloc(100_000)), 200_000);
    expect(decoded.buffer.byteLength).toBe(100_000);
  });

  it.each([
    ["one byte where none is allowed", 1, 0],
    ["a byte too many", 11, 10],
  ])("makes what refuses %s", async (_fact, size, limit) => {
    const decoded = createDecoder("gzip")(gzipSync(Buffer.alloc(size)), limit);
    await expect(decoded).rejects.toMatchObject({ code: "ERR_BODY_TOO_LARGE", limit });
  });

  it.each([
    ["nothing where nothing is allowed", 0, 0],
    ["as many bytes as are allowed", 10, 10],
    ["any number of bytes where any is allowed", 10, Infinity],
  ])("makes what gives %s", async (_fact, size, limit) => {
    expect(await createDecoder("gzip")(gzipSync(Buffer.alloc(size)), limit)).toEqual(Buffer.alloc(size));
  });

  it("makes what stops at the limit, and does not inflate the rest", async () => {
    const member = gzipSync(Buffer.alloc(1_000_000));
    const bomb = Buffer.concat(Array.from({ length: 300 }, () => member));
    const inflated = () => process.memoryUsage().arrayBuffers;
    const before = inflated();
    await expect(createDecoder("gzip")(bomb, 100_000)).rejects.toMatchObject({ code: "ERR_BODY_TOO_LARGE" });
    expect(inflated() - before).toBeLessThan(50_000_000);
  });
});
