// CPU to write and to read a message, against JSON and msgpackr. Usage: npm run bench:serializable [rounds]
import { Packr } from "msgpackr";
import { Serializable } from "colonnade";
import { median, showSpread } from "../statistics";
import { subjects } from "./subjects";

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

console.log(`${iterations} calls, ${rounds} rounds; Node ${process.version}`);
const results = measureAll();
for (const { title, actions } of comparisons) {
  console.log(`\n${title}`);
  const [json] = Object.values(actions).map((action) => median(results.get(action) ?? []));
  for (const [name, action] of Object.entries(actions)) {
    const values = results.get(action) ?? [];
    const ratio = (median(values) / (json ?? Number.NaN)).toFixed(2);
    console.log(`${name.padEnd(16)} ${showSpread(values, 0)} ns; ${ratio} of JSON, a string`);
  }
}
if (last === undefined) throw new Error("nothing was measured");
