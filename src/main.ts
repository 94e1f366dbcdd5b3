import type * as index from "./index";
import { lazy } from "./lazy";

/** Which file has each export of `index.ts`. The paths stand here as text for bundlers, which look for them. */
const files: Readonly<Record<keyof typeof index, () => unknown>> = {
  Channel: () => require("./websocket/channel"),
  ColonnadeError: () => require("./errors"),
  ErrorResponse: () => require("./http/error-response"),
  EventStreamResponse: () => require("./http/event-stream-response"),
  FileResponse: () => require("./http/file-response"),
  HTTPClient: () => require("./client"),
  HTTPServer: () => require("./server"),
  JsonResponse: () => require("./http/json-response"),
  PathSyntaxError: () => require("./errors"),
  Request: () => require("./http/request"),
  Resource: () => require("./resource/resource"),
  Response: () => require("./http/response"),
  Router: () => require("./express/router"),
  Serializable: () => require("./serializable/serializable"),
  SerializableEnum: () => require("./serializable/serializable-enum"),
  SerializableError: () => require("./errors"),
  SerializableResponse: () => require("./http/serializable-response"),
  UnsafePathError: () => require("./errors"),
  ValidationError: () => require("./schema/validation-error"),
  WebSocketOpCode: () => require("./websocket/op-code"),
  WebSocketRequest: () => require("./websocket/web-socket-request"),
  asyncApi: () => require("./document/async-api"),
  attachWebSockets: () => require("./express/create-server"),
  createServer: () => require("./express/create-server"),
  del: () => require("./resource/route-decorators"),
  delete: () => require("./resource/route-decorators"),
  docs: () => require("./docs"),
  double: () => require("./serializable/number-form"),
  float: () => require("./serializable/number-form"),
  get: () => require("./resource/route-decorators"),
  head: () => require("./resource/route-decorators"),
  header: () => require("./resource/detail-decorators"),
  lastEventId: () => require("./http/last-event-id"),
  openApi: () => require("./document/open-api"),
  options: () => require("./resource/route-decorators"),
  param: () => require("./resource/detail-decorators"),
  patch: () => require("./resource/route-decorators"),
  pathJoinSafe: () => require("./path-join-safe"),
  post: () => require("./resource/route-decorators"),
  put: () => require("./resource/route-decorators"),
  serializable: () => require("./serializable/decorator"),
  use: () => require("./resource/detail-decorators"),
  websocket: () => require("./resource/route-decorators"),
};

for (const [name, load] of Object.entries(files)) {
  const get = lazy((): unknown => Reflect.get(load() as object, name));
  Object.defineProperty(exports, name, { enumerable: true, get });
}

// Never run: Node finds what can be imported by name in the text of a file, and goes on to the one named here.
if (false as boolean) module.exports = require("./index");
