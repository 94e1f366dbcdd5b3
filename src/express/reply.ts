import { Readable } from "node:stream";
import type { Request as ExpressRequest, Response as ExpressResponse } from "express";
import { ColonnadeError, quote } from "../errors";
import { toBuffer } from "../http/bytes";
import type * as contentCoding from "../http/content-coding";
import type { Coding } from "../http/content-coding";
import { isFileResponse } from "../http/file-response";
import { JsonResponse, toJson } from "../http/json-response";
import type { JsonSettings } from "../http/json-response";
import { discard, toReadable } from "../http/payload";
import { SerializableResponse } from "../http/serializable-response";
import type { Request } from "../http/request";
import type { Response } from "../http/response";
import { lazy } from "../lazy";
import type * as writer from "../serializable/writer";
import { restoreHead, saveHead, setHead } from "./head";
import { send, sendJson } from "./send";
import type * as files from "./send-file";
import type * as sending from "./send-stream";

const loadContentCoding = lazy(() => require("../http/content-coding") as typeof contentCoding);
const loadFiles = lazy(() => require("./send-file") as typeof files);
const loadSending = lazy(() => require("./send-stream") as typeof sending);
const loadWriter = lazy(() => require("../serializable/writer") as typeof writer);

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
  if (response.reply !== undefined) return response.reply(request, res);

  if (response instanceof JsonResponse && !response.compress) {
    sendJson(response, toJson(response.payload, jsonSettings(res)), res);
    return undefined;
  }
  if (isFileResponse(response)) return loadFiles().sendFile(response, request, req, res);
  const payload = toPayload(response, res); // before anything is set: it may throw
  if (payload instanceof Readable || (response.compress && payload !== null)) {
    return replyInTime(response, payload, req, res);
  }
  send(response, payload, res);
  return undefined;
}

/** The payload in a form that can be sent. */
function toPayload(response: Response, res: ExpressResponse): string | Buffer | Readable | null {
  const { payload } = response;
  if (response instanceof JsonResponse) return Buffer.from(toJson(payload, jsonSettings(res)));
  if (response instanceof SerializableResponse) return loadWriter().write(payload);
  if (payload === null || typeof payload === "string" || Buffer.isBuffer(payload)) return payload;
  if (ArrayBuffer.isView(payload)) return toBuffer(payload);
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

/** Replies with what takes time: should it fail before anything was sent, nothing of it remains. */
async function replyInTime(
  response: Response,
  payload: string | Buffer | Readable,
  req: ExpressRequest,
  res: ExpressResponse,
): Promise<void> {
  const head = saveHead(res);
  try {
    setHead(response, res);
    const coding = response.compress ? negotiate(req, res) : undefined;
    if (payload instanceof Readable) await loadSending().sendStream(payload, coding, req, res);
    else if (coding === undefined) res.send(payload);
    else await sendCompressed(payload, coding, req, res);
  } catch (error) {
    discard(payload);
    if (!res.headersSent) restoreHead(head, res);
    throw error;
  }
}

/** The coding to compress an answer in; its head then says so. */
function negotiate(req: ExpressRequest, res: ExpressResponse): Coding | undefined {
  const untouchable =
    [204, 205, 304].includes(res.statusCode) || // these have no content
    res.getHeader("Content-Encoding") !== undefined ||
    res.getHeader("Content-Range") !== undefined ||
    /(?:^|,)\s*no-transform\s*(?:,|$)/i.test(String(res.getHeader("Cache-Control") ?? ""));
  if (untouchable) return undefined;
  res.vary("Accept-Encoding");
  const coding = loadContentCoding().chooseCoding(req.headers["accept-encoding"]?.toString());
  if (coding === undefined) return undefined;
  res.setHeader("Content-Encoding", coding);
  res.removeHeader("Content-Length");
  // A strong ETag names one sequence of bytes (RFC 9110, section 8.8.1), and this is another one.
  const etag = res.getHeader("ETag");
  if (typeof etag === "string" && !etag.startsWith("W/")) res.setHeader("ETag", `W/${etag}`);
  return coding;
}

async function sendCompressed(
  payload: string | Buffer,
  coding: Coding,
  req: ExpressRequest,
  res: ExpressResponse,
): Promise<void> {
  // Sent as bytes, a string is typed here as `res.send` would have typed it.
  if (typeof payload === "string") {
    if (res.getHeader("Content-Type") === undefined) res.type("html");
    const type = String(res.getHeader("Content-Type")).replace(/;\s*charset=("[^"]*"|[^;\s]*)/i, "");
    res.setHeader("Content-Type", `${type}; charset=utf-8`);
  }
  const { compressBytes } = loadContentCoding();
  const bytes = await compressBytes(typeof payload === "string" ? Buffer.from(payload) : payload, coding);
  if (res.headersSent) throw loadSending().alreadyAnswered(req);
  res.send(bytes);
}
