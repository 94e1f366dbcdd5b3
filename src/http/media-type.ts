/** The `charset` parameter of a `Content-Type` (RFC 9110, section 8.3.1), in lower case. */
export function charsetOf(contentType: string | undefined): string | undefined {
  const found = /;\s*charset\s*=\s*(?:"([^"]*)"|([^\s;]*))/i.exec(contentType ?? "");
  const charset = found?.[1] ?? found?.[2];
  return charset === undefined || charset === "" ? undefined : charset.toLowerCase();
}

/** Whether a `Content-Type` is JSON's: `application/json`, or any type that ends in `+json` (RFC 6839). */
export function isJsonType(contentType: string | undefined): boolean {
  return /^\s*(application\/json|[^\s;/]+\/[^\s;/]+\+json)\s*(;|$)/i.test(contentType ?? "");
}
