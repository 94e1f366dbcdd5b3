import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { Serializable, SerializableError, double, serializable } from "colonnade";
import { Direction, Inventory, PlayerPosition, SampleMessage, bytesOf, vectors } from "./sample";

// `npm run test:fuzz` has two hundred times as many.
const times = Number(process.env["FUZZ"] ?? 1);
const values = { numRuns: 500 * times };
const byteStrings = { numRuns: 5_000 * times };

@serializable(1_000)
class Holder extends Serializable {
  held: unknown = null;
  @double exact = 0;
}

/** What comes back as it was, and not as another of JavaScript's numbers. */
const number = fc.oneof(
  fc.maxSafeInteger(),
  fc.integer(),
  fc.integer({ min: -130, max: 130 }),
  fc.float().filter((value) => !Number.isInteger(value)),
);
const bigint = fc
  .bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })
  .filter((value) => !Number.isSafeInteger(Number(value)));
const text = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.string(),
  fc.string({ unit: "grapheme", minLength: 20 }),
);
const bytes = fc.uint8Array({ maxLength: 40 }).map((data) => Buffer.from(data));
const leaf = fc.oneof(
  fc.constantFrom(null, true, false, Direction.LEFT, Direction.RIGHT),
  number,
  bigint,
  text,
  bytes,
);

const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    leaf,
    fc.array(tie("value"), { maxLength: 8 }),
    fc.array(tie("value"), { maxLength: 8 }).map((list) => new Set(list)),
    fc.array(fc.tuple(tie("value"), tie("value")), { maxLength: 8 }).map((entries) => new Map(entries)),
    fc.record({ held: tie("value"), exact: fc.double().map(withoutSign) }).map((fields) => Holder.of(fields)),
    fc.record({ x: number, y: number }).map((fields) => SampleMessage.of(fields)),
    fc
      .record({ owner: text, blob: bytes, leader: fc.constant(new PlayerPosition()) })
      .map((fields) => Inventory.of(fields)),
  ),
}));

const encoded = fc.oneof(
  fc.constantFrom(...vectors.map(({ hex }) => bytesOf(hex))),
  value.map((any) => Serializable.dumpb(any)),
);

/** JSON has no -0. */
function withoutSign(value: number): number {
  return value === 0 ? 0 : value;
}

/** Bytes that often mean something, at some offset. */
const token = fc.oneof(
  fc.constantFrom(
    "0001",
    "0003",
    "0004",
    "0005",
    "0006",
    "000b",
    "000d",
    "000e",
    "000f",
    "0010",
    "0011",
    "0012",
  ),
  fc.constantFrom(
    "0003ff",
    "00050000ffff",
    "000affffffff",
    "00067fffffffffffffff",
    "000400ff",
    "03e8",
    "0102",
  ),
  fc.uint8Array({ minLength: 1, maxLength: 3 }).map((data) => Buffer.from(data).toString("hex")),
);

interface Edit {
  readonly at: number;
  readonly remove: number;
  readonly insert: string;
}

const edit: fc.Arbitrary<Edit> = fc.record({
  at: fc.nat(),
  remove: fc.integer({ min: 0, max: 4 }),
  insert: fc.oneof(fc.constant(""), token),
});

function apply(original: Buffer, { at, remove, insert }: Edit): Buffer {
  const start = at % (original.length + 1);
  return Buffer.concat([original.subarray(0, start), bytesOf(insert), original.subarray(start + remove)]);
}

const hostile = fc.oneof(
  fc.uint8Array({ maxLength: 64 }).map((data) => Buffer.from(data)),
  fc.array(token, { maxLength: 24 }).map((tokens) => bytesOf(tokens.join(""))),
  fc
    .tuple(encoded, fc.array(edit, { minLength: 1, maxLength: 4 }))
    .map(([original, edits]) => edits.reduce(apply, original)),
  fc
    .tuple(encoded, encoded, fc.nat())
    .map(([one, other, at]) => Buffer.concat([one.subarray(0, at % (one.length + 1)), other])),
);

/** What UTF-8 bytes say; undefined for what is not UTF-8. */
function decode(data: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(data);
  } catch {
    return undefined;
  }
}

/** What reading gives: a value, or the offset of the fault. */
function outcomeOf(input: Uint8Array): { readonly value?: unknown; readonly offset?: number } {
  try {
    return { value: Serializable.loadb(input) };
  } catch (error) {
    if (error instanceof SerializableError && error.code === "ERR_SERIALIZABLE_MALFORMED") {
      return { offset: error.offset ?? Infinity };
    }
    throw error;
  }
}

/** How many values there are in one, but for the fields of messages. */
function count(of: unknown): number {
  if (of instanceof Map) return [...of].reduce((sum, [key, item]) => sum + count(key) + count(item), 1);
  if (Array.isArray(of) || of instanceof Set) return [...of].reduce((sum, item) => sum + count(item), 1);
  return 1;
}

describe("Serializable.loadb(Serializable.dumpb(value))", () => {
  it("is the value", () => {
    fc.assert(
      fc.property(value, (original) => {
        const written = Serializable.dumpb(original);
        const read = Serializable.loadb(written);
        expect(isDeepStrictEqual(read, original)).toBe(true);
        expect(Serializable.dumpb(read).equals(written)).toBe(true);
      }),
      values,
    );
  });

  it("is the same 64-bit int, in as few bytes as the format has for it", () => {
    const sizes: [limit: bigint, size: number][] = [
      [127n, 3],
      [32_767n, 4],
      [2_147_483_647n, 6],
      [2n ** 63n, 10],
    ];
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), fc.nat(63), (any, shift) => {
        const int = any >> BigInt(shift);
        const written = Serializable.dumpb(int);
        const [, size] = sizes.find(([limit]) => (int < 0n ? -int : int) <= limit) ?? [];
        expect([BigInt(Serializable.loadb(written) as number | bigint), written.length]).toEqual([int, size]);
        const same = Number.isSafeInteger(Number(int)) ? Number(int) : int;
        expect(Serializable.dumpb(same).equals(written)).toBe(true);
      }),
      values,
    );
  });

  it("is the same text, as JSON has it too", () => {
    fc.assert(
      fc.property(value, (held) => {
        const holder = Holder.of({ held });
        expect(Holder.loads(holder.dumps()).dumpb().equals(holder.dumpb())).toBe(true);
      }),
      values,
    );
  });
});

describe("Serializable.loadb(bytes), of any bytes", () => {
  it("reads text as a TextDecoder does, or refuses it", () => {
    const pieces = fc.array(
      fc.oneof(
        text.map((any) => Buffer.from(any)),
        bytes,
      ),
      { maxLength: 3 },
    );
    fc.assert(
      fc.property(pieces, fc.nat(), (any, length) => {
        const whole = Buffer.concat(any);
        const data = whole.subarray(0, length % (whole.length + 1));
        const written = Serializable.dumpb(data);
        written[1] = 13; // a string, in place of bytes
        expect(outcomeOf(written).value).toBe(decode(data));
      }),
      byteStrings,
    );
  });

  it("gives no more values than there are bytes for, or says at which offset they are malformed", () => {
    const before = process.memoryUsage();
    let read = 0;
    fc.assert(
      fc.property(hostile, (input) => {
        const { value: result, offset } = outcomeOf(input);
        if (offset !== undefined) return offset >= 0 && offset <= input.length;
        read += 1;
        return 2 * count(result) <= input.length;
      }),
      byteStrings,
    );
    expect(read).toBeGreaterThan(byteStrings.numRuns / 100);
    const after = process.memoryUsage();
    expect(after.arrayBuffers - before.arrayBuffers).toBeLessThan(2 ** 26);
  });
});
