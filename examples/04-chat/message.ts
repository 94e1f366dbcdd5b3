import { isName } from "./name";

/** What somebody has said, as all are sent it, and as it is kept. */
export interface Said {
  readonly type: "said";
  readonly id: string;
  /** In milliseconds since 1970. */
  readonly at: number;
  readonly name: string;
  readonly text: string;
}

/** Only to its sender: why nothing came of what was sent. */
export interface Complaint {
  readonly type: "error";
  readonly error: string;
}

/** What the server sends, as JSON. */
export type ServerMessage =
  | { type: "welcome"; you: string; people: string[]; history: readonly Said[] }
  | { type: "joined"; name: string }
  | { type: "left"; name: string; by?: string | undefined }
  | Said
  | Complaint;

/** What a client sends, as JSON. */
export type ClientMessage = { type: "say"; text: string } | { type: "kick"; name: string };

/** In UTF-16 code units, as the page counts them. */
const longestText = 1_000;

/** Reads what a client has sent, which may be anything. */
export function parseMessage(payload: string | Buffer): ClientMessage | Complaint {
  if (typeof payload !== "string") return complain("Send text");
  const message = parseObject(payload);
  if (message === undefined) return complain("Send a JSON object");
  const { type, text, name } = message;
  if (type === "say") {
    if (typeof text !== "string" || text.trim() === "") return complain("There is no text");
    if (text.length > longestText) return complain(`The text has more than ${longestText} characters`);
    return { type, text };
  }
  if (type === "kick") return isName(name) ? { type, name } : complain("That is nobody's name");
  return complain('The type is "say" or "kick"');
}

function parseObject(json: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === "object" && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

function complain(error: string): Complaint {
  return { type: "error", error };
}
