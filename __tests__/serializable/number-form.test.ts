import { Serializable, double, float, serializable } from "colonnade";
import { bytesOf, failureOf, hexOf } from "./sample";

@serializable(1_000)
class Body extends Serializable {
  plain = 2;
  @float single = 2;
  @double exact = 2;
  @float list: unknown = [1, [2], null, "x", true];
  @double set = new Set([1]);
  @float map: unknown = new Map<unknown, unknown>([[1, 2]]);
  @float big: unknown = 3n;
}

@serializable(1_001)
class Inner extends Serializable {
  x = 1;
}

@serializable(1_002)
class Outer extends Serializable {
  @double inner = new Inner();
  @float mixed: unknown = [double(0.1), float(1)];
}

@serializable(1_003)
class Base extends Serializable {
  @float a = 1;
  @float b = 1;
  c = 1;
}

@serializable(1_004)
class Derived extends Base {
  @double override b = 1;
  @float override c = 1;
  @float d = 1;
}

@serializable(1_005)
class Sibling extends Base {
  override a = 1;
  d = 1;
}

@serializable(1_006)
class Exact extends Serializable {
  @double speed = 1;
}

@serializable(1_007)
class Holding extends Serializable {
  exact = new Exact();
  speed = 1;
}

@serializable(1_008)
class Late extends Serializable {
  @double x = 1;
}

@serializable(1_009)
class Asking extends Serializable {
  size = new Late().dumpb().length; // the first time that anybody asks for the fields of Late
  @double y = 1;
}

/** The types that the fields of a message are written with. */
function typesOf(message: Serializable): number[] {
  const bytes = message.dumpb();
  const sizes: Record<number, number> = { 3: 3, 11: 6, 12: 10 };
  const types = [];
  for (let at = 5; at < bytes.length;) {
    const type = bytes.readUInt16BE(at);
    types.push(type);
    at += sizes[type] ?? Infinity;
  }
  return types;
}

/** To the compiler, a decorator of anything. */
type Decorator = (...decorated: unknown[]) => void;
const anyFloat = float as unknown as Decorator;
const anyDouble = double as unknown as Decorator;
const symbol = Symbol("symbol");

const misplaced: Record<string, [define: () => unknown, form: string, member: string]> = {
  "a method": [
    () => {
      class Message extends Serializable {
        @anyFloat
        method() {}
      }
      return Message;
    },
    "float",
    "method",
  ],
  "a getter": [
    () => {
      class Message extends Serializable {
        @anyFloat
        get getter() {
          return 1;
        }
      }
      return Message;
    },
    "float",
    "getter",
  ],
  "an accessor": [
    () => {
      class Message extends Serializable {
        @anyDouble
        accessor speed = 1;
      }
      return Message;
    },
    "double",
    "speed",
  ],
  "a static field": [
    () => {
      class Message extends Serializable {
        @float
        static speed = 1;
      }
      return Message;
    },
    "float",
    "speed",
  ],
  "a #private field": [
    // As a compiler of TC39 decorators calls it; experimental ones can't stand there.
    () => anyFloat(undefined, { kind: "field", name: "#speed", private: true, static: false }),
    "float",
    "#speed",
  ],
  "a field whose name is a symbol": [
    () => {
      class Message extends Serializable {
        @anyDouble
        [symbol] = 1;
      }
      return Message;
    },
    "double",
    "Symbol(symbol)",
  ],
};

describe("@float and @double", () => {
  it.each<[keyof Body, string]>([
    ["plain", "0003 02"],
    ["single", "000b 40000000"],
    ["exact", "000c 4000000000000000"],
    ["list", "0010 0003 05 000b 3f800000 0010 0003 01 000b 40000000 000f 000d 0003 01 78 0001 01"],
    ["set", "0012 0003 01 000c 3ff0000000000000"],
    ["map", "0011 0003 01 0003 01 000b 40000000"],
    ["big", "000b 40400000"],
  ])("write the numbers of %s", (name, hex) => {
    const fields = Object.keys(new Body());
    expect(fields).toContain(name);
    const others = Object.fromEntries(fields.map((field) => [field, null]));
    const message = Object.assign(new Body(), others, { [name]: new Body()[name] });
    const parts = fields.map((field) => (field === name ? hex : "000f")).join("");
    expect(hexOf(message)).toBe(`03e8 0003 07 ${parts}`.replaceAll(" ", ""));
  });

  it("leave the numbers of messages within to these, and of double(x) and float(x) too", () => {
    const mixed = "0010 0003 02 000c 3fb999999999999a 000b 3f800000";
    expect(hexOf(new Outer())).toBe(`03ea 0003 02 03e9 0003 01 0003 01 ${mixed}`.replaceAll(" ", ""));
  });

  it("are inherited, and replaced by what a subclass says", () => {
    expect(typesOf(new Base())).toEqual([11, 11, 3]);
    expect(typesOf(new Derived())).toEqual([11, 12, 11, 11]);
    expect(typesOf(new Sibling())).toEqual([11, 11, 3, 3]);
  });

  it("are not those of a default's fields", () => {
    const exact = "03ee 0003 01 000c 3ff0000000000000";
    expect(hexOf(new Holding())).toBe(`03ef 0003 02 ${exact} 0003 01`.replaceAll(" ", ""));
  });

  it("hold where a default asks for the fields of another class", () => {
    // Reading looks for the fields before it makes a message.
    expect(typesOf(Asking.loadb(bytesOf("03f1 0003 00")))).toEqual([3, 12]);
  });

  it("keep 0.1 in 64 bits, and seven of its digits in 32", () => {
    const { exact, single } = Body.loadb(Body.of({ exact: 0.1, single: 0.1 }).dumpb());
    expect([exact, single, single.toPrecision(7)]).toEqual([0.1, Math.fround(0.1), "0.1000000"]);
  });

  it("keep the sign of -0, which an int has not", () => {
    const { plain, single, exact } = Body.loadb(Body.of({ plain: -0, single: -0, exact: -0 }).dumpb());
    expect([plain, single, exact]).toEqual([0, -0, -0]);
  });

  it("keep fields as they are, for all but the writer", () => {
    const body = new Body();
    body.single = 5;
    expect([body.single, Object.keys(body)[1]]).toEqual([5, "single"]);
  });

  it.each(Object.entries(misplaced))("refuse to stand on %s", (_name, [define, form, member]) => {
    expect(failureOf(define)).toEqual({
      name: "ColonnadeError",
      code: "ERR_DECLARATION",
      message: `@${form} stands on ${member}, which is no public field that a message has`,
    });
  });
});

describe("float(value) and double(value)", () => {
  it.each([[undefined], [null], ["2"], [2n], [{}]])("refuse %p", (value) => {
    const refusal = { name: "ColonnadeError", code: "ERR_OPTION" };
    expect(failureOf(() => float(value as never))).toMatchObject(refusal);
    expect(failureOf(() => double(value as never))).toMatchObject(refusal);
  });

  it("name what they were given", () => {
    expect(() => double("2" as never)).toThrow('double() takes a number, not "2"');
  });

  it("keep the value", () => {
    expect([float(2).value, double(0.1).value]).toEqual([2, 0.1]);
  });
});
