import { isDeepStrictEqual } from "node:util";
import type { Run } from "./case";
import type { Send } from "./connection";
import { answerAll } from "./sides";
import type { Outcome, Side } from "./sides";

/**
 * Expects of two sides that they make the same of each case.
 *
 * @returns what they have made.
 */
export async function expectAlike(run: Run, hand: Side, own: Side, send: Send): Promise<Outcome[]> {
  const expected = await answerAll(hand, run, send);
  const actual = await answerAll(own, run, send);
  run.cases.forEach((given, at) => {
    // Jest's own comparison takes longer than the case.
    if (isDeepStrictEqual(actual[at], expected[at])) return;
    expect({ given, outcome: readable(actual[at]) }).toEqual({ given, outcome: readable(expected[at]) });
  });
  return actual;
}

/** An outcome as a diff can show it: a line for each line of the head, and long bodies by their ends. */
function readable(outcome: Outcome | undefined) {
  return outcome && { ...outcome, bytes: outcome.bytes.split("\r\n") };
}
