import type { MatchOptions } from "../../src/path/pattern";

/** What one pattern makes of a path: names and values, "malformed", or null where it does not match. */
export type SlowMatch = Record<string, string> | "malformed" | null;

/**
 * Matches by the words of the grammar and by nothing of `src`: a pattern is spelled out for every
 * number of components that its parameter may bind, each as a regular expression.
 */
export function compileSlowly(pattern: string, options: MatchOptions): (pathname: string) => SlowMatch {
  const names = [...pattern.matchAll(/:(\w+)/g)].map(([, name = ""]) => name);
  const expressions = spellOut(pattern, options);
  return (pathname) => {
    for (const expression of expressions) {
      const found = expression.exec(pathname);
      if (found !== null) return bindSlowly(names, found);
    }
    return null;
  };
}

function bindSlowly(names: readonly string[], found: RegExpExecArray): SlowMatch {
  const bound: Record<string, string> = {};
  for (const [index, name] of names.entries()) {
    const text = found[index + 1];
    if (text === undefined || text === "") continue;
    const value = decode(text);
    if (value === undefined) return "malformed";
    bound[name] = value;
  }
  return bound;
}

const longest = 9;

function spellOut(pattern: string, { caseSensitive = true, strict = false }: MatchOptions): RegExp[] {
  const segments = pattern.split("/").filter((text) => text !== "");
  const counts = /[*+?]$/m.test(segments.join("\n").replace(/^[^:].*$/gm, "")) ? longest : 0;
  return Array.from({ length: counts + 1 }, (_, count) => {
    const parts = segments.flatMap((text) => {
      if (!text.startsWith(":")) return [spellLiteral(text, caseSensitive)];
      const kind = text.at(-1) ?? "";
      if (!"?+*".includes(kind)) return ["([^/]+)"];
      if ((kind === "?" && count > 1) || (kind === "+" && count < 1)) return ["(?!)"];
      return count === 0 ? ["()"] : [`(${Array(count).fill("[^/]+").join("/")})`];
    });
    const path = parts.filter((part) => part !== "()").join("/");
    // A parameter that binds nothing keeps its group, so that groups stay in the order of names.
    const before = parts.indexOf("()") === -1 ? path : withEmptyGroup(parts);
    const end = strict ? (pattern.endsWith("/") ? "/" : "") : "/?";
    return new RegExp(path === "" ? `^/${parts.join("")}$` : `^/${before}${end}$`);
  });
}

function withEmptyGroup(parts: readonly string[]): string {
  const at = parts.indexOf("()");
  const first = parts.slice(0, at).join("/");
  const last = parts.slice(at + 1).join("/");
  return [first, last].filter((part) => part !== "").length === 2
    ? `${first}()/${last}`
    : `${first}()${last}`;
}

function spellLiteral(text: string, caseSensitive: boolean): string {
  return Array.from(text, (char) => {
    if (/[A-Za-z]/.test(char)) return caseSensitive ? char : `[${char.toLowerCase()}${char.toUpperCase()}]`;
    if (/[\d\-._~!$&'()*+,;=:@]/.test(char)) return `[${char}]`.replace("[-]", "-");
    return Array.from(Buffer.from(char), (byte) => {
      const digits = byte.toString(16).padStart(2, "0");
      return `%${digits.replace(/[a-f]/g, (digit) => `[${digit}${digit.toUpperCase()}]`)}`;
    }).join("");
  }).join("");
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function decode(text: string): string | undefined {
  const bytes: number[] = [];
  for (let at = 0; at < text.length;) {
    const char = String.fromCodePoint(text.codePointAt(at) ?? 0);
    const digits = text.slice(at + 1, at + 3);
    if (char !== "%") bytes.push(...Buffer.from(char));
    else if (/^[\dA-Fa-f]{2}$/.test(digits)) bytes.push(Number.parseInt(digits, 16));
    else return undefined;
    at += char === "%" ? 3 : char.length;
  }
  try {
    return utf8.decode(Uint8Array.from(bytes));
  } catch {
    return undefined;
  }
}
