import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Serializable, SerializableError } from "colonnade";
import table from "../fixtures/serializable.json";
import {
  Direction,
  Inventory,
  PlayerPosition,
  SampleMessage,
  bytesOf,
  hexOf,
  toValue,
  vectors,
} from "./sample";

const prefixes = vectors.flatMap(({ name, hex }) =>
  Array.from(bytesOf(hex), (_byte, length) => [name, length, bytesOf(hex).subarray(0, length)] as const),
);

describe("the vectors of the Python library", () => {
  it.each(vectors)("write $name", ({ value, hex }) => {
    expect(hexOf(toValue(value))).toBe(hex);
  });

  it.each(vectors)("read $name", ({ value, hex }) => {
    expect(Serializable.loadb(bytesOf(hex))).toStrictEqual(toValue(value));
  });

  it.each(Object.entries(table.types))("number %s alike", (name, { typeId }) => {
    const { LEFT } = Direction;
    const defaults: Record<string, unknown> = {
      Direction: LEFT,
      PlayerPosition: new PlayerPosition(),
      SampleMessage: new SampleMessage(),
      Inventory: new Inventory(),
    };
    expect(Serializable.dumpb(defaults[name]).readUInt16BE()).toBe(typeId);
  });

  it("are refused at every length but their own", () => {
    const refused = prefixes.filter(([, , bytes]) => {
      try {
        Serializable.loadb(bytes);
        return false;
      } catch (error) {
        return (
          error instanceof SerializableError && error.offset !== undefined && error.offset <= bytes.length
        );
      }
    });
    expect(refused).toEqual(prefixes);
    expect(prefixes.length).toBeGreaterThan(500);
  });

  it.each(vectors)("are refused with a byte behind $name", ({ hex }) => {
    const bytes = bytesOf(`${hex}00`);
    const reading = () => Serializable.loadb(bytes);
    expect(reading).toThrow(`Byte ${bytes.length - 1}: the value ends; bytes left: 1`);
  });
});

describe("docs/serializable.md", () => {
  it("explains the bytes of PlayerPosition, one after the other", () => {
    const document = readFileSync(join(__dirname, "../../docs/serializable.md"), "utf8");
    const [, dump = ""] = /\n```\n(01 02 .*?)\n```/s.exec(document) ?? [];
    const bytes = dump.split("\n").map((line) => /^ *((?:[0-9a-f]{2} )+)/.exec(line)?.[1] ?? "");
    expect(bytes.join("").replaceAll(" ", "")).toBe(
      vectors.find(({ name }) => name === "PlayerPosition")?.hex,
    );
  });
});
