import { ColonnadeError } from "../errors";

/** One thing that a schema, or `required`, does not accept. */
export interface Issue {
  /** The part of the request, or `message` for one that a WebSocket received. */
  readonly in: "matches" | "query" | "headers" | "body" | "message";
  /** Where in it: names and indices from the outside in; empty for the whole. */
  readonly path: readonly (string | number)[];
  /** As the schema says it. */
  readonly message: string;
}

/** A request, or a message, that the schemas of its route do not accept; answered with 400. */
export class ValidationError extends ColonnadeError {
  constructor(
    message: string,
    /** The first hundred. */
    readonly issues: readonly Issue[],
  ) {
    super("ERR_VALIDATION", message);
  }

  static {
    this.prototype.name = "ValidationError";
  }
}
