import type * as Colonnade from "colonnade";
import { Resource, Serializable, serializable } from "colonnade";
import { failureOf } from "./sample";

/** The package as a program has it that has defined nothing yet. */
function fresh(): typeof Colonnade {
  let loaded: typeof Colonnade | undefined;
  jest.isolateModules(() => (loaded = jest.requireActual<typeof Colonnade>("colonnade")));
  return loaded as typeof Colonnade;
}

/** The type id that a message or member begins with. */
function idOf(value: unknown, { Serializable }: typeof Colonnade): number {
  return Serializable.dumpb(value).readUInt16BE();
}

const refusal = (message: string) => ({ name: "ColonnadeError", code: "ERR_DECLARATION", message });

describe("@serializable(typeId)", () => {
  it("numbers classes from 257, in the order in which they are defined", () => {
    const colonnade = fresh();
    const { Serializable, SerializableEnum, serializable } = colonnade;
    const First = serializable()(class First extends Serializable {});
    class Second extends SerializableEnum {
      static readonly ONE = new Second(1);
    }
    serializable()(Second);
    const Third = serializable()(class Third extends First {});
    expect([new First(), Second.ONE, new Third()].map((value) => idOf(value, colonnade))).toEqual([
      257, 258, 259,
    ]);
  });

  it("gives a class the id that is asked for, and leaves the others' order alone", () => {
    const colonnade = fresh();
    const { Serializable, serializable } = colonnade;
    const classes = [
      serializable()(class First extends Serializable {}),
      serializable(256)(class Least extends Serializable {}),
      serializable(65_535)(class Greatest extends Serializable {}),
      serializable(300)(class Other extends Serializable {}),
      serializable()(class Second extends Serializable {}),
    ];
    const ids = classes.map((Class) => idOf(new Class(), colonnade));
    expect(ids).toEqual([257, 256, 65_535, 300, 258]);
    expect(classes.map((Class) => Serializable.loadb(new Class().dumpb()) instanceof Class)).not.toContain(
      false,
    );
  });

  it("refuses an id twice", () => {
    const { Serializable, SerializableEnum, serializable } = fresh();
    serializable(300)(class First extends Serializable {});
    expect(failureOf(() => serializable(300)(class Second extends Serializable {}))).toEqual(
      refusal("Second and First have one type id, 300"),
    );
    expect(failureOf(() => serializable(300)(class Third extends SerializableEnum {}))).toEqual(
      refusal("Third and First have one type id, 300"),
    );
  });

  it("refuses to number a class as another one is", () => {
    const { Serializable, serializable } = fresh();
    serializable(257)(class First extends Serializable {});
    expect(failureOf(() => serializable()(class Second extends Serializable {}))).toEqual(
      refusal("Second and First have one type id, 257: give one of them another, as @serializable(id)"),
    );
  });

  it("refuses to number more classes than there are ids", () => {
    const { Serializable, serializable } = fresh();
    for (let id = 257; id <= 65_535; id++) serializable()(class Some extends Serializable {});
    expect(failureOf(() => serializable()(class More extends Serializable {}))).toEqual(
      refusal("The type id of More is 256 to 65535, not 65536"),
    );
  });

  it.each([255, 0, -1, 65_536, 256.5, NaN, Infinity])("refuses the id %p", (typeId) => {
    expect(failureOf(() => serializable(typeId)(class Some extends Serializable {}))).toEqual(
      refusal(`The type id of Some is 256 to 65535, not ${typeId}`),
    );
  });

  it("takes no id for a class that it refuses", () => {
    const colonnade = fresh();
    const { Serializable, serializable } = colonnade;
    expect(() => serializable(1)(class Some extends Serializable {})).toThrow("not 1");
    const First = serializable()(class First extends Serializable {});
    expect(idOf(new First(), colonnade)).toBe(257);
  });

  it("refuses to stand without its parentheses", () => {
    const decorate = serializable as unknown as (target: unknown) => unknown;
    const message = "@serializable() takes a type id, not function Some: it is written with its parentheses";
    expect(failureOf(() => decorate(class Some extends Serializable {}))).toEqual(refusal(message));
    expect(() => decorate("300")).toThrow('@serializable() takes a type id, not "300"');
  });

  it.each<[unknown, string]>([
    [Date, "function Date"],
    [class Routes extends Resource {}, "function Routes"],
    [() => 1, "function (anonymous)"],
    [{}, "an object of class Object"],
    [undefined, "undefined"],
    ["x", '"x"'],
  ])("refuses to stand on %p", (target, name) => {
    const message = `@serializable() stands on ${name}, which extends neither Serializable nor SerializableEnum`;
    expect(failureOf(() => serializable()(target as never))).toEqual(refusal(message));
  });

  it("refuses to stand twice", () => {
    const { Serializable, SerializableEnum, serializable } = fresh();
    const Message = serializable()(class Message extends Serializable {});
    class Member extends SerializableEnum {}
    serializable()(Member);
    expect(failureOf(() => serializable()(Message))).toEqual(
      refusal("@serializable() stands twice on Message"),
    );
    expect(failureOf(() => serializable()(Member))).toEqual(
      refusal("@serializable() stands twice on Member"),
    );
  });
});
