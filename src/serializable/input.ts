import { isUtf8 } from "node:buffer";
import { SerializableError } from "../errors";
import { limits, wire } from "./format";

// V8 knows what a module's own constants are, and looks up those of another one each time.
const { int8, int16, int32, int64, uint8, uint16, uint32 } = wire;
const { length: longest } = limits;

/** In bytes: shorter text and data are read here, which is quicker than a call of Node's. */
const short = 12;

/** Where the bytes of a number are put to be read; JavaScript has no other way, but a view of all there is. */
const scratch = new DataView(new ArrayBuffer(8));

/** Bytes that are read one value behind the other; none are taken that are not there. */
export class Input {
  /** The offset of what is read next. */
  at = 0;
  readonly #bytes: Buffer;
  readonly #end: number;

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.isBuffer(bytes)
      ? bytes
      : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#end = bytes.length;
  }

  /** How many bytes are still to be read. */
  get left(): number {
    return this.#end - this.at;
  }

  /** The type that each value begins with. */
  type(): number {
    return this.#uint16();
  }

  bool(): boolean {
    return this.#byte(this.#take(1)) !== 0;
  }

  float32(): number {
    return this.#number(4).getFloat32(0);
  }

  float64(): number {
    return this.#number(8).getFloat64(0);
  }

  /** @returns a bigint for what a number can't hold. */
  int(type: number): number | bigint {
    switch (type) {
      case int8:
        return (this.#byte(this.#take(1)) << 24) >> 24;
      case int16:
        return (this.#uint16() << 16) >> 16;
      case int32:
        return this.#int32();
      case int64:
        return this.#int64();
      case uint8:
        return this.#byte(this.#take(1));
      case uint16:
        return this.#uint16();
      case uint32:
        return this.#int32() >>> 0;
      default:
        throw malformed(`${type} is no type of the format`, this.at - 2);
    }
  }

  /**
   * How many bytes or elements follow: an int value.
   *
   * @param size - of each, in bytes, at the least: what can't follow is refused before room is made for it.
   */
  count(limit: number, size: number): number {
    const start = this.at;
    const type = this.type();
    if (type < int8 || type > uint32) {
      throw malformed(`a length is an int, not of type ${type}`, start);
    }
    const count = this.int(type);
    if (count < 0) throw malformed(`a length is ${count}`, start);
    if (count > limit) throw malformed(`a length is ${count}, and ${limit} is the most`, start);
    const number = Number(count);
    if (number * size > this.left) {
      throw malformed(`a length is ${count}; bytes left: ${this.left}`, start);
    }
    return number;
  }

  string(): string {
    const length = this.count(longest, 1);
    const start = this.#take(length);
    const text = length > short ? undefined : this.#shortText(start);
    if (text !== undefined) return text;
    const decoded = this.#bytes.toString("utf8", start, this.at);
    // What Node could not read, it has replaced.
    if (!decoded.includes("\ufffd") || isUtf8(this.#bytes.subarray(start, this.at))) return decoded;
    throw malformed("a string is not UTF-8", start);
  }

  /** A copy: a view would keep all that came with it. */
  data(): Buffer {
    const length = this.count(longest, 1);
    const start = this.#take(length);
    if (length === 0) return Buffer.allocUnsafe(1).subarray(1); // less than Node's own, which has memory of its own
    const data = Buffer.allocUnsafe(length);
    if (length > short) this.#bytes.copy(data, 0, start, this.at);
    else for (let index = 0; index < length; index++) data[index] = this.#byte(start + index);
    return data;
  }

  #uint16(): number {
    const at = this.#take(2);
    return (this.#byte(at) << 8) | this.#byte(at + 1);
  }

  #int32(): number {
    const at = this.#take(4);
    return (
      (this.#byte(at) << 24) | (this.#byte(at + 1) << 16) | (this.#byte(at + 2) << 8) | this.#byte(at + 3)
    );
  }

  #int64(): number | bigint {
    const view = this.#number(8);
    const high = view.getInt32(0);
    const safe = high < 2 ** 21 && high >= -(2 ** 21);
    const number = high * 2 ** 32 + view.getUint32(4);
    return safe && number !== -(2 ** 53) ? number : view.getBigInt64(0);
  }

  /** @returns undefined for what has characters of more than two bytes, or is not UTF-8. */
  #shortText(start: number): string | undefined {
    let text = "";
    for (let at = start; at < this.at; at++) {
      let code = this.#byte(at);
      if (code > 127) {
        at += 1;
        const next = at < this.at ? this.#byte(at) : 0;
        if (code < 0xc2 || code > 0xdf || next >> 6 !== 2) return undefined; // 0xc0 and 0xc1 begin no character
        code = ((code & 31) << 6) | (next & 63);
      }
      text += String.fromCharCode(code);
    }
    return text;
  }

  /** The next bytes, for a number to be read from. */
  #number(size: number): DataView {
    const start = this.#take(size);
    for (let index = 0; index < size; index++) scratch.setUint8(index, this.#byte(start + index));
    return scratch;
  }

  #byte(at: number): number {
    return this.#bytes[at] as number; // `#take` has seen that it is there
  }

  /** @returns where the next `size` bytes begin, which are then behind. */
  #take(size: number): number {
    const start = this.at;
    if (size > this.left) throw malformed(`the bytes end; needed here: ${size}; left: ${this.left}`, start);
    this.at = start + size;
    return start;
  }
}

export function malformed(reason: string, offset: number): SerializableError {
  return new SerializableError("ERR_SERIALIZABLE_MALFORMED", `Byte ${offset}: ${reason}`, { offset });
}
