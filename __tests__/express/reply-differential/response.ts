import { ErrorResponse, JsonResponse, Response } from "colonnade";
import type { Case } from "./case";

/** What a handler of ours answers a case with. */
export function toResponse({ status, headers: pairs, payload }: Case): Response {
  const headers = Object.fromEntries(pairs);
  switch (payload[0]) {
    case "null":
      return new Response(null, status, headers);
    case "text":
      return new Response(payload[1].repeat(payload[2]), status, headers);
    case "Buffer":
      return new Response(Buffer.from(payload[1].repeat(payload[2])), status, headers);
    case "JSON":
      return new JsonResponse(payload[1], status, headers);
    case "ErrorResponse":
      return new ErrorResponse(payload[1], status, headers);
    case "thrown ErrorResponse":
      throw new ErrorResponse(payload[1], status, headers);
    case "Uint8Array":
    case "Float32Array":
    case "DataView":
    default: // for a rule that does not see that these are all
      return new Response(viewOf(payload[0], payload[1]), status, headers);
  }
}

/** A view of some bytes within more. */
function viewOf(kind: "Uint8Array" | "Float32Array" | "DataView", bytes: readonly number[]) {
  const memory = Uint8Array.from([1, 2, 3, 4, ...bytes, 5, 6, 7]).buffer;
  if (kind === "Uint8Array") return new Uint8Array(memory, 4, bytes.length);
  if (kind === "DataView") return new DataView(memory, 4, bytes.length);
  return new Float32Array(memory, 4, bytes.length / 4);
}
