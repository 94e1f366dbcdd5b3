import { ColonnadeError } from "../errors";

/**
 * Goes through a JSON Schema of a depth that the stack may have no room for.
 *
 * @param name - as messages name the schema.
 * @throws {ColonnadeError} `ERR_OPTION` where there is no room.
 */
export function withinDepth<Result>(name: string, action: () => Result): Result {
  try {
    return action();
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new ColonnadeError("ERR_OPTION", `The JSON Schema of ${name} is nested too deeply`, { cause });
  }
}
