// CPU to write and to read a message, against JSON and msgpackr. Usage: npm run bench:serializable [rounds]
import { Packr } from "msgpackr";
import { Serializable, SerializableEnum, serializable } from "colonnade";

@serializable()
class Direction extends SerializableEnum<number> {
  static readonly LEFT = new Direction(1);
  static readonly RIGHT = new Direction(2);
}

@serializable()
class PlayerPosition extends Serializable {
  position: number[] = [];
  facing = Direction.LEFT;
}

@serializable()
class SampleMessage extends Serializable {
  x = 0;
  y = 0;
}

/** An empty Buffer takes longer to make than all the rest of a message: what is read has this one at first. */
const nothing = Buffer.alloc(0);

@serializable()
class Inventory extends Serializable {
  owner = "";
  slots: SampleMessage[] = [];
  tags = new Set<string>();
  weights = new Map<string, number>();
  blob = nothing;
  leader: PlayerPosition | null = null;
}

/** A message, and the same without classes, as JSON and MessagePack have it. */
interface Subject {
  readonly name: string;
  readonly message: Serializable;
  readonly plain: object;
  readonly packable: object;
}

const leader = { position: [16, 32], facing: 1 };
const inventory = {
  owner: "Zoë",
  slots: [
    { x: 1, y: -2 },
    { x: 300, y: 70_000 },
  ],
  tags: ["a"],
  weights: { sword: 1.5 },
  leader,
};
const position = PlayerPosition.of({ position: [16, 32] });

const subjects: Subject[] = [
  { name: "PlayerPosition", message: position, plain: leader, packable: leader },
  {
    name: "Inventory",
    message: Inventory.of({
      owner: "Zoë",
      slots: [SampleMessage.of({ x: 1, y: -2 }), SampleMessage.of({ x: 300, y: 70_000 })],
      tags: new Set(["a"]),
      weights: new Map([["sword", 1.5]]),
      blob: Buffer.from([0, 255]),
      leader: position,
    }),
    plain: { ...inventory, blob: Buffer.from([0, 255]).toString("base64") },
    packable: { ...inventory, blob: Buffer.from([0, 255]) },
  },
];

const iterations = 200_000;
const rounds = Number(process.argv[2] ?? 15);
const packr = new Packr({ useRecords: false });

/** What is compared with each other. */
interface Comparison {
  readonly title: string;
  readonly actions: Readonly<Record<string, () => unknown>>;
}

const comparisons = subjects.flatMap(({ name, message, plain, packable }): Comparison[] => {
  const bytes = message.dumpb();
  const text = JSON.stringify(plain);
  const utf8 = Buffer.from(text);
  const packed = packr.pack(packable);
  console.log(`${name}: ${bytes.length} bytes, JSON ${utf8.length}, MessagePack ${packed.length}`);
  return [
    {
      title: `write ${name}`,
      actions: {
        "JSON, a string": () => JSON.stringify(plain),
        "JSON, bytes": () => Buffer.from(JSON.stringify(plain)),
        Serializable: () => message.dumpb(),
        msgpackr: () => packr.pack(packable),
      },
    },
    {
      title: `read ${name}`,
      actions: {
        "JSON, a string": () => JSON.parse(text) as unknown,
        "JSON, bytes": () => JSON.parse(utf8.toString()) as unknown,
        Serializable: () => Serializable.loadb(bytes),
        msgpackr: () => packr.unpack(packed) as unknown,
      },
    },
  ];
});

/** Keeps the compiler from leaving out what nobody uses. */
let last: unknown;

/** Nanoseconds of CPU for one call. */
function measure(action: () => unknown): number {
  const before = process.cpuUsage();
  for (let count = 0; count < iterations; count++) last = action();
  const { user, system } = process.cpuUsage(before);
  return ((user + system) * 1_000) / iterations;
}

/** All actions in turn, so that whatever else the machine does meets all of them, and none is compiled for itself alone. */
function measureAll(): Map<() => unknown, number[]> {
  const results = new Map<() => unknown, number[]>();
  for (let round = -2; round < rounds; round++) {
    for (const action of comparisons.flatMap(({ actions }) => Object.values(actions))) {
      const values = results.get(action) ?? [];
      const value = measure(action);
      if (round >= 0) values.push(value); // those before are there to be compiled
      results.set(action, values);
    }
  }
  return results;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

console.log(`${iterations} calls, ${rounds} rounds; Node ${process.version}`);
const results = measureAll();
for (const { title, actions } of comparisons) {
  console.log(`\n${title}`);
  const [json] = Object.values(actions).map((action) => median(results.get(action) ?? []));
  for (const [name, action] of Object.entries(actions)) {
    const values = results.get(action) ?? [];
    const spread = [Math.min(...values), Math.max(...values)].map((value) => value.toFixed(0)).join("–");
    const ratio = (median(values) / (json ?? Number.NaN)).toFixed(2);
    console.log(
      `${name.padEnd(16)} ${median(values).toFixed(0).padStart(5)} ns (${spread}); ${ratio} of JSON, a string`,
    );
  }
}
if (last === undefined) throw new Error("nothing was measured");
