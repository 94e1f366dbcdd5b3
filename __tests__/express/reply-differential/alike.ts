import { isDeepStrictEqual } from "node:util";
import { plainCase, plainSettings } from "./case";
import type { Case, Payload, Run, Settings } from "./case";
import { sendInMemory } from "./connection";
import type { Send } from "./connection";
import type { Hook } from "./hooks";
import { answerAll, byHand, ours } from "./sides";
import type { Making, Outcome, Side } from "./sides";

/**
 * Expects of sides that they make of each case what the first makes of it.
 *
 * @returns what they have made.
 */
export async function expectAlike(run: Run, hand: Side, others: readonly Side[], send: Send) {
  const expected = await answerAll(hand, run, send);
  for (const side of others) {
    const actual = await answerAll(side, run, send);
    run.cases.forEach((given, at) => {
      // Jest's own comparison takes longer than the case.
      if (isDeepStrictEqual(actual[at], expected[at])) return;
      expect({ given, outcome: readable(actual[at]) }).toStrictEqual({
        given,
        outcome: readable(expected[at]),
      });
    });
  }
  return expected;
}

export const text: Payload = ["text", "héllo", 1];
export const bytes: Payload = ["Buffer", "héllo", 1];
export const json: Payload = ["JSON", { a: "<é&>", b: [1, null], c: 0 }];
export const nothing: Payload = ["null"];

/** The request asks for what has another tag than the answer. */
export const unlessOwn = [["If-None-Match", "<own>"]] as const;

/** An outcome as a diff can show it: by its lines. */
function readable(outcome: Outcome | undefined) {
  return outcome && { ...outcome, bytes: outcome.bytes.split("\r\n") };
}

/** A run, in which what goes without saying is left out. */
interface Given extends Making {
  readonly settings?: Partial<Settings>;
  readonly hooks?: readonly Hook[];
  readonly cases: readonly Partial<Case>[];
}

/** Expects of a `Response`, on our server and on Node's, what is sent by hand. */
export async function expectSame({ settings, hooks = [], cases, ...making }: Given): Promise<Outcome[]> {
  const run = {
    settings: { ...plainSettings, ...settings, nested: making.nested === true },
    hooks,
    cases: cases.map((given) => ({ ...plainCase, ...given })),
  };
  const hand = byHand(making);
  return expectAlike(run, hand, [ours("plain", making), ours("own", making)], sendInMemory);
}
