import type { OutputOf, Schema } from "../schema/schema";
import type { WebSocketOpCode } from "./op-code";

// What a WebSocket's messages are, by the options that its route was declared with.

/** The opcode and the payload that a handler is called with. */
export type MessageBy<Options> =
  | [opcode: WebSocketOpCode.Open | WebSocketOpCode.Close, payload: string]
  | [opcode: WebSocketOpCode.Text, payload: ReceivedBy<Options>]
  | [opcode: WebSocketOpCode.Binary | WebSocketOpCode.Ping | WebSocketOpCode.Pong, payload: Buffer];

/** The payload of a text message: what the schema `receives` makes of its JSON, or the text. */
export type ReceivedBy<Options> = Options extends { readonly receives: infer Given extends Schema }
  ? OutputOf<Given>
  : string;

/** What can be sent: what the schema `sends` allows, as JSON; without one, text and bytes. */
export type SentBy<Options> = Options extends { readonly sends: infer Given extends Schema }
  ? OutputOf<Given>
  : string | Buffer | Uint8Array;
