import type {
  NextFunction,
  Request as ExpressRequest,
  RequestHandler,
  Response as ExpressResponse,
} from "express";
import type WebSocket from "ws";
import { ColonnadeError } from "../errors";
import { report } from "../http/on-error";
import { Request, internals, outputs } from "../http/request";
import type { Outputs } from "../http/request";
import type { CompiledRoute } from "../http/route";
import type { CheckedWebSocketOptions } from "../http/web-socket-options";
import { lazy } from "../lazy";
import { isPromise } from "../promise";
import { Bridge } from "../websocket/bridge";
import type * as messaging from "../websocket/messages";
import type { WebSocketOpCode } from "../websocket/op-code";
import { acceptedOf } from "../websocket/plain-express-ws";
import { upgradeOf } from "../websocket/upgrade-of";
import { WebSocketRequest } from "../websocket/web-socket-request";
import { pause, resume } from "../websocket/wire";
import { IncomingSource } from "./incoming-source";
import type { CheckedOptions } from "./options";
import { chooseProtocol, handshakeOptions, refuse } from "./socket-handshake";

const loadMessaging = lazy(() => require("../websocket/messages") as typeof messaging);

/** A WebSocket route's callback: see `compileRoute`, which knows no opcodes. */
type SocketCallback = (request: WebSocketRequest, opcode: WebSocketOpCode, payload: unknown) => unknown;

/**
 * The Express handler of a WebSocket route, behind its middleware: accepts the handshake, and has the
 * route's callback told of what comes.
 */
export function createSocketHandler(
  route: CompiledRoute,
  socketOptions: CheckedWebSocketOptions,
  options: CheckedOptions,
  matchesOf: (req: ExpressRequest) => object,
): RequestHandler {
  const handshake = handshakeOptions(socketOptions);
  const accept = (
    req: ExpressRequest,
    res: ExpressResponse,
    next: NextFunction,
    matches: object,
    checked?: Outputs,
  ) => {
    const protocol = chooseProtocol(req, socketOptions);
    if (protocol instanceof ColonnadeError) {
      refuse(protocol, options, req, res, next);
      return;
    }
    const upgrade = upgradeOf(req);
    const ws = upgrade === undefined ? acceptedOf(req) : upgrade.accept(handshake, protocol);
    // The client has left; under the app's own express-ws, it may have done so at any time before.
    if (ws === undefined || ws.readyState !== ws.OPEN) return;
    req.next = undefined as unknown as NextFunction; // it holds on to the whole of the walk
    // Apart from this function, whose `next` would live for as long as the socket.
    open(route, socketOptions, options, ws, { req, res, matches, checked });
  };
  const handler: RequestHandler = (req, res, next) => {
    if (res.writableEnded || res.headersSent) return undefined; // the middleware's answer stands
    const matches = matchesOf(req);
    if (route.check === undefined) return accept(req, res, next, matches);
    const failed = (error: unknown) => refuse(error, options, req, res, next);
    try {
      const checked = route.check(requestOf(route, req, res, matches));
      if (!isPromise(checked)) return accept(req, res, next, matches, checked);
      const release = hold(acceptedOf(req));
      return Promise.resolve(checked)
        .finally(release)
        .then((given) => accept(req, res, next, matches, given))
        .catch(failed);
    } catch (error) {
      return failed(error);
    }
  };
  return Object.defineProperty(handler, "name", { value: route.callback.name || route.name });
}

/** What a socket was asked for with. */
interface Asked {
  readonly req: ExpressRequest;
  readonly res: ExpressResponse;
  readonly matches: object;
  readonly checked: Outputs | undefined;
}

/** Has the route's callback told of what comes. */
function open(
  route: CompiledRoute,
  socketOptions: CheckedWebSocketOptions,
  options: CheckedOptions,
  ws: WebSocket,
  { req, res, matches, checked }: Asked,
): void {
  const callback = route.callback as SocketCallback;
  const { receives, sends, invalid } = route.schemas ?? {};
  const call = (opcode: WebSocketOpCode, payload: unknown) => callback(request, opcode, payload);
  const deliver =
    receives === undefined
      ? call
      : loadMessaging().receiveBy(receives, invalid, route.name, () => request, call);
  const bridge: Bridge = new Bridge(ws, socketOptions, deliver, (error) =>
    report(options.onError, error, request),
  );
  const write = sends === undefined ? undefined : loadMessaging().writeMessage;
  const request: WebSocketRequest = new WebSocketRequest(new IncomingSource(req, res), bridge, write);
  request[internals](route.pattern.source, matches);
  if (checked !== undefined) request[outputs](checked);
  bridge.start(upgradeOf(req)?.siblings);
}

/** The request as it is checked, before there is a socket. */
function requestOf(
  route: CompiledRoute,
  req: ExpressRequest,
  res: ExpressResponse,
  matches: object,
): Request {
  const request = new Request(new IncomingSource(req, res));
  request[internals](route.pattern.source, matches);
  return request;
}

/** Has a socket that is open already wait; the function that it returns ends that. */
function hold(ws: WebSocket | undefined): () => void {
  if (ws === undefined) return () => {};
  pause(ws);
  return () => resume(ws);
}
