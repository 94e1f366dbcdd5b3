import { Serializable, double, serializable } from "colonnade";
import { KeyPlaces } from "../../src/serializable/key-places";
import { failureOf, malformed } from "./sample";

@serializable(1_000)
class Holder extends Serializable {
  held: unknown = null;
}

const mask = (1n << 64n) - 1n;

/** V8's hash of a number of 32 bits, written slowly. */
function hash32(key: number): bigint {
  const bits = (value: bigint) => value & 0xffff_ffffn;
  let hash = bits(BigInt(key));
  hash = bits((hash ^ 0xffff_ffffn) + (hash << 15n));
  hash ^= hash >> 12n;
  hash = bits(hash * 5n);
  hash ^= hash >> 4n;
  hash = bits(hash * 2_057n);
  return hash ^ (hash >> 16n);
}

/** That of any other number, and of a bigint. */
function hash64(key: bigint): bigint {
  let hash = ((key ^ mask) + (key << 18n)) & mask;
  hash ^= hash >> 31n;
  hash = (hash * 21n) & mask;
  hash ^= hash >> 11n;
  hash = (hash * 65n) & mask;
  return hash ^ (hash >> 22n);
}

function hashOf(key: number | bigint): bigint {
  if (typeof key === "bigint") return hash64(key < 0n ? -key : key);
  if ((key | 0) === key) return hash32(key);
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleBE(key);
  return hash64(bytes.readBigUInt64BE());
}

/** Keys that V8 puts into one of 1,024 places. */
function chosen(count: number, keyOf: (index: number) => number | bigint): (number | bigint)[] {
  const keys = [];
  for (let index = 0; keys.length < count; index++) {
    const key = keyOf(index);
    if (hashOf(key) % 1_024n === 5n) keys.push(key);
  }
  return keys;
}

const kinds: [string, (index: number) => number | bigint][] = [
  ["ints", (index) => index],
  ["negative ints", (index) => -index],
  ["ints of 64 bits that are numbers", (index) => 2 ** 40 + index],
  ["floats", (index) => index + 0.5],
  ["bigints", (index) => 2n ** 60n + BigInt(index)],
  ["negative bigints", (index) => -(2n ** 60n) - BigInt(index)],
];

const usual: [string, (index: number) => unknown][] = [
  ...kinds,
  ["multiples of 65,536", (index) => (index * 65_536) | 0],
  ["multiples of 1,000", (index) => index * 1_000],
  ["cells of a grid", (index) => ((index >> 7) << 16) | (index & 127)],
  ["times in milliseconds", (index) => 1_700_000_000_000 + index * 60_000],
  ["tenths", (index) => index / 10],
  ["tenths in 32 bits", (index) => Math.fround(index / 10)],
  ["snowflakes", (index) => 2n ** 60n + (BigInt(index) << 22n)],
  ["texts", String],
  ["lists", (index) => [index]],
];

/** The bytes of a Map with these keys, of which none loses precision. */
function tableOf(keys: readonly unknown[]): Buffer {
  const values = keys.map((key) => (typeof key === "number" && !Number.isInteger(key) ? double(key) : key));
  return Serializable.dumpb(new Map(values.map((key) => [key, null])));
}

describe("Serializable.loadb(bytes), of numbers that V8 puts in one place", () => {
  const reason = "the keys were chosen to be slow to tell apart";

  it.each(kinds)("refuses a Map whose keys are %s", (_name, keyOf) => {
    const bytes = tableOf(chosen(257, keyOf));
    expect(failureOf(() => Serializable.loadb(bytes))).toEqual(malformed(0, reason));
  });

  it("refuses a Set of them, among others", () => {
    const others = Array.from({ length: 10_000 }, (_, index) => -index);
    const bytes = Serializable.dumpb([new Set([...others, ...chosen(257, (index) => index)])]);
    expect(failureOf(() => Serializable.loadb(bytes))).toEqual(malformed(5, reason));
  });

  it("refuses them in JSON", () => {
    const keys = chosen(257, (index) => index);
    const set = JSON.stringify({ held: { $set: keys } });
    const map = JSON.stringify({ held: { $map: keys.map((key) => [key, 1]) } });
    for (const text of [set, map]) expect(() => Holder.loads(text)).toThrow(`Holder.held: ${reason}`);
  });

  it("reads as many as are soon told apart", () => {
    const keys = chosen(256, (index) => index);
    expect(Serializable.loadb(tableOf(keys))).toEqual(new Map(keys.map((key) => [key, null])));
  });

  it.each(usual)("reads 16,384 keys that nobody chose: %s", (_name, keyOf) => {
    const keys = [...new Set(Array.from({ length: 16_384 }, (_, index) => keyOf(index)))];
    expect(Serializable.loadb(tableOf(keys))).toHaveProperty("size", keys.length);
  });
});

describe("KeyPlaces.of(count)", () => {
  it("looks at no more keys than can be too many", () => {
    expect([KeyPlaces.of(256), KeyPlaces.of(257)]).toEqual([undefined, expect.any(KeyPlaces)]);
  });
});
