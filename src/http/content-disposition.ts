/**
 * The `Content-Disposition` with which a browser saves what it gets (RFC 6266).
 *
 * @param filename - the name to save it by; of a path, its last component.
 */
export function attachment(filename: string): string {
  const name = filename.replace(/^.*[\\/]/s, "").toWellFormed(); // win32.basename would take "x:" for a drive
  // Old clients read this one alone: in ASCII, since no two of them agree about any other.
  const plain = name.replace(/[^\x20-\x7e]/gu, "?");
  const quoted = `attachment; filename="${plain.replace(/["\\]/g, "\\$&")}"`;
  // Some clients take %41 for an A, where they have no other to go by.
  if (plain === name && !/%[\da-f]{2}/i.test(name)) return quoted;
  return `${quoted}; filename*=UTF-8''${encodeExtended(name)}`;
}

/** By RFC 8187, section 3.2, which lets fewer characters stand for themselves than a URL does. */
function encodeExtended(name: string): string {
  return encodeURIComponent(name).replace(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
