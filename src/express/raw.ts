import type { Request as ExpressRequest, Response as ExpressResponse } from "express";

declare module "../http/raw" {
  interface RawRequest extends ExpressRequest {
    res: ExpressResponse;
  }
  interface RawResponse extends ExpressResponse {}
}
