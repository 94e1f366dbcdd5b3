/** A name as a step of a JSON Pointer (RFC 6901, section 3). */
export function escapeStep(name: string): string {
  return name.replaceAll("~", "~0").replaceAll("/", "~1");
}

/**
 * The steps of a JSON Pointer in a fragment (RFC 6901, section 6), and behind them what those are who do not encode, or
 * do not escape, the names that they put there.
 */
export function readingsOf(ref: string): string[][] {
  const steps = ref.split("/").slice(1);
  return [steps.map((step) => unescapeStep(decode(step))), steps.map(unescapeStep), steps];
}

function unescapeStep(step: string): string {
  return step.replaceAll("~1", "/").replaceAll("~0", "~");
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a library that does not encode
  }
}
