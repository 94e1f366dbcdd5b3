import { ErrorResponse } from "colonnade";

/** A member of a JSON body, whatever the client sent in its place. */
export function memberOf(body: unknown, key: string): unknown {
  return (body as Record<string, unknown> | null)?.[key]; // undefined for a text, a number or a list
}

/** A text that can be stored; what is not one is the client's fault. */
export function checkText(value: unknown, name: string): string {
  if (typeof value === "string" && value.trim() !== "" && value.length <= 200) return value;
  throw new ErrorResponse(`${name} must be a text of 1 to 200 characters`, 400);
}
