import { once } from "node:events";
import fc from "fast-check";
import { expectAlike } from "./reply-differential/alike";
import { hookedRun, plainRun } from "./reply-differential/arbitraries";
import type { Run } from "./reply-differential/case";
import { sendInMemory, sendOverSocket } from "./reply-differential/connection";
import type { Send } from "./reply-differential/connection";
import { byHand, createBornServer, ours } from "./reply-differential/sides";
import type { Side } from "./reply-differential/sides";

// 100,000 cases on each major by `npm run test:reply`, and a twentieth of them by `npm test`: each project has half, and
// others than the other one.
const seed = DECORATORS === "tc39" ? 1 : 2;
const share = process.env["ALL_CASES"] === undefined ? 0.05 : 1;
/** Of a small share, chance has a say in how many cases the runs have. */
const atLeast = (cases: number) => (share === 1 ? cases : cases * share * 0.8);

const [alone, nested] = [{ nested: false }, { nested: true }].map((making) => ({
  hand: byHand(making),
  own: ours("own", making),
  plain: ours("plain", making),
}));
const born = byHand({}, createBornServer);

async function run(arbitrary: fc.Arbitrary<Run>, all: number, hand: Side | undefined, send: Send) {
  let cases = 0;
  const property = fc.asyncProperty(arbitrary, async (given) => {
    const sides = given.settings.nested ? nested : alone;
    if (sides === undefined) throw new Error("There are two");
    await expectAlike(given, hand ?? sides.hand, [sides[given.settings.server]], send);
    cases += given.cases.length;
  });
  await fc.assert(property, { numRuns: Math.ceil(all * share), seed });
  return cases;
}

describe("a Response, as against res.status().set().send() by hand", () => {
  it("gives the same bytes", async () => {
    expect(await run(plainRun, 4_300, born, sendInMemory)).toBeGreaterThan(atLeast(40_000));
  }, 300_000);

  it("gives the same bytes, and the same calls, where methods of res are replaced", async () => {
    expect(await run(hookedRun, 1_150, undefined, sendInMemory)).toBeGreaterThan(atLeast(10_000));
  }, 120_000);

  it("gives the same bytes over sockets", async () => {
    const servers = [alone, nested].flatMap((sides) =>
      Object.values(sides ?? {}).map(({ server }) => server),
    );
    await Promise.all(servers.map((server) => once(server.listen(0, "127.0.0.1"), "listening")));
    try {
      expect(await run(hookedRun, 50, undefined, sendOverSocket)).toBeGreaterThan(atLeast(300));
    } finally {
      await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
    }
  }, 60_000);
});
