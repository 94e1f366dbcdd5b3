import express from "express";
import type { Express, Response as ExpressResponse } from "express";
import type { Case, Payload } from "./case";

// The oracle: it is written with the rule (docs and design) in view, and not with the code under test.

// Whoever hooks it later, the oracle has Express's own.
const { json } = express.response;

/** What `res.status(code).set(headers).send(payload)` would be, written with the rule of the design and not with ours. */
export function sendByHand(res: ExpressResponse, { status, headers, payload }: Case): void {
  res.status(status);
  let typed = false;
  for (const [name, value] of headers) {
    const isType = name.toLowerCase() === "content-type";
    typed ||= isType;
    if (isType) res.setHeader(name, String(value));
    else res.set(name, value as string); // by Express itself made text
  }
  const body = bodyByHand(res.app as Express, payload);
  if (!typed && isJson(payload)) res.setHeader("Content-Type", "application/json");
  res.send(body);
}

function bodyByHand(app: Express, payload: Payload): string | Buffer | null {
  switch (payload[0]) {
    case "null":
      return null;
    case "text":
      return payload[1].repeat(payload[2]);
    case "Buffer":
      return Buffer.from(payload[1].repeat(payload[2]));
    case "JSON":
      return jsonByExpress(app, payload[1]);
    case "ErrorResponse":
    case "thrown ErrorResponse": {
      const isObject = typeof payload[1] === "object" && payload[1] !== null;
      return jsonByExpress(app, isObject ? payload[1] : { error: payload[1] });
    }
    case "Uint8Array":
    case "Float32Array":
    case "DataView":
    default: // for a rule that does not see that these are all
      return Buffer.from(payload[1]); // the bytes of a view
  }
}

/** What Express's `res.json` would give to `res.send`. */
function jsonByExpress(app: Express, value: unknown): Buffer {
  let text = "";
  const res = { app, get: () => "application/json", send: (body: string) => (text = body) };
  json.call(res as unknown as ExpressResponse, value);
  return Buffer.from(text);
}

function isJson([kind]: Payload): boolean {
  return kind === "JSON" || kind.endsWith("ErrorResponse");
}

/** The tag that an answer will have, unless hooks have their say. */
export function tagOf(app: Express, { sent, headers, steps, payload }: Case): string {
  if (!sent.some(([name]) => name.toLowerCase() === "if-none-match")) return "";
  const set = [...steps.slice().reverse(), ...headers.map(([name, value]) => ["", name, value] as const)];
  for (const [, name, value] of set.reverse()) {
    if (String(name).toLowerCase() === "etag" && value !== undefined) return String(value);
  }
  const tag = app.get("etag fn") as
    ((body: Buffer, encoding?: string) => string | number | undefined) | undefined;
  try {
    return String(tag?.(Buffer.from(bodyByHand(app, payload) ?? ""), undefined) ?? '""');
  } catch {
    return '""';
  }
}
