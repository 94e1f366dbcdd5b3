import type { ServerResponse } from "node:http";
import type { OutputOf, Schema } from "../schema/schema";
import type { ErrorResponse } from "./error-response";
import type { Response } from "./response";
import type { ResponseSchemas } from "./schemas";

/** What a handler gives: a {@link Response}, or `request.raw.res` when it has answered by itself. */
export type HandlerResult = Response | ServerResponse;

/** What a handler may give whose route was declared with `Options`: what `responses` allows. */
export type Allowed<Options> = Options extends { readonly responses: infer Given extends ResponseSchemas }
  ? { [Status in keyof Given & number]: Answer<Given[Status], Status> }[keyof Given & number] | ServerResponse
  : HandlerResult;

type Answer<Given, Status extends number> = Response<
  Given extends Schema ? OutputOf<Given> : unknown,
  Status
>;

/**
 * What a handler that returns `Returned` has to return. To the compiler, `new JsonResponse(x)` has any number as its
 * status code: it is read as the 200, and an `ErrorResponse`'s as the 400, that the class then sends.
 */
export type ToReturn<Returned, Options> =
  Returned extends PromiseLike<infer Result>
    ? PromiseLike<Widened<Result, Options>>
    : Widened<Returned, Options>;

type Widened<Result, Options> =
  Allowed<Options> | (Result extends unknown ? Default<Result, Options> : never);

type Default<Result, Options> =
  Result extends Response<unknown, infer Status>
    ? number extends Status
      ? WithStatus<Extract<Allowed<Options>, Response<unknown, StatusOf<Result>>>>
      : never
    : never;

type StatusOf<Result> = Result extends ErrorResponse ? 400 : 200;

type WithStatus<Given> = Given extends Response<infer Body> ? Response<Body> : never;
