import { Response, withDefaults } from "./response";
import type { ResponseHeaders } from "./response";

/** The media type of the binary format. */
export const serializableType = "application/x-serializable";

/**
 * Answers with a value in the binary format: a message, or whatever else `Serializable.dumpb` writes. It is
 * written when it is sent. The `Content-Type` is `application/x-serializable`, unless `headers` name one.
 */
export class SerializableResponse<Body = unknown, Status extends number = number> extends Response<
  Body,
  Status
> {
  override readonly payload: Body;

  constructor(payload: Body, statusCode: Status = 200 as Status, headers: ResponseHeaders = {}) {
    super(null, statusCode, withDefaults(headers, { "Content-Type": serializableType }));
    this.payload = payload;
  }
}
