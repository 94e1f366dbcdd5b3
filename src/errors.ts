/**
 * What each error code answers with when it reaches a client (RFC 9110, section 15). A code that
 * is not the client's doing has 500 and goes to the app's error middleware, never to the client.
 */
const statuses = {
  ERR_PATH_SYNTAX: 500,
  ERR_DECLARATION: 500,
  ERR_OPTION: 500,
  ERR_MALFORMED_PATH: 400,
  ERR_VALIDATION: 400,
  ERR_FORBIDDEN: 403,
  ERR_NOT_FOUND: 404,
  ERR_METHOD_NOT_ALLOWED: 405,
  ERR_UPGRADE_REQUIRED: 426,
  ERR_BODY_EMPTY: 400,
  ERR_BODY_MALFORMED: 400,
  ERR_BODY_ABORTED: 400,
  ERR_BODY_TOO_LARGE: 413,
  ERR_UNSUPPORTED_CHARSET: 415,
  ERR_UNSUPPORTED_ENCODING: 415,
  ERR_BODY_CONSUMED: 500,
  ERR_RESPONSE_INVALID: 500,
  ERR_ALREADY_ANSWERED: 500,
  ERR_GUARDED_ROUTE: 500,
  ERR_UNSAFE_PATH: 400,
  ERR_HANDSHAKE: 400,
  ERR_SUBPROTOCOL: 400,
  ERR_ORIGIN: 403,
  ERR_SERVER_CLOSING: 503,
  ERR_SOCKET_CLOSED: 500,
  ERR_SOCKET_BUFFER_FULL: 500,
  ERR_MESSAGE_INVALID: 500,
  ERR_SERIALIZABLE_MALFORMED: 400,
  ERR_SERIALIZABLE_VALUE: 500,
  ERR_CERTIFICATE: 500,
  ERR_LISTEN: 500,
  ERR_CLIENT_RESPONSE: 502,
  ERR_CLIENT_TIMEOUT: 504,
  ERR_CLIENT_CANCELLED: 503,
  ERR_CLIENT_STOPPED: 503,
} as const;

/** The code of a {@link ColonnadeError}; `docs/errors.md` has a heading for each. */
export type ErrorCode = keyof typeof statuses;

/** Every {@link ErrorCode}, in the order of `docs/errors.md`. */
export const errorCodes = Object.keys(statuses) as readonly ErrorCode[];

/** What a {@link ColonnadeError} may carry besides its code and message. */
export interface ErrorDetails {
  /** The failure that led to this one. */
  cause?: unknown;
  /** Headers for the answer, such as `Allow`; Express's default error handler sends them too. */
  headers?: Readonly<Record<string, string>>;
  /** `ERR_BODY_MALFORMED`, `ERR_CLIENT_RESPONSE`: the index of the first character that can't be read. */
  position?: number;
  /** `ERR_BODY_TOO_LARGE`, `ERR_CLIENT_RESPONSE`: the limit, in bytes. */
  limit?: number;
}

/**
 * The class of every error that Colonnade itself throws, rejects with or passes to `next`, but for the
 * RangeError of `WebSocketRequest.close`.
 */
export class ColonnadeError extends Error {
  readonly code: ErrorCode;
  /** The HTTP status code that fits; Express's default error handler answers with it. */
  readonly status: number;
  // Declared only: an error that has none of them does not show them either, where it is logged.
  declare readonly headers?: Readonly<Record<string, string>>;
  declare readonly position?: number;
  declare readonly limit?: number;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, "cause" in details ? { cause: details.cause } : undefined);
    this.code = code;
    this.status = statuses[code];
    if (details.headers !== undefined) this.headers = details.headers;
    if (details.position !== undefined) this.position = details.position;
    if (details.limit !== undefined) this.limit = details.limit;
  }

  static {
    this.prototype.name = "ColonnadeError";
  }
}

/** A pattern outside the path grammar; thrown where the route is declared. */
export class PathSyntaxError extends ColonnadeError {
  constructor(
    /** The whole pattern. */
    readonly pattern: string,
    /** Where in `pattern` the fault is, counted in UTF-16 code units. */
    readonly index: number,
    readonly reason: string,
    /** What to write instead, where the text is the syntax of Express 4 or Express 5. */
    readonly rewrite?: string,
  ) {
    const advice = rewrite === undefined ? "" : `; write ${rewrite}`;
    super("ERR_PATH_SYNTAX", `Path ${JSON.stringify(pattern)}, index ${index}: ${reason}${advice}`);
  }

  static {
    this.prototype.name = "PathSyntaxError";
  }
}

/** A file name that {@link pathJoinSafe} refuses. */
export class UnsafePathError extends ColonnadeError {
  constructor(
    /** The refused name, as given. */
    readonly filename: unknown,
    readonly reason: string,
    details?: ErrorDetails,
  ) {
    super("ERR_UNSAFE_PATH", `Unsafe path ${quote(filename)}: ${reason}`, details);
  }

  static {
    this.prototype.name = "UnsafePathError";
  }
}

/** What is not the binary format, or can't be written in it. */
export class SerializableError extends ColonnadeError {
  // Declared only, as above.
  declare readonly code: "ERR_SERIALIZABLE_MALFORMED" | "ERR_SERIALIZABLE_VALUE";
  /** In bytes: where the fault is in what was read; undefined for JSON, and for what is written. */
  declare readonly offset?: number;

  constructor(
    code: SerializableError["code"],
    message: string,
    { offset, ...details }: ErrorDetails & { readonly offset?: number } = {},
  ) {
    super(code, message, details);
    if (offset !== undefined) this.offset = offset;
  }

  static {
    this.prototype.name = "SerializableError";
  }
}

/** A value as an error message shows it: short, on one line, whatever it is. */
export function quote(value: unknown): string {
  if (typeof value === "string") {
    const text = JSON.stringify(value.length > 100 ? `${value.slice(0, 100)}…` : value);
    // JSON leaves these as they are, and a log would obey them.
    return text.replace(/[\u007f-\u009f\u2028\u2029]/g, toUnicodeEscape);
  }
  if (typeof value === "function") return `function ${value.name || "(anonymous)"}`;
  if (typeof value === "object" && value !== null) {
    return Array.isArray(value) ? "an array" : `an object of class ${classOf(value)}`;
  }
  return String(value);
}

/** A character as JSON may also write it. */
export function toUnicodeEscape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

function classOf(value: object): string {
  try {
    return nameOfClass(value);
  } catch {
    return "(unknown)"; // `constructor` may be a getter that throws
  }
}

function nameOfClass(value: object): string {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (typeof prototype !== "object" || prototype === null) return "(none)";
  const { constructor } = prototype;
  return typeof constructor === "function" && constructor.name ? constructor.name : "(anonymous)";
}
