const token = /[\s\S]/y;
const space = /[ \t\n\r]*/y;
const text = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[\dA-Fa-f]{4}))*"/y;
const scalar = /(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)/y;

/**
 * Finds where a text stops being JSON (RFC 8259): `JSON.parse` does not always say, and its message
 * quotes the text. Linear, and without recursion.
 *
 * @returns the index of the first character that can't stand where it stands, or the text's length
 *   where the text ends too early.
 */
export function jsonErrorPosition(source: string): number {
  let at = 0;
  const open: ("{" | "[")[] = [];
  const take = (expression: RegExp): string | undefined => {
    expression.lastIndex = at;
    const found = expression.exec(source)?.[0];
    if (found !== undefined) at += found.length;
    return found;
  };
  const next = (): string => {
    take(space);
    return source.charAt(at);
  };
  const key = (): boolean => {
    next();
    if (take(text) === undefined || next() !== ":") return false;
    return take(token) !== undefined;
  };

  for (;;) {
    // A value begins here.
    const first = next();
    if (first === "{" || first === "[") {
      at++;
      if (next() !== (first === "{" ? "}" : "]")) {
        open.push(first);
        if (first === "{" && !key()) return at;
        continue;
      }
      at++;
    } else if (take(first === '"' ? text : scalar) === undefined) {
      return at;
    }
    // A value ended here: close what it ends, or go on behind a comma.
    for (;;) {
      const container = open.at(-1);
      const after = next();
      if (container === undefined) return at;
      if (after === ",") {
        at++;
        if (container === "{" && !key()) return at;
        break;
      }
      if (after !== (container === "{" ? "}" : "]")) return at;
      at++;
      open.pop();
    }
  }
}
