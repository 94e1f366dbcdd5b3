// What `colonnade/declare` is: what declarations are made with. It loads neither Express nor a module of Node's, so that
// a file of declarations can be shared with a page.

export { header, param, use } from "./resource/detail-decorators";
export { del, delete, get, head, options, patch, post, put, websocket } from "./resource/route-decorators";
export type { ParameterDetails } from "./resource/detail-decorators";
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
export type { InputOf, OutputOf, Schema } from "./schema/schema";
