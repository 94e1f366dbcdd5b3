import { runInNewContext } from "node:vm";
import { Serializable, serializable } from "colonnade";
import { nest } from "./nest";
import { Inventory, PlayerPosition, SampleMessage, bytesOf, failureOf, hexOf, malformed } from "./sample";

const mib = 1_048_576;
const most = 16_384;

@serializable(1_000)
class Holder extends Serializable {
  held: unknown = null;
}

/** The bytes of `count` values, each but the last in another one. */
function nested(count: number, head: string, innermost = "000f", tail = ""): Buffer {
  return bytesOf(head.repeat(count) + innermost + tail.repeat(count));
}

/** A list, Map, Set, string or bytes, of a length that an int32 says. */
function headed(type: string, length: number, ...rest: Buffer[]): Buffer {
  const head = bytesOf(`${type} 0005 00000000`);
  head.writeInt32BE(length, 4);
  return Buffer.concat([head, ...rest]);
}

describe("Serializable.loadb(bytes)", () => {
  it.each<[string, string, unknown]>([
    ["true, of any byte but 0", "0001 ff", true],
    ["-128 in 8 bits", "0003 80", -128],
    ["1 in 16 bits", "0004 0001", 1],
    ["1 in 32 bits", "0005 00000001", 1],
    ["-1 in 64 bits", "0006 ffffffffffffffff", -1],
    ["a uint8", "0008 ff", 255],
    ["a uint16", "0009 ffff", 65_535],
    ["a uint32", "000a ffffffff", 4_294_967_295],
    ["an int64 of 53 bits", "0006 001fffffffffffff", Number.MAX_SAFE_INTEGER],
    ["a negative one", "0006 ffe0000000000001", Number.MIN_SAFE_INTEGER],
    ["an int64 of 54 bits", "0006 0020000000000000", 2n ** 53n],
    ["a negative one of 54 bits", "0006 ffe0000000000000", -(2n ** 53n)],
    ["an int64 with a high low half", "0006 00000000ffffffff", 4_294_967_295],
    ["the least int64", "0006 8000000000000000", -(2n ** 63n)],
    ["a float of 32 bits", "000b 3dcccccd", 0.100_000_001_490_116_12],
    ["-0 as a float", "000b 80000000", -0],
    ["NaN", "000b 7fc00000", NaN],
    ["a float of 64 bits", "000c 3fb999999999999a", 0.1],
    ["a string whose length is a uint16", "000d 0009 0001 61", "a"],
    ["a string with a byte order mark", "000d 0003 03 efbbbf", "\ufeff"],
    ["a string of U+FFFD", "000d 0003 03 efbfbd", "\ufffd"],
    ["a string with NUL", "000d 0003 03 610062", "a\0b"],
    ["bytes whose length is an int64", "000e 0006 0000000000000001 61", Buffer.from("a")],
    ["a Map with a key twice", "0011 0003 02 0003 01 0003 02 0003 01 0003 03", new Map([[1, 3]])],
    ["a Set with a value twice", "0012 0003 02 0003 01 0003 01", new Set([1])],
    ["a Map of Maps", "0011 0003 01 0011 0003 00 000f", new Map([[new Map(), null]])],
  ])("reads %s", (_name, hex, value) => {
    expect(Serializable.loadb(bytesOf(hex))).toEqual(value);
  });

  it.each(["a".repeat(12), "a".repeat(13), "é".repeat(6), "é".repeat(7), "€", "😀", "aé€😀", "€".repeat(5)])(
    "reads the string %p",
    (text) => {
      expect(Serializable.loadb(Serializable.dumpb(text))).toBe(text);
    },
  );

  it.each([
    "80",
    "61bf",
    "c3",
    "c328",
    "c3c3",
    "c080",
    "c1bf",
    "e0a0",
    "e08080",
    "eda080",
    "edb080",
    "f09f98",
    "f0808080",
    "f4908080",
    "f5808080",
    "ff",
    "616161616161616161616161 c3",
    "616161616161616161616161 eda080",
    "efbfbd efbfbd efbfbd efbfbd 80",
  ])("refuses the string of %s, which is not UTF-8", (text) => {
    const bytes = bytesOf(`000f 000d 0003 00 ${text}`).subarray(2);
    bytes[4] = bytes.length - 5;
    expect(failureOf(() => Serializable.loadb(bytes))).toEqual(malformed(5, "a string is not UTF-8"));
  });

  it.each<[string, string, number, string]>([
    ["nothing", "", 0, "the bytes end; needed here: 2; left: 0"],
    ["half a type", "00", 0, "the bytes end; needed here: 2; left: 1"],
    ["a bool without its byte", "0001", 2, "the bytes end; needed here: 1; left: 0"],
    ["an int64 of 7 bytes", "0006 00000000000000", 2, "the bytes end; needed here: 8; left: 7"],
    ["a float of 3 bytes", "000b 000000", 2, "the bytes end; needed here: 4; left: 3"],
    ["type 0", "0000 00", 0, "0 is no type of the format"],
    ["type 2", "0002 00", 0, "2 is no type of the format"],
    ["type 7", "0007 00", 0, "7 is no type of the format"],
    ["type 19", "0013 00", 0, "19 is no type of the format"],
    ["type 255 in a list", "0010 0003 02 000f 00ff", 7, "255 is no type of the format"],
    [
      "type 256, of which there is no class",
      "0100 0003 00",
      0,
      "256 is the type id of no class that is defined",
    ],
    ["type 65,535", "ffff 0003 00", 0, "65535 is the type id of no class that is defined"],
    ["a length of no int", "000d 000b 00000000", 2, "a length is an int, not of type 11"],
    ["a length of type 2", "0010 0002 00", 2, "a length is an int, not of type 2"],
    ["a length of type 7", "000e 0007 00", 2, "7 is no type of the format"],
    ["a length that is cut off", "000d 0005 0000", 4, "the bytes end; needed here: 4; left: 2"],
    ["a negative length of a string", "000d 0003 ff", 2, "a length is -1"],
    ["a negative length of bytes", "000e 0004 8000", 2, "a length is -32768"],
    ["a negative length of a list", "0010 0003 80", 2, "a length is -128"],
    ["a negative length of a Map", "0011 0005 80000000", 2, "a length is -2147483648"],
    ["a negative length of a Set", "0012 0006 8000000000000000", 2, "a length is -9223372036854775808"],
    ["a negative number of fields", "0103 0003 ff", 2, "a length is -1"],
    ["a string that is cut off", "000d 0003 03 6161", 2, "a length is 3; bytes left: 2"],
    ["bytes that are cut off", "000e 0003 01", 2, "a length is 1; bytes left: 0"],
    ["a list without room for its values", "0010 0003 02 000f 00", 2, "a length is 2; bytes left: 3"],
    ["a Set without room for its values", "0012 0003 02 000f 00", 2, "a length is 2; bytes left: 3"],
    ["a Map without room for its values", "0011 0003 01 000f 00", 2, "a length is 1; bytes left: 3"],
    ["a message without room for its fields", "0103 0003 02 000f 00", 2, "a length is 2; bytes left: 3"],
    [
      "a message with a field too many",
      "0103 0003 03 000f 000f 000f",
      0,
      "SampleMessage has 2 fields, and 3 came",
    ],
    [
      "one within a list",
      "0010 0003 01 0103 0003 03 000f 000f 000f",
      5,
      "SampleMessage has 2 fields, and 3 came",
    ],
    ["an enum's value that no member has", "0101 0003 03", 0, "Direction has no member 3"],
    ["an enum's value of another kind", "0101 0010 0003 00", 0, "Direction has no member an array"],
    ["an enum without its value", "0101", 2, "the bytes end; needed here: 2; left: 0"],
    [
      "a string that goes on in the next value",
      "0010 0003 02 000d 0003 01 c3 a900 0003 00",
      10,
      "a string is not UTF-8",
    ],
    ["a second value", "000f 000f", 2, "the value ends; bytes left: 2"],
  ])("refuses %s", (_name, hex, offset, reason) => {
    expect(failureOf(() => Serializable.loadb(bytesOf(hex)))).toEqual(malformed(offset, reason));
  });

  it.each([["hello"], [null], [[0, 15]], [new Uint16Array(1)], [new ArrayBuffer(2)]])(
    "refuses %p, which is no bytes",
    (value) => {
      expect(() => Serializable.loadb(value as never)).toThrow(
        expect.objectContaining({
          code: "ERR_OPTION",
          message: expect.stringContaining("Buffer or Uint8Array"),
        }),
      );
    },
  );

  it("reads a Uint8Array that is a part of another one", () => {
    const bytes = new Uint8Array([9, 0, 3, 7, 9]).subarray(1, 4);
    expect(Serializable.loadb(bytes)).toBe(7);
  });

  it("reads bytes that another realm has made", () => {
    expect(Serializable.loadb(runInNewContext("new Uint8Array([0, 3, 7])") as Uint8Array)).toBe(7);
  });

  it.each([1, 12, 13, 1_000])("gives %d bytes that are a copy", (length) => {
    const bytes = Serializable.dumpb(Buffer.alloc(length, 1));
    const data = Serializable.loadb(bytes);
    bytes.fill(2);
    expect(data).toEqual(Buffer.alloc(length, 1));
  });

  it("gives an empty Buffer for no bytes, which has no memory of its own", () => {
    const data = Serializable.loadb(bytesOf("000e 0003 00")) as Buffer;
    expect([Buffer.isBuffer(data), data.length]).toEqual([true, 0]);
    expect(data.buffer.byteLength).toBeGreaterThan(0); // it is shared with others
  });
});

describe("the limits of Serializable.loadb(bytes)", () => {
  const nulls = (count: number) => bytesOf("000f".repeat(count));

  it.each<[string, string, number, (count: number) => Buffer]>([
    ["a string", "000d", mib, (count) => Buffer.alloc(count, "x")],
    ["bytes", "000e", mib, (count) => Buffer.alloc(count)],
    ["a list", "0010", most, nulls],
    ["a Map", "0011", most, (count) => nulls(2 * count)],
    ["a Set", "0012", most, nulls],
  ])("hold for %s", (_name, type, limit, content) => {
    for (const length of [limit - 1, limit]) {
      expect(() => Serializable.loadb(headed(type, length, content(length)))).not.toThrow();
    }
    const over = headed(type, limit + 1, content(limit + 1));
    const reason = `a length is ${limit + 1}, and ${limit} is the most`;
    expect(failureOf(() => Serializable.loadb(over))).toEqual(malformed(2, reason));
  });

  it.each<[string, string, string]>([
    ["lists", "0010 0003 01", ""],
    ["Sets", "0012 0003 01", ""],
    ["keys", "0011 0003 01", "000f"],
    ["values of Maps", "0011 0003 01 000f", ""],
    ["messages", "03e8 0003 01", ""],
  ])("hold for %s in one another", (_name, head, tail) => {
    for (const innermost of ["000f", "000e 0003 00", "000d 0003 00"]) {
      expect(() => Serializable.loadb(nested(256, head, innermost, tail))).not.toThrow();
    }
    const step = bytesOf(head).length;
    for (const bytes of [nested(257, head, "000f", tail), nested(10_000, head, "000f", tail)]) {
      const refusal = malformed(256 * step, "more than 256 values deep");
      expect(failureOf(() => Serializable.loadb(bytes))).toEqual(refusal);
    }
  });

  it("hold for an enum's value, and its value's", () => {
    const refusal = malformed(256 * 5, "more than 256 values deep");
    expect(failureOf(() => Serializable.loadb(nested(256, "0010 0003 01", "0101 0003 01")))).toEqual(refusal);
    expect(() => Serializable.loadb(nested(255, "0010 0003 01", "0101 0003 01"))).not.toThrow();
    const enums = bytesOf("0101".repeat(10_000));
    expect(failureOf(() => Serializable.loadb(enums))).toEqual(malformed(512, "more than 256 values deep"));
  });

  it.each([
    ["lists", "0010 0003 00"],
    ["Maps", "0011 0003 00"],
    ["Sets", "0012 0003 00"],
    ["messages", "03e8 0003 00"],
    ["members of enums", "0101 0003 01"],
  ])("allow any number of %s beside one another", (_name, hex) => {
    const bytes = headed("0010", 300, bytesOf(hex.repeat(300)));
    expect(Serializable.loadb(bytes)).toHaveLength(300);
  });

  it("are counted anew for each value", () => {
    const list = nested(255, "0010 0003 01");
    const bytes = headed("0010", 3, list, list, list);
    expect(() => Serializable.loadb(bytes)).not.toThrow();
  });

  it("are those of Serializable.dumpb(value)", () => {
    const written = Serializable.dumpb(nest(256, (inner) => [inner], Buffer.alloc(mib)));
    expect(Serializable.dumpb(Serializable.loadb(written)).equals(written)).toBe(true);
  });
});

describe("what Serializable.loadb(bytes) allocates", () => {
  const lengths = [
    "0005 7fffffff",
    "000a ffffffff",
    "0006 7fffffffffffffff",
    "0005 00004000",
    "0005 00100000",
  ];
  const types = ["000d", "000e", "0010", "0011", "0012", "0104"];
  const claims = types.flatMap((type) => lengths.map((length) => `${type} ${length}`));

  beforeAll(() => new Inventory().dumpb()); // its fields are found once, by an instance
  afterEach(() => jest.restoreAllMocks());

  it.each(claims)("is nothing for %s with ten bytes behind it", (claim) => {
    const bytes = bytesOf(`${claim} 000f 000f 000f 000f 000f`);
    const functions = ["alloc", "allocUnsafe", "allocUnsafeSlow", "from"] as const;
    const spies = functions.map((name) => jest.spyOn(Buffer, name));
    const before = process.memoryUsage();
    expect(failureOf(() => Serializable.loadb(bytes))).toMatchObject({ code: "ERR_SERIALIZABLE_MALFORMED" });
    const after = process.memoryUsage();
    expect(spies.map((spy) => spy.mock.calls.length)).toEqual([0, 0, 0, 0]);
    expect(after.heapUsed + after.arrayBuffers - before.heapUsed - before.arrayBuffers).toBeLessThan(mib);
  });

  it("is little for claims within claims", () => {
    const bytes = nested(256, "0011 0004 4000", "000f".repeat(40_000));
    const before = process.memoryUsage().arrayBuffers;
    expect(() => Serializable.loadb(bytes)).toThrow("the bytes end");
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 * mib);
  });
});

describe("Serializable.loadb(bytes) of a message", () => {
  it.each<[string, string, object]>([
    ["none of its fields", "0103 0003 00", new SampleMessage()],
    ["one of two", "0103 0003 01 0003 05", SampleMessage.of({ x: 5 })],
    ["all of them", "0103 0003 02 0003 05 0003 06", SampleMessage.of({ x: 5, y: 6 })],
    ["some of them, with defaults that are objects", "0102 0003 00", new PlayerPosition()],
  ])("gives the others their defaults, with %s", (_name, hex, message) => {
    expect(Serializable.loadb(bytesOf(hex))).toStrictEqual(message);
  });

  it("gives each message defaults of its own", () => {
    const bytes = bytesOf("0010 0003 02 0102 0003 00 0102 0003 00");
    const [first, second] = Serializable.loadb(bytes) as [PlayerPosition, PlayerPosition];
    expect(first.position).not.toBe(second.position);
  });

  it("is read by its class", () => {
    const message: SampleMessage = SampleMessage.loadb(bytesOf("0103 0003 01 0003 05"));
    expect(message).toStrictEqual(SampleMessage.of({ x: 5 }));
  });

  it.each<[string, string]>([
    ["000f", "null is no SampleMessage"],
    ["0102 0003 00", "an object of class PlayerPosition is no SampleMessage"],
    ["0101 0003 01", "an object of class Direction is no SampleMessage"],
  ])("is refused by another class: %s", (hex, reason) => {
    expect(failureOf(() => SampleMessage.loadb(bytesOf(hex)))).toEqual(malformed(0, reason));
  });

  it("takes names that JavaScript has for prototypes as text", () => {
    const names = ["__proto__", "constructor", "toString"];
    const map = new Map<unknown, unknown>(names.map((name) => [name, { polluted: true }.polluted]));
    const read = Serializable.loadb(Serializable.dumpb(map));
    expect(read).toEqual(map);
    expect(Object.hasOwn(Object.prototype, "polluted")).toBe(false);
  });

  it("leaves what a default was where another value came", () => {
    const { leader } = Inventory.loadb(Inventory.of({ leader: new PlayerPosition() }).dumpb());
    expect(hexOf(leader)).toBe(hexOf(new PlayerPosition()));
    expect(Holder.loadb(new Holder().dumpb()).held).toBeNull();
  });
});
