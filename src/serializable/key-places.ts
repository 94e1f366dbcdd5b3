/** A power of 2, and no more than V8 has places for as many keys. */
const places = 1_024;

/** Of 16,384 keys, 16 fall into a place on average, and hardly ever 48. */
const most = 256;

/**
 * Where V8 puts the keys of a Map, or the values of a Set. It puts strings and objects by a secret, but numbers
 * by a hash that anyone can compute: 16,384 that were chosen to be in one place take half a second, since
 * each is compared with all before it, where others take a millisecond.
 */
export class KeyPlaces {
  readonly #counts = new Uint16Array(places);

  /** For a Map or Set that will have `count` of them; undefined where these can't be too many for a place. */
  static of(count: number): KeyPlaces | undefined {
    return count > most ? new KeyPlaces() : undefined;
  }

  /** @returns whether there are now more in the place of a key than chance would have put there. */
  add(key: unknown): boolean {
    const place = placeOf(key);
    if (place === undefined) return false;
    const count = (this.#counts[place] ?? 0) + 1;
    this.#counts[place] = count;
    return count > most;
  }
}

/** @returns undefined for a key whose place nobody can foresee. */
function placeOf(key: unknown): number | undefined {
  if (typeof key === "bigint") return hashOf64(key < 0n ? -key : key) % places;
  if (typeof key !== "number") return undefined;
  if ((key | 0) === key) return hashOf32(key) % places;
  bits.setFloat64(0, key);
  return hashOf64(bits.getBigUint64(0)) % places;
}

const bits = new DataView(new ArrayBuffer(8));

/** V8's `ComputeUnseededHash`. */
function hashOf32(key: number): number {
  let hash = ~key + (key << 15);
  hash ^= hash >>> 12;
  hash += hash << 2;
  hash ^= hash >>> 4;
  hash = Math.imul(hash, 2_057);
  hash ^= hash >>> 16;
  return hash & 0x3fff_ffff;
}

/** V8's `ComputeLongHash`. */
function hashOf64(key: bigint): number {
  let hash = BigInt.asUintN(64, ~key + (key << 18n));
  hash ^= hash >> 31n;
  hash = BigInt.asUintN(64, hash * 21n);
  hash ^= hash >> 11n;
  hash = BigInt.asUintN(64, hash + (hash << 6n));
  hash ^= hash >> 22n;
  return Number(hash & 0x3fff_ffffn);
}
