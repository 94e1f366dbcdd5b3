const quote = 0x22;
const backslash = 0x5c;
const space = 0x20;
const escaped: ReadonlySet<string> = new Set('"\\/bfnrt');

/**
 * Finds where a text stops being JSON (RFC 8259): `JSON.parse` does not always say, and its message
 * quotes the text. Linear, and without recursion.
 *
 * @returns the index of the first character that can't stand where it stands, or the text's length
 *   where the text ends too early.
 */
export function jsonErrorPosition(source: string): number {
  const scanner = new Scanner(source);
  const open: ("{" | "[")[] = [];

  for (;;) {
    // A value begins here.
    const first = scanner.next();
    if (first === "{" || first === "[") {
      scanner.at++;
      if (scanner.next() !== (first === "{" ? "}" : "]")) {
        open.push(first);
        if (first === "{" && !scanner.key()) return scanner.at;
        continue;
      }
      scanner.at++;
    } else if (!scanner.scalar(first)) {
      return scanner.at;
    }
    // A value ended here: close what it ends, or go on behind a comma.
    for (;;) {
      const container = open.at(-1);
      const after = scanner.next();
      if (container === undefined) return scanner.at;
      if (after === ",") {
        scanner.at++;
        if (container === "{" && !scanner.key()) return scanner.at;
        break;
      }
      if (after !== (container === "{" ? "}" : "]")) return scanner.at;
      scanner.at++;
      open.pop();
    }
  }
}

/** Takes tokens off a text. Those that answer false leave `at` at the character that can't stand there. */
class Scanner {
  at = 0;
  readonly #source: string;

  constructor(source: string) {
    this.#source = source;
  }

  /** The next character that is no white space; "" at the end. */
  next(): string {
    this.#skip(/[ \t\n\r]*/y);
    return this.#source.charAt(this.at);
  }

  /** The name of a member, and its colon. */
  key(): boolean {
    return this.next() === '"' && this.#text() && this.next() === ":" && this.#take(":");
  }

  scalar(first: string): boolean {
    if (first === '"') return this.#text();
    if (first === "t") return this.#word("true");
    if (first === "f") return this.#word("false");
    if (first === "n") return this.#word("null");
    return this.#number();
  }

  #text(): boolean {
    this.at++;
    // Character by character: a body may be all escapes, and each would cost a call of an expression.
    for (; ; this.at++) {
      const character = this.#source.charCodeAt(this.at);
      if (character === quote) return this.#take('"');
      if (character === backslash) {
        if (!this.#escape()) return false;
      } else if (!(character >= space)) {
        return false; // a control character, or NaN at the end
      }
    }
  }

  /** Leaves `at` at the last character of the escape. */
  #escape(): boolean {
    this.at++;
    const character = this.#source.charAt(this.at);
    if (character !== "u") return escaped.has(character);
    for (let digits = 0; digits < 4; digits++) {
      this.at++;
      if (!/[\dA-Fa-f]/.test(this.#source.charAt(this.at))) return false;
    }
    return true;
  }

  #number(): boolean {
    this.#take("-");
    if (!this.#take("0") && !this.#digits()) return false;
    if (this.#take(".") && !this.#digits()) return false;
    return !this.#skip(/[eE][+-]?/y) || this.#digits();
  }

  #digits(): boolean {
    return this.#skip(/\d+/y);
  }

  #word(word: string): boolean {
    return [...word].every((character) => this.#take(character));
  }

  #take(character: string): boolean {
    if (this.#source.charAt(this.at) !== character) return false;
    this.at++;
    return true;
  }

  /** @returns whether the sticky expression is there; what it matched is skipped. */
  #skip(expression: RegExp): boolean {
    expression.lastIndex = this.at;
    if (!expression.test(this.#source)) return false;
    this.at = expression.lastIndex;
    return true;
  }
}
