const [tab, lineFeed, carriageReturn, space] = [0x09, 0x0a, 0x0d, 0x20];
const [quote, plus, comma, minus, point] = [0x22, 0x2b, 0x2c, 0x2d, 0x2e];
const [zero, nine, colon] = [0x30, 0x39, 0x3a];
const [openBracket, backslash, closeBracket, openBrace, closeBrace] = [0x5b, 0x5c, 0x5d, 0x7b, 0x7d];
const [upperE, lowerE, lowerF, lowerN, lowerT, lowerU] = [0x45, 0x65, 0x66, 0x6e, 0x74, 0x75];
const escaped: ReadonlySet<number> = new Set(Buffer.from('"\\/bfnrt'));

/**
 * Finds where a text stops being JSON (RFC 8259): `JSON.parse` does not always say, and its message
 * quotes the text. Linear, without recursion or an expression per token: it may be a hostile body.
 *
 * @returns the index of the first character that can't stand where it stands, or the text's length
 *   where the text ends too early.
 */
export function jsonErrorPosition(source: string): number {
  const scanner = new Scanner(source);
  /** What ends each container that is open; no text opens more than it has characters. */
  const closers = new Uint8Array(source.length);
  let depth = 0;

  for (;;) {
    // A value begins here.
    const first = scanner.next();
    if (first === openBrace || first === openBracket) {
      const closer = first === openBrace ? closeBrace : closeBracket;
      scanner.at++;
      if (scanner.next() !== closer) {
        closers[depth++] = closer;
        if (first === openBrace && !scanner.key()) return scanner.at;
        continue;
      }
      scanner.at++;
    } else if (!scanner.scalar(first)) {
      return scanner.at;
    }
    // A value ended here: close what it ends, or go on behind a comma.
    for (;;) {
      const after = scanner.next();
      if (depth === 0) return scanner.at;
      const closer = closers[depth - 1];
      if (after === comma) {
        scanner.at++;
        if (closer === closeBrace && !scanner.key()) return scanner.at;
        break;
      }
      if (after !== closer) return scanner.at;
      scanner.at++;
      depth--;
    }
  }
}

/**
 * Takes tokens off a text, by the codes of its characters, which are NaN at its end. What answers
 * false leaves `at` at the character that can't stand there.
 */
class Scanner {
  at = 0;
  readonly #source: string;

  constructor(source: string) {
    this.#source = source;
  }

  /** The next character that is no white space. */
  next(): number {
    for (; ; this.at++) {
      const code = this.#code();
      if (code !== space && code !== lineFeed && code !== carriageReturn && code !== tab) return code;
    }
  }

  /** The name of a member, and its colon. */
  key(): boolean {
    return this.next() === quote && this.#text() && this.next() === colon && this.#take(colon);
  }

  scalar(first: number): boolean {
    if (first === quote) return this.#text();
    if (first === lowerT) return this.#word("true");
    if (first === lowerF) return this.#word("false");
    if (first === lowerN) return this.#word("null");
    return this.#number();
  }

  #code(): number {
    return this.#source.charCodeAt(this.at);
  }

  #text(): boolean {
    this.at++;
    for (; ; this.at++) {
      const code = this.#code();
      if (code === quote) return this.#take(quote);
      if (code === backslash) {
        if (!this.#escape()) return false;
      } else if (!(code >= space)) {
        return false; // a control character, or the end
      }
    }
  }

  /** Leaves `at` at the last character of the escape. */
  #escape(): boolean {
    this.at++;
    const code = this.#code();
    if (code !== lowerU) return escaped.has(code);
    for (let digits = 0; digits < 4; digits++) {
      this.at++;
      if (!isHexDigit(this.#code())) return false;
    }
    return true;
  }

  #number(): boolean {
    this.#take(minus);
    if (!this.#take(zero) && !this.#digits()) return false;
    if (this.#take(point) && !this.#digits()) return false;
    if (!this.#take(lowerE) && !this.#take(upperE)) return true;
    if (!this.#take(plus)) this.#take(minus);
    return this.#digits();
  }

  #digits(): boolean {
    const start = this.at;
    while (isDigit(this.#code())) this.at++;
    return this.at > start;
  }

  #word(word: string): boolean {
    for (let index = 0; index < word.length; index++) {
      if (!this.#take(word.charCodeAt(index))) return false;
    }
    return true;
  }

  #take(code: number): boolean {
    if (this.#code() !== code) return false;
    this.at++;
    return true;
  }
}

function isDigit(code: number): boolean {
  return code >= zero && code <= nine;
}

function isHexDigit(code: number): boolean {
  return isDigit(code) || ((code | 0x20) >= 0x61 && (code | 0x20) <= 0x66);
}
