import { quote } from "../errors";

/** The codes of RFC 6455, section 7.4, that Colonnade closes sockets with. */
export const closeCodes = {
  normal: 1000,
  goingAway: 1001,
  protocolError: 1002,
  /** Never sent: the connection ended without a closing handshake. */
  abnormal: 1006,
  invalidText: 1007,
  policyViolation: 1008,
  tooBig: 1009,
  internalError: 1011,
  tryAgainLater: 1013,
} as const;

/** In bytes: a control frame's payload, less the code (RFC 6455, section 5.5). */
const longestReason = 123;

/** @throws {RangeError} for what no close frame can carry. */
export function checkClose(code: unknown, reason: unknown): void {
  if (!isCloseCode(code)) {
    throw new RangeError(
      `A close code is 1000 to 1003, 1007 to 1014, or 3000 to 4999 (RFC 6455, section 7.4), not ${quote(code)}`,
    );
  }
  if (typeof reason !== "string") throw new RangeError(`A close reason is a string, not ${quote(reason)}`);
  const size = Buffer.byteLength(reason);
  if (size > longestReason) {
    throw new RangeError(`A close reason has at most ${longestReason} bytes in UTF-8, not ${size}`);
  }
}

/** Whether a close frame may carry a code (RFC 6455, section 7.4, and its registry at IANA). */
function isCloseCode(code: unknown): code is number {
  if (typeof code !== "number" || !Number.isInteger(code)) return false;
  if (code >= 3000) return code <= 4999;
  return code >= 1000 && code <= 1014 && (code < 1004 || code > 1006);
}

/** The code that ws ends a socket with when it can't read what comes: it tells of the peer's codes only. */
export function codeOfFailure(error: Error & { code?: unknown }): number {
  const code = String(error.code);
  if (code === "WS_ERR_INVALID_UTF8" || code.startsWith("Z_")) return closeCodes.invalidText;
  if (code.startsWith("WS_ERR_UNSUPPORTED_")) return closeCodes.tooBig;
  if (code.startsWith("WS_ERR_TOO_MANY_")) return closeCodes.policyViolation;
  return code.startsWith("WS_ERR_") ? closeCodes.protocolError : closeCodes.abnormal;
}
