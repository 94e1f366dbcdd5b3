import { ColonnadeError, quote, toUnicodeEscape } from "../errors";
import { Response, jsonType, withDefaults } from "./response";
import type { ResponseHeaders } from "./response";

/** The app settings of Express that shape its JSON, by their names there. */
export interface JsonSettings {
  readonly replacer?: ((key: string, value: unknown) => unknown) | (string | number)[] | null;
  readonly spaces?: string | number;
  /** Whether to write `<`, `>` and `&` as escapes. */
  readonly escape?: boolean;
}

const type = { "Content-Type": jsonType };

/**
 * Answers with a value as JSON. It is serialised when it is sent, with the app's `json replacer`,
 * `json spaces` and `json escape`. The `Content-Type` is `application/json`, without a charset
 * (RFC 8259, section 11 defines none), unless `headers` name one.
 */
export class JsonResponse<Body = unknown, Status extends number = number> extends Response<Body, Status> {
  override readonly payload: Body;

  constructor(payload: Body, statusCode: Status = 200 as Status, headers?: ResponseHeaders) {
    super(null, statusCode, headers === undefined ? type : withDefaults(headers, type));
    this.payload = payload;
  }
}

/**
 * A value as JSON.
 *
 * @throws {ColonnadeError} `ERR_RESPONSE_INVALID` for what JSON can't hold: a cycle, a BigInt, undefined.
 */
export function toJson(value: unknown, { replacer, spaces, escape }: JsonSettings = {}): string {
  let text: string | undefined;
  let cause: unknown;
  try {
    // The two overloads of `JSON.stringify` differ only in the type of the replacer.
    text = JSON.stringify(value, replacer as (string | number)[] | null | undefined, spaces);
  } catch (error) {
    cause = error;
  }
  if (text === undefined) {
    const detail = cause instanceof Error ? cause.message : "JSON has no value for it";
    throw new ColonnadeError("ERR_RESPONSE_INVALID", `${quote(value)} can't be JSON: ${detail}`, { cause });
  }
  return escape ? text.replace(/[<>&]/g, toUnicodeEscape) : text;
}
