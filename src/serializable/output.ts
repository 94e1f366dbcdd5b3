import { SerializableError, quote } from "../errors";
import { limits, wire } from "./format";

// V8 knows what a module's own constants are, and looks up those of another one each time.
const { bool, int8, int16, int32, int64, float32, float64, string } = wire;

/** In UTF-16 code units: shorter text is written here, which is quicker than a call of Node's. */
const shortText = 24;

/** In bytes: fewer are copied here, for the same reason. */
const shortCopy = 64;

/** In bytes: no less than the type of a value with the number, or the length, behind it. */
const longestHead = 16;

const largestInt64 = 2n ** 63n - 1n;
const smallestInt64 = -(2n ** 63n);

/** Bytes that are written one value behind the other, in room that grows. */
export class Output {
  #bytes = Buffer.allocUnsafeSlow(4_096);
  #view = viewOf(this.#bytes);
  #at = 0;

  /** In bytes: the room that there is. */
  get capacity(): number {
    return this.#bytes.length;
  }

  clear(): void {
    this.#at = 0;
  }

  /** A copy of what has been written. */
  take(): Buffer {
    const bytes = this.#bytes;
    const length = this.#at;
    const taken = Buffer.allocUnsafe(length);
    if (length > shortCopy) bytes.copy(taken, 0, 0, length);
    else for (let index = 0; index < length; index++) taken[index] = bytes[index] as number; // it is there
    return taken;
  }

  /** Makes room for all of a value but its text, its bytes, or the values in it: to be called before each. */
  begin(): void {
    this.#reserve(longestHead);
  }

  bool(value: boolean): void {
    this.type(bool);
    this.#bytes[this.#at++] = value ? 1 : 0;
  }

  /** A whole number as an int, any other as a 32-bit float. */
  number(value: number): void {
    if ((value | 0) === value) this.int(value);
    else if (Number.isSafeInteger(value)) this.#int64(value);
    else if (Number.isInteger(value) && value >= -(2 ** 63) && value < 2 ** 63) this.bigint(BigInt(value));
    else this.float(value, "float");
  }

  /** An int of 32 bits, in as few as it takes. */
  int(value: number): void {
    const bytes = this.#bytes;
    let at = this.#at;
    if (value <= 127 && value >= -127) {
      bytes[at++] = 0;
      bytes[at++] = int8;
    } else if (value <= 32_767 && value >= -32_767) {
      bytes[at++] = 0;
      bytes[at++] = int16;
      bytes[at++] = value >> 8;
    } else if (value === -2_147_483_648) {
      this.#int64(value);
      return;
    } else {
      bytes[at++] = 0;
      bytes[at++] = int32;
      bytes[at++] = value >> 24;
      bytes[at++] = value >> 16;
      bytes[at++] = value >> 8;
    }
    bytes[at++] = value;
    this.#at = at;
  }

  #int64(value: number): void {
    this.type(int64);
    this.#view.setInt32(this.#at, Math.floor(value / 2 ** 32));
    this.#view.setUint32(this.#at + 4, value >>> 0);
    this.#at += 8;
  }

  bigint(value: bigint): void {
    if (value > largestInt64 || value < smallestInt64) throw unwritable(value, "it has more than 64 bits");
    const number = Number(value);
    if (Number.isSafeInteger(number)) {
      this.number(number);
      return;
    }
    this.type(int64);
    this.#view.setBigInt64(this.#at, value);
    this.#at += 8;
  }

  float(value: number, form: "float" | "double"): void {
    if (form === "double") {
      this.type(float64);
      this.#view.setFloat64(this.#at, value);
      this.#at += 8;
      return;
    }
    if (Number.isFinite(value) && !Number.isFinite(Math.fround(value))) {
      throw unwritable(value, "a 32-bit float can't hold it; declare the field @double");
    }
    this.type(float32);
    this.#view.setFloat32(this.#at, value);
    this.#at += 4;
  }

  string(text: string): void {
    const { length } = text;
    if (length <= shortText && this.#short(text, length)) return;
    if (!text.isWellFormed()) throw unwritable(text, "half of a surrogate pair has no UTF-8");
    const size = length > limits.length ? length : Buffer.byteLength(text);
    if (size > limits.length) {
      throw unwritable(text, `it has ${size} bytes or more, and ${limits.length} are the most`);
    }
    this.type(string);
    this.int(size);
    this.#reserve(size);
    this.#at += this.#bytes.write(text, this.#at);
  }

  /** @returns whether the text has been written: it has no characters of more than two bytes. */
  #short(text: string, length: number): boolean {
    this.#reserve(5 + 2 * length);
    const bytes = this.#bytes;
    const start = this.#at + 5;
    let at = start;
    for (let index = 0; index < length; index++) {
      const code = text.charCodeAt(index);
      if (code < 0x80) {
        bytes[at++] = code;
      } else if (code < 0x800) {
        bytes[at++] = 0xc0 | (code >> 6);
        bytes[at++] = 0x80 | (code & 63);
      } else return false;
    }
    this.type(string);
    this.int(at - start); // one byte behind its type
    this.#at = at;
    return true;
  }

  data(data: Uint8Array): void {
    if (data.length > limits.length) {
      throw unwritable(data, `it has ${data.length} bytes, and ${limits.length} are the most`);
    }
    this.type(wire.bytes);
    this.int(data.length);
    this.#reserve(data.length);
    this.#bytes.set(data, this.#at);
    this.#at += data.length;
  }

  type(value: number): void {
    const bytes = this.#bytes;
    const at = this.#at;
    bytes[at] = value >> 8;
    bytes[at + 1] = value;
    this.#at = at + 2;
  }

  /** Makes room for `size` bytes more. */
  #reserve(size: number): void {
    if (this.#at + size <= this.#bytes.length) return;
    const grown = Buffer.allocUnsafeSlow(Math.max(this.#bytes.length * 2, this.#at + size));
    grown.set(this.#bytes.subarray(0, this.#at));
    this.#bytes = grown;
    this.#view = viewOf(grown);
  }
}

function viewOf({ buffer, byteOffset, byteLength }: Buffer): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}

/**
 * A value that can't be written.
 *
 * @param path - of the field that it is in, where that is known.
 */
export function unwritable(value: unknown, reason: string, path?: string): SerializableError {
  const place = path === undefined ? "" : `${path}: `;
  const message = `${place}${quote(value)} can't be written: ${reason}`;
  return new SerializableError("ERR_SERIALIZABLE_VALUE", message);
}
