import type { Readable } from "node:stream";
import type { Request as ExpressRequest, Response as ExpressResponse } from "express";
import { ColonnadeError, quote } from "../errors";
import { chooseCoding, compressBytes, compressor } from "../http/content-coding";
import type { Coding } from "../http/content-coding";
import { JsonResponse, toJsonBytes } from "../http/json-response";
import type { JsonSettings } from "../http/json-response";
import type { Request } from "../http/request";
import type { Response } from "../http/response";
import { drainBody } from "./body-meter";
import { discard, sendStream, toReadable } from "./send-stream";

/**
 * Sends a response: `res.status(code).set(headers).send(payload)`, or a stream piece by piece.
 *
 * @returns a promise where there is something to wait for.
 */
export function reply(
  response: Response,
  request: Request,
  req: ExpressRequest,
  res: ExpressResponse,
): void | Promise<void> {
  drainBody(req, res);
  if (response.reply !== undefined) return response.reply(request, res);

  const payload = toPayload(response, res); // before anything is set: it may throw
  setHead(response, res);
  const coding = response.compress && payload !== null ? negotiate(req, res) : undefined;
  if (payload !== null && typeof payload === "object" && !Buffer.isBuffer(payload)) {
    return sendStream(payload, coding && compressor(coding), req, res);
  }
  if (payload === null || coding === undefined) {
    res.send(payload);
    return undefined;
  }
  return sendCompressed(payload, coding, res);
}

/** The payload in a form that can be sent. */
function toPayload(response: Response, res: ExpressResponse): string | Buffer | Readable | null {
  const { payload } = response;
  if (response instanceof JsonResponse) return toJsonBytes(payload, jsonSettings(res));
  if (payload === null || typeof payload === "string" || Buffer.isBuffer(payload)) return payload;
  if (payload instanceof Uint8Array) {
    return Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength);
  }
  const stream = typeof payload === "object" ? toReadable(payload) : undefined;
  if (stream !== undefined) return stream;
  const message = `A Response can't send ${quote(payload)}: a JsonResponse sends objects`;
  throw new ColonnadeError("ERR_RESPONSE_INVALID", message);
}

function jsonSettings({ app }: ExpressResponse): JsonSettings {
  return {
    replacer: app.get("json replacer"),
    spaces: app.get("json spaces"),
    escape: app.get("json escape"),
  };
}

function setHead({ statusCode, headers }: Response, res: ExpressResponse): void {
  res.status(statusCode);
  for (const name of Object.keys(headers)) {
    const value = headers[name];
    // `res.set` appends a charset to a Content-Type; `res.send` does so for a string, where it is due.
    if (name.toLowerCase() === "content-type" && !Array.isArray(value)) res.setHeader(name, String(value));
    else res.set(name, Array.isArray(value) ? value.map(String) : String(value));
  }
}

/** The coding to compress an answer in; its head then says so. */
function negotiate(req: ExpressRequest, res: ExpressResponse): Coding | undefined {
  const untouchable =
    res.getHeader("Content-Encoding") !== undefined ||
    res.getHeader("Content-Range") !== undefined ||
    /(?:^|,)\s*no-transform\s*(?:,|$)/i.test(String(res.getHeader("Cache-Control") ?? ""));
  if (untouchable) return undefined;
  res.vary("Accept-Encoding");
  const coding = chooseCoding(req.headers["accept-encoding"]?.toString());
  if (coding === undefined) return undefined;
  res.setHeader("Content-Encoding", coding);
  res.removeHeader("Content-Length");
  // A strong ETag names one sequence of bytes (RFC 9110, section 8.8.1), and this is another one.
  const etag = res.getHeader("ETag");
  if (typeof etag === "string" && !etag.startsWith("W/")) res.setHeader("ETag", `W/${etag}`);
  return coding;
}

async function sendCompressed(payload: string | Buffer, coding: Coding, res: ExpressResponse): Promise<void> {
  // Sent as bytes, a string is typed here as `res.send` would have typed it.
  if (typeof payload === "string") {
    const type = res.getHeader("Content-Type");
    if (type === undefined) res.type("html");
    else if (!/;\s*charset=/i.test(String(type)))
      res.setHeader("Content-Type", `${String(type)}; charset=utf-8`);
  }
  const bytes = await compressBytes(Buffer.from(payload), coding);
  res.send(bytes);
}

/** Gives up a response that is not going to be sent: its stream would stay open. */
export function discardResponse(response: Response): void {
  const { payload } = response;
  if (typeof payload === "object" && payload !== null) discard(payload);
}
