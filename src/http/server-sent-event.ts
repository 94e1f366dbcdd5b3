import { ColonnadeError, quote } from "../errors";
import { toJson } from "./json-response";

/** An event as an `EventSource` gets it (WHATWG HTML, section 9.2). It has one of these at least. */
export interface ServerSentEvent {
  /** A string as it is, of however many lines; anything else as JSON. */
  readonly data?: unknown;
  /** The type that `addEventListener` listens for: "message" by default. */
  readonly event?: string | undefined;
  /** What the client gives back as `Last-Event-ID` when it connects again. */
  readonly id?: string | undefined;
  /** In milliseconds: how long the client waits before it connects again, from now on. */
  readonly retry?: number | undefined;
  /** What clients ignore. */
  readonly comment?: string | undefined;
}

/** What keeps a connection from looking dead. */
export const emptyComment = ":\n\n";

/**
 * An event as it is sent.
 *
 * @throws {ColonnadeError} `ERR_RESPONSE_INVALID` for what no event can hold, by its name.
 */
export function encodeEvent(given: ServerSentEvent | string): string {
  const event: ServerSentEvent = typeof given === "string" ? { data: given } : given;
  if (typeof event !== "object" || event === null) throw refused("it is a string or an object", given);
  const { data, event: type, id, retry, comment } = event;
  let text = "";
  if (comment !== undefined) text += toLines("", textOf("comment", comment));
  if (type !== undefined) text += `event: ${lineOf("event", type)}\n`;
  if (id !== undefined) text += `id: ${idOf(id)}\n`;
  if (retry !== undefined) text += encodeRetry(retry);
  if (data !== undefined) text += toLines("data", typeof data === "string" ? data : toJson(data));
  else if (type !== undefined) text += "data: \n"; // without any, a client would drop the event
  if (text === "") throw refused("it has data, event, id, retry or comment", given);
  return `${text}\n`;
}

/** @throws {ColonnadeError} `ERR_RESPONSE_INVALID` */
export function encodeRetry(retry: number): string {
  if (Number.isSafeInteger(retry) && retry >= 0) return `retry: ${retry}\n`;
  throw refused("its retry is a whole number of milliseconds from 0", retry);
}

/** A field for each line: a line break within a field would end it, and begin another. */
function toLines(field: string, text: string): string {
  return text
    .split(/\r\n|\r|\n/)
    .map((line) => `${field}: ${line}\n`)
    .join("");
}

function idOf(id: unknown): string {
  const line = lineOf("id", id);
  if (line.includes("\0")) throw refused("its id has no NUL, for which clients ignore it", id);
  return line;
}

function lineOf(field: string, value: unknown): string {
  const text = textOf(field, value);
  if (/[\r\n]/.test(text)) throw refused(`its ${field} is one line`, value);
  return text;
}

function textOf(field: string, value: unknown): string {
  if (typeof value === "string") return value;
  throw refused(`its ${field} is a string`, value);
}

function refused(rule: string, value: unknown): ColonnadeError {
  return new ColonnadeError("ERR_RESPONSE_INVALID", `An event can't be sent: ${rule}, not ${quote(value)}`);
}
