import { X509Certificate } from "node:crypto";
import { isIPv6 } from "node:net";
import { ColonnadeError, quote } from "../errors";
import { checkOptions } from "../http/options";
import type { OnRequestError } from "./deliveries";

/** Options of an `HTTPClient`. */
export interface HTTPClientOptions {
  /**
   * In milliseconds: how long a request may take from the call to the last byte of its answer, waiting for
   * a connection and redirects included. 30,000 by default; 0 turns it off.
   */
  readonly timeout?: number | undefined;
  /** How many connections to one server may be open at once; further requests wait. 100 by default. */
  readonly connections?: number | undefined;
  /** The certificates to trust in place of those that Node trusts, in PEM. */
  readonly ca?: Certificate | readonly Certificate[] | undefined;
  /** Whether a server whose certificate is not trusted is refused. True by default. */
  readonly rejectUnauthorized?: boolean | undefined;
  /** How many redirects are followed in a row. 5 by default; with 0, a redirect is the answer. */
  readonly maxRedirects?: number | undefined;
  /** In bytes, as sent and decoded: how large the body of an answer may be. 104,857,600 (100 MiB) by default. */
  readonly maxResponseLength?: number | undefined;
  /** Told when a callback throws or rejects; `console.error` by default. */
  readonly onError?: OnRequestError | undefined;
}

type Certificate = string | Uint8Array;

/** {@link HTTPClientOptions} with their defaults. */
export interface CheckedClientOptions {
  readonly timeout: number;
  readonly connections: number;
  readonly maxRedirects: number;
  readonly maxResponseLength: number;
  /** What Node's `tls.connect` is given besides; only what a user has set. */
  readonly tls: { readonly ca?: (string | Buffer)[]; readonly rejectUnauthorized?: boolean };
}

/** @throws {ColonnadeError} `ERR_OPTION` */
export function checkClientOptions(options: HTTPClientOptions): CheckedClientOptions {
  const numbers = ["timeout", "connections", "maxRedirects", "maxResponseLength"];
  const kinds = { boolean: ["rejectUnauthorized"], function: ["onError"] };
  checkOptions(options, "HTTPClient", kinds, [...numbers, "ca"]);
  const { timeout, connections, ca, rejectUnauthorized, maxRedirects, maxResponseLength } = options;
  return {
    timeout: whole("timeout", timeout, 30_000, 0, 2 ** 31 - 1),
    connections: whole("connections", connections, 100, 1),
    maxRedirects: whole("maxRedirects", maxRedirects, 5, 0),
    maxResponseLength: whole("maxResponseLength", maxResponseLength, 104_857_600, 0, Infinity),
    tls: {
      ...(ca === undefined ? {} : { ca: checkCertificates(ca) }),
      ...(rejectUnauthorized === undefined ? {} : { rejectUnauthorized }),
    },
  };
}

/**
 * @returns the origin (RFC 6454) of a server, without a port that goes without saying.
 * @throws {ColonnadeError} `ERR_OPTION`
 */
export function checkOrigin(addr: unknown, protocol: unknown): string {
  if (!Array.isArray(addr) || addr.length !== 2) {
    throw invalid(`HTTPClient takes an address [host, port], not ${quote(addr)}`);
  }
  const [host, port] = addr as unknown[]; // `isArray` makes it any[]
  if (protocol !== "http" && protocol !== "https") {
    throw invalid(`The protocol of an HTTPClient is "http" or "https", not ${quote(protocol)}`);
  }
  if (typeof port !== "number" || !Number.isInteger(port) || port < 1 || port > 65_535) {
    throw invalid(`The port of an HTTPClient is a whole number from 1 to 65535, not ${quote(port)}`);
  }
  const name = typeof host === "string" && isIPv6(host) ? `[${host}]` : host;
  // What would begin another part of a URL is no part of a host.
  if (typeof name === "string" && /^(\[[\da-f:.]+\]|[^\s/\\?#@:[\]%]+)$/i.test(name)) {
    const url = `${protocol}://${name}:${port}`;
    if (URL.canParse(url)) return new URL(url).origin;
  }
  throw invalid(`The host of an HTTPClient is a host name or an IP address, not ${quote(host)}`);
}

function whole(name: string, value: unknown, otherwise: number, least: number, most?: number): number {
  if (value === undefined) return otherwise;
  if (typeof value === "number" && value >= least && value <= (most ?? Number.MAX_SAFE_INTEGER)) {
    if (Number.isInteger(value) || value === Infinity) return value;
  }
  const upTo = most === undefined || most === Infinity ? "" : ` to ${most}`;
  throw invalid(`HTTPClient: ${name} is a whole number from ${least}${upTo}, not ${quote(value)}`);
}

/** Refuses what Node would pass over in silence, such as the path of a file. */
function checkCertificates(ca: Certificate | readonly Certificate[]): (string | Buffer)[] {
  return [ca].flat().map((certificate: unknown) => {
    try {
      const pem = certificate as string | Buffer; // Node throws for anything else
      void new X509Certificate(pem);
      if (pem.includes("-----BEGIN ")) return pem;
      throw new TypeError("DER, which Node takes for no certificate");
    } catch (cause) {
      const message = `HTTPClient: ca is a certificate in PEM or a list of them, not ${quote(certificate)}`;
      throw new ColonnadeError("ERR_OPTION", message, { cause });
    }
  });
}

function invalid(message: string): ColonnadeError {
  return new ColonnadeError("ERR_OPTION", message);
}
