/** The class of a browser's WebSockets, and of what is like it. */
export type WebSocketClass = new (url: string, protocols: string[]) => WebSocket;

/** @throws {TypeError} where there is none. */
export function webSocketOf(): WebSocketClass {
  const { WebSocket } = globalThis as { WebSocket?: WebSocketClass };
  if (WebSocket !== undefined) return WebSocket;
  throw new TypeError(
    "There is no global WebSocket, which Node has from version 22 on: give one as an option",
  );
}

/** What a server says of a message that does not satisfy the schema of its route. */
export interface Refusal {
  readonly error: string;
  readonly code: "ERR_VALIDATION";
  readonly issues: readonly {
    readonly in: "message";
    readonly path: readonly (string | number)[];
    readonly message: string;
  }[];
}

/** Whether a message is one that only says what was wrong with one of ours. */
export function isRefusal(message: unknown): message is Refusal {
  if (typeof message !== "object" || message === null) return false;
  return "code" in message && message.code === "ERR_VALIDATION" && "issues" in message;
}
