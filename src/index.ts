import "./express/raw";

export { ColonnadeError, PathSyntaxError, UnsafePathError } from "./errors";
export type { ErrorCode, ErrorDetails } from "./errors";
export { attachWebSockets, createServer } from "./express/create-server";
export type { AttachOptions, CreateServerOptions } from "./express/create-server";
export type { RouterOptions } from "./express/options";
export { Router } from "./express/router";
export { ErrorResponse } from "./http/error-response";
export type { ErrorBody } from "./http/error-response";
export { JsonResponse } from "./http/json-response";
export type { Payload } from "./http/payload";
export type { RawRequest, RawResponse } from "./http/raw";
export { Request } from "./http/request";
export type { ClientAddress } from "./http/request-source";
export { Response } from "./http/response";
export type { ResponseHeaders } from "./http/response";
export type {
  HandlerResult,
  Middleware,
  ParameterInfo,
  Route,
  RouteCallback,
  RouteGroup,
  RouteOptions,
  RouteSource,
} from "./http/route";
export type { WebSocketOptions } from "./http/web-socket-options";
export { pathJoinSafe } from "./path-join-safe";
export type { Matches } from "./path/matches";
export { header, param, use } from "./resource/detail-decorators";
export type { MiddlewareList, ParameterDetails, UseDecorator } from "./resource/detail-decorators";
export { Resource } from "./resource/resource";
export {
  del,
  del as delete,
  get,
  head,
  options,
  patch,
  post,
  put,
  websocket,
} from "./resource/route-decorators";
export type { RouteDecorator, Verb, VerbOptions, WebSocketDecorator } from "./resource/route-decorators";
export type { DispatchOptions, OnError } from "./router";
export { Channel } from "./websocket/channel";
export type { PublishOptions } from "./websocket/channel";
export { WebSocketOpCode } from "./websocket/op-code";
export { WebSocketRequest } from "./websocket/web-socket-request";
