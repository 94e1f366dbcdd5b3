import { inspect } from "node:util";
import { Serializable, serializable } from "colonnade";
import { failureOf, hexOf } from "./sample";

@serializable(1_000)
class Position extends Serializable {
  static made = 0;

  x = 0;
  y = 0;
  readonly #secret = "kept";

  static origin() {
    return Position.of({ x: 0 });
  }
  static get originName() {
    return this.name;
  }
  secret() {
    return this.#secret;
  }
  moved(x: number) {
    return new Position({ x: this.x + x, y: this.y });
  }
}

@serializable(1_001)
class Named extends Position {
  label = "";
}

@serializable(1_002)
class Circle extends Named {
  radius = 1;
  readonly area: number;

  constructor(fields?: object) {
    super(fields);
    this.area = 3;
    Circle.made += 1;
  }
}

@serializable(1_003)
class Point extends Serializable {
  constructor(
    readonly x = 1,
    private readonly y = 2,
  ) {
    super();
  }

  sum() {
    return this.x + this.y;
  }
}

@serializable(1_004)
class Start extends Position {
  constructor() {
    super({ x: 5, y: 6 });
  }
}

@serializable(1_005)
class Fragile extends Serializable {
  x = 0;

  constructor(fields?: object) {
    super(fields);
    if (fields !== undefined && "fail" in fields) throw new Error("fragile");
  }
}

@serializable(1_006)
class Family extends Serializable {
  name = "";
  first = new Position({ x: 1 });
  second = new Position();
}

abstract class Shape extends Serializable {
  color = "red";
}

@serializable(1_007)
class Square extends Shape {
  side = 1;
}

@serializable(1_008)
class Nothing extends Serializable {}

@serializable(1_009)
class Guarded extends Serializable {
  x = 0;
  #y = 1;

  get y() {
    return this.#y;
  }
  set y(value: number) {
    this.#y = value;
  }
}

@serializable(1_013)
class Eager extends Serializable {
  x = 0;
  before: number;

  constructor(fields?: object) {
    const other = new Position({ x: 7 });
    super(fields);
    this.before = other.x;
  }
}

class Undecorated extends Position {}

describe("new Position(fields)", () => {
  it("gives fields their values behind their defaults", () => {
    expect({ ...new Position({ x: 1 }) }).toEqual({ x: 1, y: 0 });
  });

  it("gives them their defaults without fields", () => {
    expect({ ...new Position() }).toEqual({ x: 0, y: 0 });
  });

  it("leaves an undefined field at its default", () => {
    expect({ ...new Position({ x: undefined, y: 2 }) }).toEqual({ x: 0, y: 2 });
  });

  it("takes the fields of a base class and of its own", () => {
    expect({ ...new Named({ x: 1, label: "a" }) }).toEqual({ x: 1, y: 0, label: "a" });
  });

  it("takes them through a constructor that hands them on", () => {
    expect({ ...new Circle({ x: 1, radius: 2 }) }).toEqual({ x: 1, y: 0, label: "", radius: 2, area: 3 });
  });

  it("takes what a constructor without arguments hands on", () => {
    expect([new Start(), Start.of({ y: 7 }), Start.loadb(new Start().dumpb())]).toMatchObject([
      { x: 5, y: 6 },
      { x: 5, y: 7 },
      { x: 5, y: 6 },
    ]);
  });

  it("leaves a constructor with arguments of its own alone", () => {
    const point = new Point(3, 4);
    expect([point.sum(), point.dumps()]).toEqual([7, '{"x":3,"y":4}']);
  });

  it("takes the fields of an abstract base class", () => {
    expect({ ...new Square({ color: "blue" }) }).toEqual({ color: "blue", side: 1 });
  });

  it("keeps apart what the fields' own defaults are made with", () => {
    const { name, first, second } = new Family({ name: "a", second: new Position({ y: 9 }) });
    expect([name, first, second]).toMatchObject(["a", { x: 1, y: 0 }, { x: 0, y: 9 }]);
  });

  it("takes fields through a constructor that has made another message first", () => {
    expect({ ...new Eager({ x: 1 }) }).toEqual({ x: 1, before: 7 });
  });

  it("goes on after a constructor that throws", () => {
    expect(() => new Fragile({ fail: true })).toThrow("fragile");
    expect(new Fragile({ x: 1 }).x).toBe(1);
  });

  it.each<[unknown, string]>([
    [{ z: 1 }, 'Position has no field "z"; it has x, y'],
    [{ __proto__: null, constructor: 1 }, 'Position has no field "constructor"; it has x, y'],
    [JSON.parse('{ "__proto__": 1 }'), 'Position has no field "__proto__"; it has x, y'],
    [{ secret: 1 }, 'Position has no field "secret"; it has x, y'],
    [[1], 'Position has no field "0"; it has x, y'],
    [null, "Position takes its fields as an object, not null"],
    [5, "Position takes its fields as an object, not 5"],
    ["xy", 'Position takes its fields as an object, not "xy"'],
  ])("refuses %p", (fields, message) => {
    const expected = { name: "ColonnadeError", code: "ERR_OPTION", message };
    expect(failureOf(() => new Position(fields as object))).toEqual(expected);
    expect(failureOf(() => Position.of(fields as object))).toEqual(expected);
  });

  it("says so where there is no field to name", () => {
    expect(() => new Nothing({ x: 1 })).toThrow('Nothing has no field "x"; it has none');
  });

  it("does not take an accessor for a field", () => {
    expect(() => new Guarded({ y: 2 })).toThrow('Guarded has no field "y"; it has x');
  });

  it.each([
    ["a subclass without the decorator", () => new Undecorated(), "Undecorated"],
    ["its of()", () => Undecorated.of({}), "Undecorated"],
    ["its loads()", () => Undecorated.loads("{}"), "Undecorated"],
    ["Serializable itself", () => new (Serializable as unknown as typeof Position)(), "Serializable"],
  ])("refuses %s", (_name, action, name) => {
    const message = `${name} is a Serializable on which @serializable() does not stand, or not yet`;
    expect(failureOf(action)).toEqual({ name: "ColonnadeError", code: "ERR_DECLARATION", message });
  });
});

describe("Position.of(fields)", () => {
  it("makes a message with these fields, and defaults for the others", () => {
    const position = Position.of({ x: 1 });
    expect(position).toBeInstanceOf(Position);
    expect({ ...position }).toEqual({ x: 1, y: 0 });
  });

  it("takes another message's", () => {
    expect(Position.of(new Position({ x: 1, y: 2 }))).toEqual(new Position({ x: 1, y: 2 }));
  });

  it("works inside of the class", () => {
    expect(Position.origin()).toEqual(new Position());
  });
});

describe("a class with @serializable()", () => {
  it("keeps its name, and is the constructor of its messages", () => {
    const position = new Position();
    expect([Position.name, position.constructor, Object.getPrototypeOf(position)]).toEqual([
      "Position",
      Position,
      Position.prototype,
    ]);
  });

  it("has its messages shown with their class and fields", () => {
    expect(inspect(new Named({ label: "a" }))).toBe("Named { x: 0, y: 0, label: 'a' }");
  });

  it("has instances of its subclasses for instances", () => {
    expect(new Circle()).toBeInstanceOf(Named);
    expect(new Position()).not.toBeInstanceOf(Named);
  });

  it("keeps its #private fields", () => {
    expect(Position.loadb(new Position().dumpb()).secret()).toBe("kept");
  });

  it("has one set of static members, inside and outside", () => {
    Circle.made = 0;
    expect([new Circle(), new Circle()]).toHaveLength(2);
    expect([Circle.made, Object.hasOwn(Circle, "made"), Position.made]).toEqual([2, true, 0]);
    expect(Named.originName).toBe("Named");
  });

  it("makes messages of itself by its own name", () => {
    expect(new Position({ x: 1, y: 2 }).moved(3)).toEqual(new Position({ x: 4, y: 2 }));
  });

  it("can't be called without new", () => {
    expect(() => (Position as unknown as () => void)()).toThrow(TypeError);
  });

  it("writes the fields of its base class first", () => {
    const values = "0003 05 0003 00 000d 0003 01 61".replaceAll(" ", "");
    expect(hexOf(new Named({ x: 5, label: "a" }))).toBe(`03e9000303${values}`);
  });

  it("reads a subclass's message as one of its own", () => {
    expect(Position.loadb(new Named({ label: "a" }).dumpb())).toBeInstanceOf(Named);
  });

  it("writes and reads a message without fields", () => {
    expect(hexOf(new Nothing())).toBe("03f0000300");
    expect(Nothing.loadb(new Nothing().dumpb())).toBeInstanceOf(Nothing);
  });

  it("writes no accessor, and leaves it as the constructor did", () => {
    const guarded = Guarded.loadb(Object.assign(new Guarded(), { y: 5 }).dumpb());
    expect([guarded.y, guarded.dumps()]).toEqual([1, '{"x":0}']);
  });

  it("writes parameter properties, private ones too", () => {
    expect(Point.loadb(new Point(5, 6).dumpb()).sum()).toBe(11);
  });
});

describe("a class that is reached by the name it had before its decorator", () => {
  // As esbuild and swc's legacy decorators leave it, inside of the class.
  class Written extends Serializable {
    x = 0;
    next: unknown = null;
  }
  const Decorated = serializable(1_010)(Written);

  it("makes the same messages without fields", () => {
    expect(new Written()).toBeInstanceOf(Decorated);
    expect(new Decorated()).toBeInstanceOf(Written);
    expect(hexOf(new Written())).toBe(hexOf(new Decorated()));
    expect(new Written().constructor).toBe(Decorated);
  });

  it("makes them by of()", () => {
    expect(Written.of({ x: 1 })).toEqual(new Decorated({ x: 1 }));
  });

  const refusal = {
    name: "ColonnadeError",
    code: "ERR_DECLARATION",
    message:
      "new Written(fields): as it is compiled, Written is here the class without its decorator, and sets no fields; call Written.of(fields)",
  };

  it("refuses fields, which it could not set", () => {
    expect(failureOf(() => new Written({ x: 1 }))).toEqual(refusal);
  });

  it("refuses them where another is being made", () => {
    const outer = (): unknown => new Outer({ x: 1 });
    class Outer extends Serializable {
      x = 0;
      inner = outer();
    }
    const DecoratedOuter = serializable(1_011)(Outer);
    expect(failureOf(() => new DecoratedOuter())).toMatchObject({ code: "ERR_DECLARATION" });
  });
});

describe("the fields of a message", () => {
  it.each(["$x", "$type", "0", "12"])("can't be called %s", (name) => {
    const Odd = serializable()(
      class Odd extends Serializable {
        [name] = 1;
      },
    );
    const message = `Odd: a field can't be called "${name}": its name is no number, nor begins with $`;
    expect(failureOf(() => new Odd().dumpb())).toEqual({
      name: "ColonnadeError",
      code: "ERR_DECLARATION",
      message,
    });
  });

  it("may be called __proto__, constructor or toString", () => {
    @serializable(1_012)
    class Odd extends Serializable {
      override ["constructor"] = 1 as never;
      override ["toString"] = 2 as never;
      x = 3;
    }
    const odd = Odd.loadb(new Odd().dumpb());
    expect([odd.dumps(), ({} as Record<string, unknown>)["x"]]).toEqual([
      '{"constructor":1,"toString":2,"x":3}',
      undefined,
    ]);
  });
});
