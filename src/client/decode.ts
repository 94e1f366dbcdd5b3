import { ColonnadeError, quote } from "../errors";
import { createDecoder } from "../http/content-decoding";
import type { DecodingFaults } from "../http/content-decoding";
import type { Answer } from "./answer";
import { nameOf } from "./hop";
import type { Hop } from "./hop";
import { copyOf } from "./received-headers";

/** Each takes its time; servers apply one. */
const mostCodings = 5;

/** The refusal of an answer that is over the limit. */
export function tooLong(hop: Hop, limit: number): ColonnadeError {
  const message = `The answer to ${nameOf(hop)} is longer than maxResponseLength, which is ${limit} bytes`;
  return new ColonnadeError("ERR_CLIENT_RESPONSE", message, { limit });
}

/**
 * An answer without its content codings, the last of which was applied last (RFC 9110, section 8.4).
 *
 * @param limit - how many bytes the body may have.
 * @throws {ColonnadeError} `ERR_CLIENT_RESPONSE`
 */
export async function decode(answer: Answer, limit: number): Promise<Answer> {
  const headers = copyOf(answer.headers);
  const codings = [headers["content-encoding"] ?? ""].flat().join(",").split(",");
  const faults = faultsOf(answer.hop, limit);
  if (codings.length > mostCodings) throw faults.unsupported(codings.join(","));
  let { bytes } = answer;
  for (const decoder of codings.map((coding) => createDecoder(coding, faults)).reverse()) {
    bytes = await decoder(bytes, limit);
  }
  delete headers["content-encoding"];
  return { ...answer, headers, bytes };
}

function faultsOf(hop: Hop, limit: number): DecodingFaults {
  return {
    unsupported: (coding) =>
      fault(`The answer to ${nameOf(hop)} has the content coding ${quote(coding)}, which is not supported`),
    malformed: (coding, cause) => fault(`The answer to ${nameOf(hop)} is not valid ${coding}`, cause),
    tooLarge: () => tooLong(hop, limit),
  };
}

function fault(message: string, cause?: unknown): ColonnadeError {
  return new ColonnadeError("ERR_CLIENT_RESPONSE", message, cause === undefined ? {} : { cause });
}
