/**
 * Literals and components are compared in a canonical form: a literal's characters that a URL may
 * not hold are percent-encoded (RFC 3986, section 3.3: what is no `pchar`), hex digits are upper
 * case, and without case sensitivity ASCII letters are lower case. Nothing is decoded: a guard that
 * Express mounts at `/abc` does not see `/%61bc`, and so the literal `/abc` must not match it.
 */
export type Canonical = (component: string) => string;

/** How a component as sent is brought into canonical form. */
export function canonicalComponent(caseSensitive: boolean): Canonical {
  return caseSensitive ? upperCaseHex : lowerCaseAscii;
}

/** The canonical form of a literal of a pattern. */
export function canonicalLiteral(text: string, caseSensitive: boolean): string {
  const encoded = encodeLiteral(text);
  return caseSensitive ? encoded : lowerCaseAscii(encoded);
}

/** A literal as it stands in a URL: `encodeURI` keeps the characters of a `pchar`, and `/?#`, which no literal holds. */
export function encodeLiteral(text: string): string {
  return encodeURI(text);
}

function upperCaseHex(component: string): string {
  if (!component.includes("%")) return component;
  return component.replace(/%[\dA-Fa-f]{2}/g, (encoding) => encoding.toUpperCase());
}

// Not `toLowerCase()`, which would also make U+212A, the Kelvin sign, a "k".
function lowerCaseAscii(component: string): string {
  return component.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}
