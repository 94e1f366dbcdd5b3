/** What was asked, what was answered, and what must therefore be in the database. */
export class Ledger {
  /** How often each kind of request got each status. */
  readonly answers = new Map<string, Map<string, number>>();
  readonly violations = new Map<string, number>();
  /** The authors and books whose creation was acknowledged, by id. */
  readonly authors = new Map<number, string>();
  readonly books = new Map<number, string>();
  /** The ids of the authors whose removal was acknowledged. */
  readonly removed = new Set<number>();

  /** Notes an answer; one of no expected status is a violation. */
  answered(kind: string, status: number | string, expected: readonly (number | string)[]): void {
    const statuses = this.answers.get(kind) ?? new Map<string, number>();
    this.answers.set(kind, statuses);
    statuses.set(String(status), (statuses.get(String(status)) ?? 0) + 1);
    if (!expected.includes(status)) {
      this.violated(`${kind} was answered ${status}, not ${expected.join(" or ")}`);
    }
  }

  violated(what: string): void {
    this.violations.set(what, (this.violations.get(what) ?? 0) + 1);
  }
}
