/** Header names, in lower case, and what came with them; a list where a name came more than once. */
export type ReceivedHeaders = Readonly<Record<string, string | string[]>>;

/** What is said of a connection, and of how the message was framed on it (RFC 9110, section 7.6.1). */
const connectionHeaders: ReadonlySet<string> = new Set([
  "connection",
  "content-length",
  "keep-alive",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/** The headers of an answer, but for those that end with its connection: it could not be sent on with them. */
export function toReceivedHeaders(
  headers: Readonly<Record<string, string | string[] | undefined>>,
): ReceivedHeaders {
  const received = copyOf({});
  const named = namesIn(headers["connection"]);
  for (const name of Object.keys(headers)) {
    const value = headers[name];
    if (value === undefined || connectionHeaders.has(name) || named?.includes(name)) continue;
    received[name] = value;
  }
  return received;
}

/** Without a prototype: a header may have any name. */
export function copyOf(headers: ReceivedHeaders): Record<string, string | string[]> {
  return Object.assign(Object.create(null) as Record<string, string | string[]>, headers);
}

/** A value of a header that has one, of which some server may have sent two. */
export function singleValue(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}

function namesIn(connection: string | string[] | undefined): string[] | undefined {
  if (connection === undefined || connection === "keep-alive" || connection === "close") return undefined;
  const names = [connection].flat().join(",").toLowerCase().split(",");
  return names.map((name) => name.trim());
}
