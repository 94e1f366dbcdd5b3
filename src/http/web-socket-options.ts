import { ColonnadeError, quote } from "../errors";
import { checkMaxContentLength } from "./max-content-length";

/** Options of a WebSocket route. */
export interface WebSocketOptions {
  /** How many bytes a message may have: 5 MiB by default; a longer one ends the socket with 1009. */
  readonly maxContentLength?: number;
  /**
   * In milliseconds: how often a peer is pinged; one that has sent nothing from one ping to the next is
   * gone. 30,000 by default; 0 turns it off.
   */
  readonly heartbeat?: number;
  /**
   * In bytes: a `send` that is made while more than this waits for the peer ends the socket with 1013.
   * 1 MiB by default.
   */
  readonly maxBuffered?: number;
  /**
   * The subprotocols that the handler speaks. Of those that a client offers, the first that is one of
   * them is chosen; a client that offers others only is refused with 400, one that offers none is
   * accepted. By default the first that is offered is chosen.
   */
  readonly protocols?: readonly string[];
  /**
   * The origins whose pages may connect, as `https://example.org`: others are refused with 403. A client
   * that sends no `Origin`, as most that are not browsers, is accepted. By default every origin may.
   */
  readonly origins?: readonly string[];
  /** Whether the handler is also called for pings and pongs: false by default. */
  readonly control?: boolean;
  /** Whether messages are compressed where the client can (RFC 7692): false by default, for it takes memory. */
  readonly perMessageDeflate?: boolean;
}

/** The options with their defaults. */
export interface CheckedWebSocketOptions extends Required<Omit<WebSocketOptions, "protocols" | "origins">> {
  /** Undefined where any subprotocol will do. */
  readonly protocols: readonly string[] | undefined;
  /** Undefined where every origin may connect. */
  readonly origins: ReadonlySet<string> | undefined;
}

/** The names of the options. */
export const webSocketOptions: ReadonlySet<string> = new Set([
  "maxContentLength",
  "heartbeat",
  "maxBuffered",
  "protocols",
  "origins",
  "control",
  "perMessageDeflate",
] satisfies (keyof WebSocketOptions)[]);

/** What a timer of Node's can wait, in milliseconds. */
const longestDelay = 2_147_483_647;

/**
 * @param owner - as messages name what the options are of.
 * @returns the options with their defaults.
 * @throws {ColonnadeError} `ERR_OPTION`
 */
export function checkWebSocketOptions(options: WebSocketOptions, owner: string): CheckedWebSocketOptions {
  const { heartbeat = 30_000, maxBuffered = 1_048_576, protocols, origins } = options;
  const { control = false, perMessageDeflate = false } = options;
  if (!Number.isInteger(heartbeat) || heartbeat < 0 || heartbeat > longestDelay) {
    throw invalid("heartbeat", owner, "a whole number of milliseconds from 0", heartbeat);
  }
  if (maxBuffered !== Infinity && (!Number.isInteger(maxBuffered) || maxBuffered < 0)) {
    throw invalid("maxBuffered", owner, "a whole number of bytes from 0", maxBuffered);
  }
  if (typeof control !== "boolean") throw invalid("control", owner, "true or false", control);
  if (typeof perMessageDeflate !== "boolean") {
    throw invalid("perMessageDeflate", owner, "true or false", perMessageDeflate);
  }
  return {
    maxContentLength: checkMaxContentLength(options.maxContentLength, owner),
    heartbeat,
    maxBuffered,
    protocols: protocols && checkProtocols(protocols, owner),
    origins: origins && checkOrigins(origins, owner),
    control,
    perMessageDeflate,
  };
}

/** A token (RFC 9110, section 5.6.2), as which RFC 6455 has the name of a subprotocol. */
export const token: RegExp = /^[!#$%&'*+\-.^_`|~\dA-Za-z]+$/;

function checkProtocols(protocols: unknown, owner: string): readonly string[] {
  if (!Array.isArray(protocols)) throw invalid("protocols", owner, "a list of subprotocols", protocols);
  for (const protocol of protocols as unknown[]) {
    if (typeof protocol === "string" && token.test(protocol)) continue;
    throw invalid(
      "protocols",
      owner,
      "a list of tokens (RFC 6455, section 4.1)",
      protocol,
      "one that holds ",
    );
  }
  return [...(protocols as string[])];
}

function checkOrigins(origins: unknown, owner: string): ReadonlySet<string> {
  if (!Array.isArray(origins)) throw invalid("origins", owner, "a list of origins", origins);
  for (const origin of origins as unknown[]) {
    const meant = typeof origin === "string" ? toOrigin(origin) : undefined;
    if (meant === origin) continue;
    const advice = meant === undefined ? "a list of origins such as https://example.org" : `to hold ${meant}`;
    throw invalid("origins", owner, advice, origin, "one that holds ");
  }
  return new Set(origins as string[]);
}

/** The origin that a text means, as a browser would send it (RFC 6454, section 6.1); undefined for none. */
function toOrigin(text: string): string | undefined {
  if (text === "null") return text;
  if (!URL.canParse(text)) return undefined;
  const { origin, protocol, host } = new URL(text);
  // The URL standard has "null" for an app's own scheme, whose pages send `scheme://host`.
  return origin === "null" ? `${protocol}//${host}` : origin;
}

function invalid(option: string, owner: string, wanted: string, value: unknown, holder = ""): ColonnadeError {
  return new ColonnadeError("ERR_OPTION", `${option} of ${owner} is ${wanted}, not ${holder}${quote(value)}`);
}
