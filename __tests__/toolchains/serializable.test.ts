import type * as Colonnade from "colonnade";
import { compilers } from "./compilers";
import { load } from "./construct";

const left = "0101000301";
const right = "0101000302";
const exact = "0010000302000c3ff0000000000000000c4004000000000000";

const facts = {
  members: [["Direction.LEFT", "Direction.RIGHT"], "LEFT", true],
  hex: [
    right,
    `012c000304000301000b40000000${exact}${left}`,
    `0102000305000305000c4018000000000000${exact}${right}000d00030165`,
    "0103000302000301000302",
  ],
  json: [
    '{"a":5,"b":6,"c":[1,2.5],"facing":{"$type":257,"value":2},"d":"e"}',
    '{"a":5,"b":6,"c":[1,2.5],"facing":{"$type":257,"value":2},"d":"e"}',
    '{"x":3,"y":4}',
  ],
  names: ["Direction", "Base", "Derived", true],
  read: [
    [true, true, true, "kept"],
    [true, true, true, "kept"],
  ],
  inside: [0, true, true, true, false, true],
  statics: [true, true, 0],
  parameters: [3, 7, 11],
  refused: [
    "Undecorated is a Serializable on which @serializable() does not stand, or not yet",
    'Base has no field "z"; it has a, b, c, facing',
  ],
};

describe.each(Object.entries(compilers[DECORATORS]))(
  "messages and enums compiled by %s",
  (_name, compile) => {
    it("are the same", () => {
      jest.isolateModules(() => {
        const colonnade = jest.requireActual<typeof Colonnade>("colonnade"); // in which nothing has an id yet
        expect(load(compile, "fixture-serializable.ts", { colonnade })["facts"]).toEqual(facts);
      });
    });
  },
);
