import { isDeepStrictEqual } from "node:util";
import { runInNewContext } from "node:vm";
import { Serializable, SerializableEnum, double, float, serializable } from "colonnade";
import { nest } from "./nest";
import {
  Direction,
  Inventory,
  PlayerPosition,
  SampleMessage,
  bytesOf,
  failureOf,
  hexOf,
  unwritable,
} from "./sample";

const mib = 1_048_576;
const most = 16_384;
const half = "\ud800";

@serializable(1_000)
class Holder extends Serializable {
  held: unknown = null;
}

class Undecorated extends SerializableEnum<number> {
  static readonly ONE = new Undecorated(1);
}

class List extends Array<unknown> {}
class Table extends Map<unknown, unknown> {}
class Group extends Set<unknown> {}

/** What is asked of `Buffer.allocUnsafeSlow`, in bytes, while something is done. */
function roomFor(action: () => unknown): number[] {
  const spy = jest.spyOn(Buffer, "allocUnsafeSlow");
  try {
    action();
    return spy.mock.calls.map(([size]) => size);
  } finally {
    spy.mockRestore();
  }
}

describe("Serializable.dumpb(value)", () => {
  it.each<[unknown, string]>([
    [-0, "0003 00"],
    [-127, "0003 81"],
    [-128, "0004 ff80"],
    [-129, "0004 ff7f"],
    [255, "0004 00ff"],
    [-32_767, "0004 8001"],
    [-32_768, "0005 ffff8000"],
    [65_536, "0005 00010000"],
    [-2_147_483_647, "0005 80000001"],
    [-2_147_483_648, "0006 ffffffff80000000"],
    [-2_147_483_649, "0006 ffffffff7fffffff"],
    [4_294_967_296, "0006 0000000100000000"],
    [Number.MAX_SAFE_INTEGER, "0006 001fffffffffffff"],
    [Number.MIN_SAFE_INTEGER, "0006 ffe0000000000001"],
    [2 ** 53, "0006 0020000000000000"],
    [-(2 ** 53), "0006 ffe0000000000000"],
    [2 ** 62, "0006 4000000000000000"],
    [-(2 ** 63), "0006 8000000000000000"],
    [0n, "0003 00"],
    [-128n, "0004 ff80"],
    [40_000n, "0005 00009c40"],
    [2n ** 53n - 1n, "0006 001fffffffffffff"],
    [2n ** 53n + 1n, "0006 0020000000000001"],
    [2n ** 63n - 1n, "0006 7fffffffffffffff"],
    [-(2n ** 63n), "0006 8000000000000000"],
  ])("writes the int %p", (value, hex) => {
    expect(hexOf(value)).toBe(hex.replaceAll(" ", ""));
  });

  it.each<[string, unknown, string]>([
    ["0.1, as near as 32 bits come", 0.1, "000b 3dcccccd"],
    ["1e-50, which is nearest to 0", 1e-50, "000b 00000000"],
    ["NaN", NaN, "000b 7fc00000"],
    ["Infinity", Infinity, "000b 7f800000"],
    ["-Infinity", -Infinity, "000b ff800000"],
    ["2 ** 63, which no int has room for", 2 ** 63, "000b 5f000000"],
    ["float(2)", float(2), "000b 40000000"],
    ["float(-0)", float(-0), "000b 80000000"],
    ["double(0.1)", double(0.1), "000c 3fb999999999999a"],
    ["double(2)", double(2), "000c 4000000000000000"],
    ["double(1e300)", double(1e300), "000c 7e37e43c8800759c"],
  ])("writes the float %s", (_name, value, hex) => {
    expect(hexOf(value)).toBe(hex.replaceAll(" ", ""));
  });

  it.each([
    "a".repeat(24),
    "a".repeat(25),
    "é".repeat(24),
    "é".repeat(63),
    "é".repeat(64),
    "ü€😀",
    "€".repeat(24),
    "\0\u007f\u0080\u07ff\u0800\uffff",
    "\ufeff",
    "\ufffd",
    "\u0080",
    "\u07ff",
    "\u0800",
    "x".repeat(5_000),
    "😀".repeat(5_000),
  ])("writes the string %p", (text) => {
    const bytes = Buffer.from(text);
    const length = hexOf(bytes.length);
    expect(hexOf(text)).toBe(`000d${length}${bytes.toString("hex")}`);
  });

  it.each<[string, unknown, string]>([
    ["a Uint8Array", new Uint8Array([1, 2]), "000e 0003 02 0102"],
    ["a part of a Buffer", Buffer.from([1, 2, 3, 4]).subarray(1, 3), "000e 0003 02 0203"],
    ["a Map of a Map", new Map([[new Map(), 1]]), "0011 0003 01 0011 0003 00 0003 01"],
    ["a Set of lists", new Set([[true], [null]]), "0012 0003 02 0010 0003 01 0001 01 0010 0003 01 000f"],
    ["a subclass of Array", List.of(null), "0010 0003 01 000f"],
    ["a subclass of Map", new Table([[1, 2]]), "0011 0003 01 0003 01 0003 02"],
    ["a subclass of Set", new Group([1]), "0012 0003 01 0003 01"],
    ["what Object.freeze has frozen", Object.freeze([1]), "0010 0003 01 0003 01"],
    ["a proxy of a list", new Proxy([1], {}), "0010 0003 01 0003 01"],
    ["a proxy of a message", new Proxy(new SampleMessage(), {}), "0103 0003 02 0003 00 0003 00"],
    ["an enum's member", Direction.RIGHT, "0101 0003 02"],
  ])("writes %s", (_name, value, hex) => {
    expect(hexOf(value)).toBe(hex.replaceAll(" ", ""));
  });

  it("writes what another realm has made", () => {
    const value: unknown = runInNewContext("[new Map([[1, new Set([2])]]), new Uint8Array([3])]");
    expect(hexOf(value)).toBe(hexOf([new Map([[1, new Set([2])]]), new Uint8Array([3])]));
  });

  it("writes the fields that a class declares, and no others", () => {
    const message = Object.assign(new SampleMessage(), { z: 1 });
    expect(hexOf(message)).toBe(hexOf(new SampleMessage()));
  });

  it.each<[string, unknown, string]>([
    ["undefined", undefined, "undefined can't be written: the format has no such value"],
    ["a symbol", Symbol("s"), "Symbol(s) can't be written: the format has no such value"],
    ["a function", () => 1, "function (anonymous) can't be written: the format has no such value"],
    ["a plain object", { x: 1 }, "an object of class Object"],
    ["an object without a prototype", Object.create(null), "an object of class (none)"],
    ["a Date", new Date(0), "an object of class Date"],
    ["an ArrayBuffer", new ArrayBuffer(1), "an object of class ArrayBuffer"],
    ["another typed array", new Uint16Array(1), "an object of class Uint16Array"],
    ["a member of an undecorated enum", Undecorated.ONE, "an object of class Undecorated"],
  ])("refuses %s", (_name, value, start) => {
    const reason =
      "can't be written: it is no list, Set, Map or Uint8Array, and @serializable() is not on its class";
    const message = start.includes("written") ? start : `${start} ${reason}`;
    expect(failureOf(() => hexOf(value))).toEqual(unwritable(message));
  });

  it.each<[string, unknown, string]>([
    ["a bigint of 65 bits", 2n ** 63n, "9223372036854775808 can't be written: it has more than 64 bits"],
    ["a negative one", -(2n ** 63n) - 1n, "-9223372036854775809 can't be written: it has more than 64 bits"],
    ["1e39", 1e39, "1e+39 can't be written: a 32-bit float can't hold it; declare the field @double"],
    [
      "float(-1e39)",
      float(-1e39),
      "-1e+39 can't be written: a 32-bit float can't hold it; declare the field @double",
    ],
    ["half a surrogate pair", half, '"\\ud800" can\'t be written: half of a surrogate pair has no UTF-8'],
  ])("refuses %s", (_name, value, message) => {
    expect(failureOf(() => hexOf(value))).toEqual(unwritable(message));
  });

  it("refuses half a surrogate pair in a long text", () => {
    expect(failureOf(() => hexOf("x".repeat(100) + half))).toMatchObject({ code: "ERR_SERIALIZABLE_VALUE" });
  });

  it("refuses a hole as undefined", () => {
    // oxlint-disable-next-line no-sparse-arrays -- it is what is tested
    expect(failureOf(() => hexOf([1, , 2]))).toMatchObject({ message: expect.stringMatching(/^undefined/) });
  });

  it("names the field", () => {
    const inventory = Inventory.of({ slots: [SampleMessage.of({ y: undefined }), new SampleMessage()] });
    inventory.slots[1] = Object.assign(new SampleMessage(), { y: {} });
    const reason = "it is no list, Set, Map or Uint8Array, and @serializable() is not on its class";
    const expected = unwritable(`SampleMessage.y: an object of class Object can't be written: ${reason}`);
    expect(failureOf(() => inventory.dumpb())).toEqual(expected);
  });

  it("names the field of the outer message behind one that could be written", () => {
    const held = [new SampleMessage(), undefined];
    const message = "Holder.held: undefined can't be written: the format has no such value";
    expect(failureOf(() => Holder.of({ held }).dumpb())).toEqual(unwritable(message));
  });

  it("passes on what a getter throws", () => {
    const message = new Holder();
    const thrown = new Error("of the getter's own");
    Object.defineProperty(message, "held", {
      get() {
        throw thrown;
      },
    });
    expect(() => message.dumpb()).toThrow(thrown);
  });

  it("refuses an enum's value that is none of its members'", () => {
    const forged = Object.create(Direction.prototype, { value: { value: 3 } }) as unknown;
    const message = "3 can't be written: it is no value of Direction";
    expect(failureOf(() => hexOf(forged))).toEqual(unwritable(message));
  });

  it("passes on what a getter has failed to read", () => {
    const message = new Holder();
    Object.defineProperty(message, "held", { get: () => Serializable.loadb(Buffer.alloc(0)) });
    const refusal = {
      code: "ERR_SERIALIZABLE_MALFORMED",
      message: expect.stringMatching(/^Byte 0/),
      offset: 0,
    };
    expect(failureOf(() => message.dumpb())).toMatchObject(refusal);
  });

  it.each([5, 100, 10_000])("gives %d bytes that later ones leave alone", (length) => {
    const first = Serializable.dumpb("1".repeat(length));
    Serializable.dumpb("2".repeat(length));
    expect(Serializable.loadb(first)).toBe("1".repeat(length));
  });
});

describe("the limits of Serializable.dumpb(value)", () => {
  const elements = Array.from({ length: most }, (_, index) => index);
  const more = [...elements, -1];

  it.each<[string, unknown, unknown, string]>([
    ["a list", elements, more, "an array can't be written: it has 16385 elements, and 16384 are the most"],
    [
      "a Set",
      new Set(elements),
      new Set(more),
      "an object of class Set can't be written: it has 16385 elements, and",
    ],
    [
      "a Map",
      new Map(elements.map((key) => [key, null])),
      new Map(more.map((key) => [key, null])),
      "an object of class Map can't be written: it has 16385 elements, and 16384 are the most",
    ],
    [
      "a string",
      "x".repeat(mib),
      "x".repeat(mib + 1),
      " can't be written: it has 1048577 bytes or more, and 1048576 are the most",
    ],
    [
      "a string of two bytes to a character",
      "é".repeat(mib / 2),
      "é".repeat(mib / 2 + 1),
      " can't be written: it has 1048578 bytes or more, and 1048576 are the most",
    ],
    [
      "bytes",
      Buffer.alloc(mib),
      Buffer.alloc(mib + 1),
      "an object of class Buffer can't be written: it has 1048577 bytes, and 1048576 are the most",
    ],
  ])("hold for %s", (_name, within, over, message) => {
    expect(isDeepStrictEqual(Serializable.loadb(Serializable.dumpb(within)), within)).toBe(true);
    expect(failureOf(() => Serializable.dumpb(over))).toMatchObject({
      code: "ERR_SERIALIZABLE_VALUE",
      message: expect.stringContaining(message),
    });
  });

  it.each<[string, (inner: unknown) => unknown]>([
    ["lists", (inner) => [inner]],
    ["Sets", (inner) => new Set([inner])],
    ["keys", (inner) => new Map([[inner, 1]])],
    ["values of Maps", (inner) => new Map([[1, inner]])],
    ["messages", (held) => Holder.of({ held })],
  ])("hold for %s in one another", (_name, wrap) => {
    for (const innermost of [null, Buffer.alloc(1), "x", float(1)]) {
      expect(() => Serializable.dumpb(nest(256, wrap, innermost))).not.toThrow();
    }
    const over = [nest(257, wrap), nest(256, wrap, Direction.LEFT), nest(10_000, wrap)];
    for (const value of over) {
      expect(failureOf(() => Serializable.dumpb(value))).toMatchObject({
        code: "ERR_SERIALIZABLE_VALUE",
        message: expect.stringContaining("it is more than 256 values deep, or holds itself"),
      });
    }
  });

  it("refuse what holds itself", () => {
    const message = new Holder();
    message.held = [message];
    expect(failureOf(() => message.dumpb())).toEqual(
      unwritable(
        "Holder.held: an object of class Holder can't be written: it is more than 256 values deep, or holds itself",
      ),
    );
  });

  it("are counted anew for each value", () => {
    expect(() => hexOf(nest(257, (inner) => [inner]))).toThrow("256 values deep");
    expect(hexOf([nest(255, (inner) => [inner])])).toHaveLength(256 * 10 + 4);
  });

  it.each<[string, () => unknown]>([
    ["lists", () => []],
    ["Maps", () => new Map()],
    ["Sets", () => new Set()],
    ["messages", () => new Holder()],
    ["members of enums", () => Direction.LEFT],
  ])("allow any number of %s beside one another", (_name, make) => {
    const list = Array.from({ length: 300 }, make);
    expect(Serializable.loadb(Serializable.dumpb(list))).toEqual(list);
  });
});

describe("Serializable.dumpb(value), with getters that do more than get", () => {
  /** A message that does something when its field is read. */
  function acting(act: () => unknown): Holder {
    return Object.defineProperty(new Holder(), "held", { get: act });
  }

  it("writes a message inside another's getter", () => {
    const message = acting(() => hexOf(Inventory.of({ owner: "inner" })));
    expect(Serializable.loadb(message.dumpb())).toEqual(
      Holder.of({ held: hexOf(Inventory.of({ owner: "inner" })) }),
    );
  });

  it.each<[string, (value: unknown) => unknown]>([
    ["a list becomes shorter", (value) => (value as unknown[]).pop()],
    ["a Map becomes smaller", (value) => (value as Map<unknown, unknown>).delete("last")],
    ["a Map becomes larger", (value) => (value as Map<unknown, unknown>).set({}, 1)],
    ["a Set becomes smaller", (value) => (value as Set<unknown>).delete("last")],
    ["a Set becomes larger", (value) => (value as Set<unknown>).add({})],
  ])("refuses to go on where %s", (name, change) => {
    let value: unknown = null;
    const message = acting(() => {
      change(value);
      return 1;
    });
    if (name.includes("list")) value = [message, "last"];
    else if (name.includes("Map"))
      value = new Map([
        [message, 1],
        ["last", 1],
      ] as [unknown, unknown][]);
    else value = new Set([message, "last"]);
    expect(failureOf(() => hexOf(value))).toMatchObject({ code: "ERR_SERIALIZABLE_VALUE" });
  });

  it("writes of a list as much as there was at first", () => {
    const list: unknown[] = [];
    list.push(acting(() => list.push("more")));
    expect(Serializable.loadb(Serializable.dumpb(list))).toHaveLength(1);
  });

  it("ends with a Map and a Set that never end", () => {
    class EndlessMap extends Map<unknown, unknown> {
      override *[Symbol.iterator](): ReturnType<Map<unknown, unknown>["entries"]> {
        for (;;) yield [1, 1];
      }
    }
    class EndlessSet extends Set<unknown> {
      override *[Symbol.iterator](): ReturnType<Set<unknown>["values"]> {
        for (;;) yield 1;
      }
    }
    for (const value of [new EndlessMap([[1, 1]]), new EndlessSet([1])]) {
      const message = `an object of class ${value.constructor.name} can't be written: it changed while it was written`;
      expect(failureOf(() => hexOf(value))).toEqual(unwritable(message));
    }
  });

  it("writes the next value after a failure", () => {
    expect(() => hexOf([1, [2, undefined]])).toThrow("undefined");
    expect(hexOf(1)).toBe("000301");
    expect(failureOf(() => hexOf(undefined))).toEqual(
      unwritable("undefined can't be written: the format has no such value"),
    );
  });
});

describe("the memory of Serializable.dumpb(value)", () => {
  it("is used again, up to 64 KiB", () => {
    Serializable.dumpb(Buffer.alloc(60_000));
    expect(roomFor(() => Serializable.dumpb(Buffer.alloc(60_000)))).toEqual([]);
  });

  it("is given back after a large value", () => {
    Serializable.dumpb(Buffer.alloc(100_000));
    expect(roomFor(() => Serializable.dumpb(1))).toEqual([4_096]);
  });

  it("is given back after a large value that could not be written", () => {
    expect(() => Serializable.dumpb([Buffer.alloc(100_000), undefined])).toThrow("undefined");
    expect(roomFor(() => Serializable.dumpb(1))).toEqual([4_096]);
  });

  it.each<[string, unknown]>([
    ["an int", 2 ** 40],
    ["a float", double(0.1)],
    ["a short text", "x".repeat(24)],
    ["a short text of two bytes to a character", "é".repeat(24)],
    ["a longer text", "€".repeat(30)],
    ["bytes", Buffer.alloc(30, 1)],
    ["a message", new Holder()],
  ])("grows for %s wherever it runs out", (_name, value) => {
    const written = Serializable.dumpb(value);
    for (let before = 4_000; before < 4_100; before++) {
      Serializable.dumpb(Buffer.alloc(100_000)); // so that it begins anew, with 4,096 bytes
      const bytes = Serializable.dumpb([Buffer.alloc(before), value, 1]);
      expect(bytes.subarray(-written.length - 3).toString("hex")).toBe(`${written.toString("hex")}000301`);
    }
  });

  it("grows in proportion to what is written", () => {
    const chunks = Array.from({ length: 1_000 }, () => Buffer.alloc(1_000));
    const room = roomFor(() => Serializable.dumpb(chunks));
    expect(room.length).toBeLessThan(12);
    expect(Math.max(...room)).toBeLessThan(2 * 1_010_000);
  });
});

describe("message.dumpb()", () => {
  it("writes the message as Serializable.dumpb does", () => {
    const message = PlayerPosition.of({ position: [1] });
    expect(message.dumpb()).toEqual(Serializable.dumpb(message));
    expect(message.dumpb()).toEqual(bytesOf("0102 0003 02 0010 0003 01 0003 01 0101 0003 01"));
  });
});
