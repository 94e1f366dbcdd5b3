import { Serializable, SerializableEnum, serializable } from "colonnade";
import type { EnumValue } from "colonnade";
import { Direction, failureOf, hexOf } from "./sample";

@serializable(1_000)
class Suit extends SerializableEnum<string> {
  static readonly SPADES = new Suit("S");
  static readonly HEARTS = new Suit("H");
  static readonly BLACK = new Suit("S");
  static readonly RED = Suit.HEARTS;
  static readonly count = 2;
  static readonly notOne: unknown = { value: "N" };

  get isRed() {
    return this === Suit.HEARTS;
  }
}

@serializable(1_001)
class Mixed extends SerializableEnum {
  static readonly NULL = new Mixed(null);
  static readonly TRUE = new Mixed(true);
  static readonly ZERO = new Mixed(-0);
  static readonly INT = new Mixed(70_000);
  static readonly BIGINT = new Mixed(5n);
  static readonly LARGE = new Mixed(2n ** 60n);
  static readonly UNSAFE = new Mixed(2 ** 61);
  static readonly FLOAT = new Mixed(0.1);
  static readonly NOT = new Mixed(NaN);
}

@serializable(1_002)
class Base extends SerializableEnum<number> {
  static readonly ONE: Base = new Base(1);
}

@serializable(1_003)
class Derived extends Base {
  static readonly TWO = new Derived(2);
}

class Undecorated extends Base {
  static readonly THREE = new Undecorated(3);
}

@serializable(1_004)
class Growing extends SerializableEnum<number> {
  static readonly A = new Growing(1);
  static B: Growing | undefined;

  static grow() {
    return (Growing.B = new Growing(2));
  }
}

const members = Mixed.members().map((member): [string, Mixed] => [member.name, member]);

describe("an enum with @serializable()", () => {
  it("keeps its members, which have names and values", () => {
    const { LEFT } = Direction;
    expect([LEFT, LEFT.name, LEFT.value, String(LEFT), JSON.stringify(LEFT)]).toEqual([
      Direction.LEFT,
      "LEFT",
      1,
      "Direction.LEFT",
      "1",
    ]);
    expect([Suit.HEARTS.isRed, Suit.SPADES instanceof Suit, Suit.name]).toEqual([true, true, "Suit"]);
  });

  it.each(members)("reads Mixed.%s as the member that was written", (_name, member) => {
    expect(Serializable.loadb(Serializable.dumpb([member]))).toEqual([member]);
    expect((Serializable.loadb(Serializable.dumpb(member)) as Mixed) === member).toBe(true);
  });

  it("has every kind of value among these", () => {
    expect(members).toHaveLength(9);
  });

  it("reads an alias as the first member of its value", () => {
    expect(Serializable.loadb(Serializable.dumpb(Suit.BLACK))).toBe(Suit.SPADES);
  });

  it("writes a subclass's members with the subclass's id", () => {
    expect([hexOf(Base.ONE), hexOf(Derived.TWO)]).toEqual(["03ea000301", "03eb000302"]);
    expect(Serializable.loadb(Serializable.dumpb(Derived.TWO))).toBe(Derived.TWO);
  });

  it("reads a member that came after the first was read", () => {
    expect(Serializable.loadb(Serializable.dumpb(Growing.A))).toBe(Growing.A);
    const added = Growing.grow();
    expect(Serializable.loadb(Serializable.dumpb(added))).toBe(added);
    expect(Growing.members()).toEqual([Growing.A, added]);
  });

  it("is part of messages, lists, Sets and Maps", () => {
    const value = [Suit.SPADES, new Set([Suit.HEARTS]), new Map([[Suit.HEARTS, Suit.SPADES]])];
    expect(Serializable.loadb(Serializable.dumpb(value))).toEqual(value);
  });
});

describe("Enum.members()", () => {
  it("lists them in order of declaration, without aliases or other static fields", () => {
    expect(Suit.members().map(String)).toEqual(["Suit.SPADES", "Suit.HEARTS"]);
    expect(Derived.members()).toEqual([Derived.TWO]);
  });
});

describe("Enum.of(value)", () => {
  it.each<[EnumValue, string]>([
    [1, "LEFT"],
    [2n, "RIGHT"],
  ])("gives the member of %p", (value, name) => {
    expect(Direction.of(value).name).toBe(name);
  });

  it.each<[unknown, string]>([
    [3, "3"],
    ["1", '"1"'],
    [true, "true"],
    [null, "null"],
    [undefined, "undefined"],
    [{}, "an object of class Object"],
    [Symbol("s"), "Symbol(s)"],
  ])("refuses %p", (value, shown) => {
    expect(failureOf(() => Direction.of(value))).toEqual({
      name: "ColonnadeError",
      code: "ERR_OPTION",
      message: `Direction has no member ${shown}`,
    });
  });

  it.each<[string, () => unknown]>([
    ["of()", () => Undecorated.of(1)],
    ["members()", () => Undecorated.members()],
    ["the name of a member", () => Undecorated.THREE.name],
  ])("is refused to a subclass without the decorator: %s", (_name, action) => {
    expect(failureOf(action)).toEqual({
      name: "ColonnadeError",
      code: "ERR_DECLARATION",
      message: "Undecorated is a SerializableEnum on which @serializable() does not stand, or not yet",
    });
  });

  it("leaves such a subclass's members unwritten", () => {
    expect(() => Serializable.dumpb(Undecorated.THREE)).toThrow("3 can't be written: it is no value of Base");
  });
});
