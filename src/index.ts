import "./express/raw";

export { HTTPClient } from "./client";
export type { CallAnswer, CallInput, Callable } from "./call/call-types";
export type { ClientResponse } from "./client/answer";
export type { CallDetails, CallHandle } from "./client/call";
export type { OnRequestError } from "./client/deliveries";
export type { HTTPClientOptions } from "./client/options";
export type { ServerAddress } from "./http/server-address";
export type { RequestPayload } from "./client/request-body";
export type { RequestCallback, RequestHandle } from "./client/request-handle";
export type { RequestHeaders } from "./client/request-headers";
export type { Query, QueryValue } from "./client/target";
export { docs } from "./docs";
export { asyncApi } from "./document/async-api";
export type { AsyncApiDocument } from "./document/async-api";
export { openApi } from "./document/open-api";
export type { OpenApiDocument } from "./document/open-api";
export type { JsonObject, JsonValue } from "./document/json";
export type { Mounts } from "./document/mounted-routes";
export type {
  DocumentInfo,
  DocumentOptions,
  ExternalDocs,
  OAuthFlow,
  SchemaSide,
  SecurityScheme,
} from "./document/options";
export { ColonnadeError, PathSyntaxError, SerializableError, UnsafePathError } from "./errors";
export type { ErrorCode, ErrorDetails } from "./errors";
export { attachWebSockets, createServer } from "./express/create-server";
export type { AttachOptions, CreateServerOptions } from "./express/create-server";
export type { RouterOptions } from "./express/options";
export { Router } from "./express/router";
export type { HandlerResult } from "./http/answer-types";
export { ErrorResponse } from "./http/error-response";
export type { ErrorBody } from "./http/error-response";
export type { ServerSentEvents } from "./http/event-stream";
export { EventStreamResponse } from "./http/event-stream-response";
export type { EventStreamOptions } from "./http/event-stream-response";
export { FileResponse } from "./http/file-response";
export type { FileResponseOptions } from "./http/file-response";
export { JsonResponse } from "./http/json-response";
export { lastEventId } from "./http/last-event-id";
export type { OnError } from "./http/on-error";
export type { Payload } from "./http/payload";
export type { RawRequest, RawResponse } from "./http/raw";
export { Request } from "./http/request";
export type { ClientAddress } from "./http/request-source";
export { Response } from "./http/response";
export type { ResponseHeaders } from "./http/response";
export type { Middleware, Route, RouteCallback, RouteGroup, RouteOptions, RouteSource } from "./http/route";
export type { ParameterInfo, RouteDetails } from "./http/route-details";
export type { ResponseSchemas, RouteSchemas, Schemas, SocketSchemas } from "./http/schemas";
export { SerializableResponse } from "./http/serializable-response";
export type { ServerSentEvent } from "./http/server-sent-event";
export type { WebSocketOptions } from "./http/web-socket-options";
export { pathJoinSafe } from "./path-join-safe";
export type { Matches } from "./path/matches";
export type {
  MessageOf,
  RequestOf,
  ResponseOf,
  RouteDecorator,
  SocketOptions,
  Verb,
  VerbOptions,
  WebSocketDecorator,
} from "./resource/declared";
export { header, param, use } from "./resource/detail-decorators";
export type { MiddlewareList, ParameterDetails, UseDecorator } from "./resource/detail-decorators";
export { Resource } from "./resource/resource";
export { del, delete, get, head, options, patch, post, put, websocket } from "./resource/route-decorators";
export type { DispatchOptions } from "./router";
export type {
  InputOf,
  JsonSchemaConverter,
  JsonSchemaOptions,
  JsonSchemaTarget,
  OutputOf,
  Schema,
  SchemaIssue,
  SchemaResult,
} from "./schema/schema";
export { ValidationError } from "./schema/validation-error";
export type { Issue } from "./schema/validation-error";
export { serializable } from "./serializable/decorator";
export type { SerializableDecorator } from "./serializable/decorator";
export type { EnumValue } from "./serializable/enum-type";
export { double, float } from "./serializable/number-form";
export type { FloatForm, FloatValue } from "./serializable/number-form";
export { Serializable } from "./serializable/serializable";
export type { FieldsOf } from "./serializable/serializable";
export { SerializableEnum } from "./serializable/serializable-enum";
export { HTTPServer } from "./server";
export type { CloseOptions, HTTPServerOptions, RunOptions } from "./server";
export type { SiteMiddleware } from "./server/site";
export { Channel } from "./websocket/channel";
export type { AnySocket, PublishOptions } from "./websocket/channel";
export type { MessageBy, SentBy } from "./websocket/message-types";
export { WebSocketOpCode } from "./websocket/op-code";
export { WebSocketRequest } from "./websocket/web-socket-request";
