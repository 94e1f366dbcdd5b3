import { Serializable, double, float, serializable } from "colonnade";
import { nest } from "./nest";
import { Direction, Inventory, PlayerPosition, SampleMessage, failureOf, unwritable } from "./sample";

@serializable(1_000)
class Holder extends Serializable {
  held: unknown = null;
  other = 1;
}

const inventory = Inventory.of({
  owner: "Zoë",
  slots: [SampleMessage.of({ x: 1, y: -2 })],
  tags: new Set(["a"]),
  weights: new Map([["sword", 1.5]]),
  blob: Buffer.from([0, 255]),
  leader: PlayerPosition.of({ position: [16, 32] }),
});

const malformed = (message: string) => ({
  name: "SerializableError",
  code: "ERR_SERIALIZABLE_MALFORMED",
  message,
});

describe("message.toJSON()", () => {
  it("gives the fields by name, and marks what JSON has no form for", () => {
    expect(inventory.toJSON()).toEqual({
      owner: "Zoë",
      slots: [{ $type: 259, x: 1, y: -2 }],
      tags: { $set: ["a"] },
      weights: { $map: [["sword", 1.5]] },
      blob: { $bytes: "AP8=" },
      leader: { $type: 258, position: [16, 32], facing: { $type: 257, value: 1 } },
    });
  });

  it.each<[unknown, unknown]>([
    [null, null],
    [true, true],
    ["x", "x"],
    [1.5, 1.5],
    [NaN, { $float: "NaN" }],
    [-Infinity, { $float: "-Infinity" }],
    [5n, { $int: "5" }],
    [-(2n ** 63n), { $int: "-9223372036854775808" }],
    [float(2), 2],
    [double(NaN), { $float: "NaN" }],
    [new Uint8Array([1]), { $bytes: "AQ==" }],
    [new Map([[new Set([1]), [2n]]]), { $map: [[{ $set: [1] }, [{ $int: "2" }]]] }],
  ])("gives %p as %j", (held, json) => {
    expect(Holder.of({ held }).toJSON()).toEqual({ held: json, other: 1 });
  });

  it.each<[string, unknown, string]>([
    ["undefined", [undefined], "undefined can't be written: the format has no such value"],
    ["a bigint of 65 bits", 2n ** 63n, "9223372036854775808 can't be written: it has more than 64 bits"],
    ["a function", () => 1, "function (anonymous) can't be written: the format has no such value"],
    [
      "a plain object",
      { x: 1 },
      "an object of class Object can't be written: it is no list, Set, Map or Uint8Array, and @serializable() is not on its class",
    ],
  ])("refuses %s", (_name, held, message) => {
    const holder = Object.assign(new Holder(), { held });
    expect(failureOf(() => holder.toJSON())).toEqual(unwritable(`Holder.held: ${message}`));
  });

  it("refuses a hole", () => {
    // oxlint-disable-next-line no-sparse-arrays -- it is what is tested
    expect(() => Holder.of({ held: [1, , 2] }).toJSON()).toThrow("Holder.held: undefined can't be written");
  });

  it("refuses what holds itself", () => {
    const holder = new Holder();
    holder.held = [holder];
    expect(failureOf(() => holder.dumps())).toMatchObject({
      code: "ERR_SERIALIZABLE_VALUE",
      message: expect.stringContaining("it is more than 256 values deep, or holds itself"),
    });
  });

  it("is what JSON.stringify takes of a message within other objects", () => {
    expect(JSON.stringify({ at: new SampleMessage() })).toBe('{"at":{"x":0,"y":0}}');
  });
});

describe("Position.loads(text)", () => {
  it("reads what dumps() has written", () => {
    expect(Inventory.loads(inventory.dumps())).toStrictEqual(inventory);
  });

  it.each<[unknown]>([
    [[null, true, "x", 1.5, NaN, -Infinity, 5n, 2n ** 62n]],
    [new Map<unknown, unknown>([[new Set([1]), [Direction.LEFT]]])],
    [new Set([new SampleMessage()])],
    [Buffer.from("hello")],
    [Buffer.alloc(0)],
    [[[[]], new Map(), new Set()]],
  ])("reads %p back", (held) => {
    const holder = Holder.of({ held });
    expect(Holder.loads(holder.dumps())).toStrictEqual(holder);
  });

  it("gives missing fields their defaults", () => {
    expect({ ...Holder.loads('{"held":2}') }).toEqual({ held: 2, other: 1 });
    expect(PlayerPosition.loads("{}")).toStrictEqual(new PlayerPosition());
  });

  it("gives a message within, of whose fields some are missing, their defaults", () => {
    expect(Holder.loads('{"held":{"$type":259,"y":2}}').held).toStrictEqual(SampleMessage.of({ y: 2 }));
  });

  it("takes its own type id", () => {
    expect({ ...SampleMessage.loads('{"$type":259,"x":1}') }).toEqual({ x: 1, y: 0 });
  });

  it.each(["__proto__", "constructor", "toString", "$x"])("refuses a field %s", (name) => {
    const text = `{"${name}":{"polluted":true}}`;
    const message = `Holder: Holder has no field "${name}"`;
    expect(failureOf(() => Holder.loads(text))).toEqual(malformed(message));
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
  });

  it("refuses a field __proto__ of a message within", () => {
    const text = '{"held":{"$type":259,"__proto__":{"x":1}}}';
    expect(() => Holder.loads(text)).toThrow('Holder.held: SampleMessage has no field "__proto__"');
  });

  it.each<[string, string]>([
    ["", "Holder: the text is no JSON"],
    ["{", "Holder: the text is no JSON"],
    ["null", "Holder: null is no object"],
    ["5", "Holder: 5 is no object"],
    ["[]", "Holder: an array is no object"],
    ['{"x":1}', 'Holder: Holder has no field "x"'],
    ['{"$type":259}', "Holder: 259 is not its type id"],
    ['{"$type":"1000"}', 'Holder: "1000" is not its type id'],
    ['{"held":{}}', "Holder.held: an object has no $type"],
    ['{"held":{"x":1}}', "Holder.held: an object has no $type"],
    ['{"held":{"$other":1}}', "Holder.held: an object has no $type"],
    ['{"held":{"$set":[],"x":1}}', "Holder.held: an object has no $type"],
    ['{"held":{"$type":999}}', "Holder.held: 999 is the type id of no class"],
    ['{"held":{"$type":"259"}}', 'Holder.held: "259" is the type id of no class'],
    ['{"held":{"$type":255}}', "Holder.held: 255 is the type id of no class"],
    ['{"held":{"$type":-1}}', "Holder.held: -1 is the type id of no class"],
    ['{"held":{"$type":259,"z":1}}', 'Holder.held: SampleMessage has no field "z"'],
    ['{"held":{"$type":259,"x":{}}}', "SampleMessage.x: an object has no $type"],
    ['{"held":{"$type":257,"value":3}}', "Holder.held: Direction has no member 3"],
    ['{"held":{"$type":257}}', "Holder.held: Direction has no member undefined"],
    ['{"held":{"$set":1}}', "Holder.held: 1 is no list"],
    ['{"held":{"$set":{"length":1}}}', "Holder.held: an object of class Object is no list"],
    ['{"held":{"$map":1}}', "Holder.held: 1 is no list"],
    ['{"held":{"$map":[1]}}', "Holder.held: 1 is no key with a value"],
    ['{"held":{"$map":["ab"]}}', 'Holder.held: "ab" is no key with a value'],
    ['{"held":{"$map":[[1]]}}', "Holder.held: an array is no key with a value"],
    ['{"held":{"$map":[[1,2,3]]}}', "Holder.held: an array is no key with a value"],
    ['{"held":{"$bytes":1}}', "Holder.held: 1 is no base64"],
    ['{"held":{"$bytes":"a b"}}', 'Holder.held: "a b" is no base64'],
    ['{"held":{"$int":5}}', "Holder.held: 5 is no int of 64 bits"],
    ['{"held":{"$int":"5.5"}}', 'Holder.held: "5.5" is no int of 64 bits'],
    ['{"held":{"$int":"0x5"}}', 'Holder.held: "0x5" is no int of 64 bits'],
    ['{"held":{"$int":""}}', 'Holder.held: "" is no int of 64 bits'],
    ['{"held":{"$int":"9223372036854775808"}}', 'Holder.held: "9223372036854775808" is no int of 64 bits'],
    ['{"held":{"$float":"x"}}', 'Holder.held: "x" is none of NaN, Infinity and -Infinity'],
    ['{"held":{"$float":1}}', "Holder.held: 1 is none of NaN, Infinity and -Infinity"],
  ])("refuses %s", (text, message) => {
    expect(failureOf(() => Holder.loads(text))).toEqual(malformed(message));
  });

  it("repeats nothing of a text that is no JSON", () => {
    const refusal = expect.not.objectContaining({ cause: expect.anything() });
    expect(() => Holder.loads('{"password":"hunter2",}')).toThrow(refusal);
  });

  it.each<[string, (inner: unknown) => unknown, (inner: unknown) => unknown]>([
    ["lists", (inner) => [inner], (inner) => [inner]],
    ["Sets", (inner) => new Set([inner]), (inner) => ({ $set: [inner] })],
    ["keys", (inner) => new Map([[inner, 1]]), (inner) => ({ $map: [[inner, 1]] })],
    ["values of Maps", (inner) => new Map([[1, inner]]), (inner) => ({ $map: [[1, inner]] })],
    ["messages", (held) => Holder.of({ held }), (held) => ({ $type: 1_000, held, other: 1 })],
  ])("reads and writes %s 256 values deep, and no deeper", (_name, wrap, wrapJson) => {
    const holder = Holder.of({ held: nest(255, wrap, Buffer.alloc(1)) });
    expect(Holder.loads(holder.dumps()).dumpb()).toEqual(holder.dumpb());
    for (const count of [256, 10_000]) {
      expect(() => Holder.of({ held: nest(count, wrap) }).dumps()).toThrow("it is more than 256 values deep");
    }
    const text = JSON.stringify({ held: nest(256, wrapJson) });
    expect(failureOf(() => Holder.loads(text))).toEqual(malformed("Holder.held: more than 256 values deep"));
  });

  it("refuses a list 10,000 values deep", () => {
    const text = `{"held":${"[".repeat(10_000)}${"]".repeat(10_000)}}`;
    expect(failureOf(() => Holder.loads(text))).toEqual(malformed("Holder.held: more than 256 values deep"));
  });

  it("refuses an enum's value that is too deep", () => {
    const text = JSON.stringify({ held: nest(255, (inner) => [inner], { $type: 257, value: 1 }) });
    expect(failureOf(() => Holder.loads(text))).toEqual(malformed("Holder.held: more than 256 values deep"));
  });
});
