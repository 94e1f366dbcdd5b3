/** The constructs of Express 4 and Express 5, each with what says the same here. */
const constructs: readonly (readonly [expression: RegExp, replacement: string, note?: string])[] = [
  // Express 5: an optional component.
  [/\/?\{\/?:([A-Za-z_]\w*)\}/g, "/:$1?"],
  // Express 5: an optional wildcard.
  [/\/?\{\/?\*([A-Za-z_]\w*)\}/g, "/:$1*"],
  // Express 5: a wildcard.
  [/\/\*([A-Za-z_]\w*)/g, "/:$1+"],
  // Express 4: a name whose expression takes slashes.
  [/:([A-Za-z_]\w*)\((?:\.\*|\*)\)\??/g, ":$1*"],
  [/:([A-Za-z_]\w*)\(\.\+\)/g, ":$1+"],
  // Express 4: a name with an expression of its own.
  [/:([A-Za-z_]\w*)\((?:[^()\\]|\\.|\((?:[^()\\]|\\.)*\))*\)/g, ":$1", "check the value in the handler"],
  // Express 4: a wildcard without a name.
  [/\/\(?\*\)?(?=\/|$)/g, "/:rest*"],
  // A percent-encoding: the character stands for it.
  [/(?:%[\dA-Fa-f]{2})+/g, "%"],
  // Two parameters, or a parameter and text, in one segment.
  [/\/:([A-Za-z_]\w*)[-.~:][^/]*/g, "/:$1", "take the value apart in the handler"],
];

/**
 * Says what to write instead of a path in the syntax of Express 4 or Express 5.
 *
 * @param isPattern - tells whether a text is a pattern; what is none is not proposed.
 * @returns the pattern in quotes with a note, or undefined where there is nothing to propose.
 */
export function rewriteExpressPath(source: string, isPattern: (text: string) => boolean): string | undefined {
  let text = source;
  const notes: string[] = [];
  for (const [expression, replacement, note] of constructs) {
    const rewritten =
      replacement === "%" ? text.replace(expression, decode) : text.replace(expression, replacement);
    if (rewritten === text) continue;
    text = rewritten;
    if (note !== undefined) notes.push(note);
  }
  if (!text.startsWith("/") && text === source) text = `/${source}`;
  if (text === source || !isPattern(text)) return undefined;
  return [JSON.stringify(text), ...notes].join(" and ");
}

function decode(encoded: string): string {
  try {
    const text = decodeURIComponent(encoded);
    return /[/?#%]/.test(text) ? encoded : text;
  } catch {
    return encoded;
  }
}
