import { asObject, toCallTarget, toText } from "../call/call-target";
import type { Input } from "../call/call-target";
import type { Callable, CallAnswer } from "../call/call-types";
import { jsonType } from "../http/response";
import type { Hop } from "./hop";
import type { ReceivedHeaders } from "./received-headers";
import type { RequestHandle } from "./request-handle";

/** A request that was made by a declaration: it is awaited, and its answer is typed by its status code. */
export interface CallHandle<Options>
  extends
    Omit<RequestHandle, "response" | "then">,
    PromiseLike<CallAnswer<Options, { readonly headers: ReceivedHeaders }>> {}

/** What a call may be told besides its input. */
export interface CallDetails {
  /** Where the route is mounted, as `/api`. */
  readonly base?: string;
}

/** What a call sends. */
export interface Call {
  readonly method: Hop["method"];
  readonly target: string;
  readonly payload: unknown;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * What a declaration is called with, as it is sent.
 *
 * @throws {TypeError} naming the value that is missing, or that can't be sent.
 */
export function toCall(declaration: Callable, input: Input, { base = "" }: CallDetails = {}): Call {
  const { body } = input;
  const { method } = declaration;
  if (method === "WEBSOCKET") throw new TypeError(`${method} ${declaration.pattern} is no route to call`);
  const target = base.replace(/\/$/, "") + toCallTarget(declaration, input);
  const given = asObject(input.headers, "headers", `${method} ${declaration.pattern}`);
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(given)) {
    if (value !== undefined) headers[name] = toText(value, `headers.${name}`);
  }
  const call = { method: method as Hop["method"], target, headers }; // a declaration's own
  const { body: schema } = declaration.options as { body?: unknown };
  if (body === undefined || schema === undefined || ArrayBuffer.isView(body))
    return { ...call, payload: body };
  // What has a schema is JSON, text included.
  return { ...call, payload: JSON.stringify(body), headers: { "Content-Type": jsonType, ...headers } };
}
