/** What a path in the syntax of Express 4 or Express 5 is made of. */
export type Piece =
  FlatPiece | { readonly kind: "choice"; readonly alternatives: readonly (readonly Piece[])[] };

/** A {@link Piece} that leaves no choice. */
export type FlatPiece =
  | { readonly kind: "slash" }
  | { readonly kind: "text"; readonly text: string }
  | {
      readonly kind: "value";
      readonly name: string;
      /** Whether it takes slashes. */
      readonly many: boolean;
      /** Whether a regular expression says which values it takes. */
      readonly checked: boolean;
    };

/**
 * Reads a path as Express 4 (path-to-regexp 0.1) or Express 5 (path-to-regexp 8) does: hardly a text
 * means something in both, so they are read as one syntax. Names are made valid and unique.
 *
 * @returns undefined where it is neither, or a regular expression.
 */
export function readExpressPath(source: string): readonly Piece[] | undefined {
  // What looks like a query or a fragment was meant for one.
  return new Reader(source.replace(/\?[\w.-]+=.*$|#.*$/s, "")).readAll();
}

const slash: FlatPiece = { kind: "slash" };
const optional = (...pieces: Piece[]): Piece => ({ kind: "choice", alternatives: [pieces, []] });

class Reader {
  readonly #source: string;
  readonly #names: Set<string>;
  #index = 0;
  #failed = false;

  constructor(source: string, names = new Set<string>()) {
    this.#source = source;
    this.#names = names;
  }

  readAll(): Piece[] | undefined {
    const pieces = this.#read();
    return this.#failed || this.#index < this.#source.length ? undefined : pieces;
  }

  /** Reads up to the end of a group, or as far as it can. */
  #read(): Piece[] {
    const pieces: Piece[] = [];
    while (/[^)}[\]]/.test(this.#source.charAt(this.#index)) && this.#readPiece(pieces));
    return pieces;
  }

  /** Reads one piece; false where it can't. */
  #readPiece(pieces: Piece[]): boolean {
    switch (this.#source.charAt(this.#index)) {
      case "/":
        this.#index++;
        return pieces.push(slash) > 0;
      case ":":
        return this.#readParameter(pieces);
      case "*":
        return this.#readWildcard(pieces);
      case "{":
        return this.#readGroup(pieces);
      case "(":
        return this.#readExpression(pieces);
      case "?":
        this.#index++;
        return makeOptional(pieces) || this.#fail();
      default:
        return this.#readText(pieces);
    }
  }

  #readText(pieces: Piece[]): boolean {
    const encoded = this.#take(/(?:%[\dA-Fa-f]{2})+/y)?.[0];
    // Before a letter the backslash stays: the two are a class of characters, which no pattern holds.
    const text =
      encoded === undefined ? this.#take(/\\\W|./suy)?.[0].replace(/^\\(?=.)/su, "") : decode(encoded);
    return text === undefined ? this.#fail() : pieces.push({ kind: "text", text }) > 0;
  }

  /** `:name`, `:"name"`, `:name(expression)`, each with `?`, `+` or `*` behind it. */
  #readParameter(pieces: Piece[]): boolean {
    const name = this.#take(/:(?:"([^"\\]+)"|([\w$\p{ID_Start}][$\p{ID_Continue}]*))/uy);
    if (name === undefined) return this.#fail();
    const expression = this.#source[this.#index] === "(" ? this.#takeExpression() : "";
    if (expression === undefined) return this.#fail();
    const suffix = this.#take(/[?+*]/y)?.[0] ?? "";
    const slashes = takesSlashes(expression);
    const many = slashes || suffix === "+" || suffix === "*";
    const checked = expression !== "" && !slashes;
    pieces.push({ kind: "value", name: this.#name(name[1] ?? name[2] ?? ""), many, checked });
    const none = suffix === "?" || suffix === "*" || (slashes && this.#mayBeEmpty(expression));
    return none ? makeOptional(pieces) : true;
  }

  /** `*name`, `*"name"`, and Express 4's `*`. */
  #readWildcard(pieces: Piece[]): boolean {
    const named = this.#take(/\*(?:"([^"\\]+)"|([$_\p{ID_Start}][$\p{ID_Continue}]*))/uy);
    if (named === undefined) this.#index++;
    const name = this.#name(named?.[1] ?? named?.[2] ?? "rest");
    const whole = pieces.length === 0 || pieces.at(-1) === slash;
    pieces.push({ kind: "value", name, many: true, checked: false });
    return named === undefined && whole && this.#mayBeEmpty("*") ? makeOptional(pieces) : true;
  }

  /** `{…}` */
  #readGroup(pieces: Piece[]): boolean {
    this.#index++;
    const group = this.#read();
    if (this.#take(/\}/y) === undefined) return this.#fail();
    return pieces.push(optional(...group)) > 0;
  }

  /** Express 4's expression without a name. One that only lists texts is a choice of them. */
  #readExpression(pieces: Piece[]): boolean {
    const expression = this.#takeExpression()?.replace(/^\?:/, "");
    if (expression === undefined || /[*+]/.test(this.#source[this.#index] ?? "")) return this.#fail();
    if (/[\\()[\]{}*+^$?]/.test(expression) || expression === "") {
      const many = takesSlashes(expression);
      pieces.push({ kind: "value", name: this.#name(many ? "rest" : "value"), many, checked: !many });
      return many && this.#mayBeEmpty(expression) ? makeOptional(pieces) : true;
    }
    const alternatives = expression.split("|").map((text) => new Reader(text, this.#names).readAll());
    if (!alternatives.every((alternative) => alternative !== undefined)) return this.#fail();
    return pieces.push({ kind: "choice", alternatives }) > 0;
  }

  /** What stands between a parenthesis and its counterpart. */
  #takeExpression(): string | undefined {
    const start = this.#index;
    let depth = 0;
    do {
      const char = this.#source[this.#index++];
      if (char === undefined) return undefined;
      if (char === "\\") this.#index++;
      else if (char === "(") depth++;
      else if (char === ")") depth--;
    } while (depth > 0);
    return this.#source.slice(start + 1, this.#index - 1);
  }

  /** Whether nothing can stand for what was just read: at the end, as the slash before it may end a path. */
  #mayBeEmpty(expression: string): boolean {
    return /\*\??$/.test(expression) && this.#index === this.#source.length;
  }

  #name(wanted: string): string {
    const name = wanted
      .normalize("NFD")
      .replace(/\p{Mark}/gu, "")
      .replace(/^(?=\d)|\W/g, "_");
    let unique = name;
    for (let count = 2; this.#names.has(unique); count++) unique = `${name}${count}`;
    this.#names.add(unique);
    return unique;
  }

  #take(expression: RegExp): RegExpExecArray | undefined {
    expression.lastIndex = this.#index;
    const found = expression.exec(this.#source);
    if (found === null) return undefined;
    this.#index = expression.lastIndex;
    return found;
  }

  #fail(): false {
    this.#failed = true;
    return false;
  }
}

/** Makes the last piece optional, a parameter with the slash before it; false where there is none. */
function makeOptional(pieces: Piece[]): boolean {
  const last = pieces.pop();
  if (last === undefined) return false;
  const before = last.kind === "value" && pieces.at(-1) === slash ? [slash] : [];
  pieces.length -= before.length;
  pieces.push(optional(...before, last));
  return true;
}

function takesSlashes(expression: string): boolean {
  return /^(?:\*|(?:\.|\[\^\]|\[\\s\\S\]|\\S)[*+]\??)$/.test(expression);
}

function decode(encoded: string): string | undefined {
  try {
    return decodeURIComponent(encoded);
  } catch {
    return undefined;
  }
}
