import { ColonnadeError } from "../errors";
import { toErrorResponse } from "../http/answer";
import { andThen, isPromise } from "../promise";
import { toIssues, validationError } from "../schema/issues";
import type { Schema } from "../schema/schema";
import { validate } from "../schema/validate";
import type { Outcome } from "../schema/validate";
import { ValidationError } from "../schema/validation-error";
import type { SocketSchemas } from "../http/schemas";
import { closeCodes } from "./close-code";
import type { Deliver } from "./inbox";
import { WebSocketOpCode } from "./op-code";
import type { Message } from "./outbox";
import { bridgeOf } from "./web-socket-request";
import type { WebSocketRequest } from "./web-socket-request";

/**
 * Has a handler called with what the schema `receives` makes of a text message, and the peer told of one that is not
 * valid, which the handler does not see.
 *
 * @param invalid - what becomes of such a one: see `SocketSchemas`.
 * @param owner - the route, as messages name it.
 */
export function receiveBy(
  schema: Schema,
  invalid: SocketSchemas["invalid"] = "answer",
  owner: string,
  requestOf: () => WebSocketRequest,
  call: (opcode: WebSocketOpCode, payload: unknown) => unknown,
): Deliver {
  const refuse = (error: unknown) => {
    if (!(error instanceof ValidationError)) throw error;
    const request = requestOf();
    if (invalid === "close") request.close(closeCodes.policyViolation, "The message is not valid");
    else void request[bridgeOf].outbox.send(JSON.stringify(toErrorResponse(error).payload));
  };
  return (opcode, payload) => {
    if (opcode !== WebSocketOpCode.Text) return call(opcode, payload);
    let message: unknown;
    try {
      message = readMessage(schema, String(payload), owner);
    } catch (error) {
      return refuse(error);
    }
    return isPromise(message)
      ? Promise.resolve(message).then((given) => call(opcode, given), refuse)
      : call(opcode, message);
  };
}

/**
 * Reads a text message by the schema `receives` of its route.
 *
 * @param owner - the route, as messages name it.
 * @returns what the schema makes of the message; a promise where the schema is asynchronous.
 * @throws {ValidationError}
 */
function readMessage(schema: Schema, text: string, owner: string): unknown {
  return andThen(check(schema, parse(text), owner), (outcome) => judge(outcome, owner));
}

/** A message as it is sent where the route has the schema `sends`: as JSON. */
export function writeMessage(message: unknown): Message {
  let cause: unknown;
  try {
    const text = JSON.stringify(message) as string | undefined; // which its type leaves out
    if (text !== undefined) return text;
  } catch (error) {
    cause = error;
  }
  throw new ColonnadeError("ERR_MESSAGE_INVALID", "A message that JSON has no value for can't be sent", {
    cause,
  });
}

/** In the place of a value: the text is no JSON. */
const unreadable: unique symbol = Symbol("unreadable");

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return unreadable;
  }
}

function check(schema: Schema, value: unknown, owner: string): Outcome | Promise<Outcome> {
  if (value === unreadable) return { kind: "invalid", issues: [{ message: "It is not JSON" }] };
  return validate(schema, value, `The schema of receives of ${owner}`);
}

function judge(outcome: Outcome, owner: string): unknown {
  if (outcome.kind === "valid") return outcome.value;
  if (outcome.kind === "broken") throw outcome.error;
  throw validationError(`The message to ${owner}`, toIssues("message", outcome.issues));
}
