import type {
  NextFunction,
  Request as ExpressRequest,
  RequestHandler,
  Response as ExpressResponse,
} from "express";
import type WebSocket from "ws";
import { ColonnadeError, quote } from "../errors";
import { Request, internals } from "../http/request";
import type { CompiledRoute } from "../http/route";
import type { CheckedWebSocketOptions } from "../http/web-socket-options";
import { report } from "../router";
import { Bridge } from "../websocket/bridge";
import { closeCodes } from "../websocket/close-code";
import { offeredProtocols } from "../websocket/handshake";
import type { HandshakeOptions } from "../websocket/handshake";
import type { WebSocketOpCode } from "../websocket/op-code";
import { acceptedOf } from "../websocket/plain-express-ws";
import { upgradeOf } from "../websocket/upgrade-of";
import { WebSocketRequest } from "../websocket/web-socket-request";
import { IncomingSource } from "./incoming-source";
import type { CheckedOptions } from "./options";
import { settle } from "./settle";

/** A WebSocket route's callback: see `compileRoute`, which knows no opcodes. */
type SocketCallback = (
  request: WebSocketRequest,
  opcode: WebSocketOpCode,
  payload: string | Buffer,
) => unknown;

/** The Express handler that stands before a WebSocket route's middleware: refuses pages of other origins. */
export function createOriginGuard(origins: ReadonlySet<string>, options: CheckedOptions): RequestHandler {
  return function checkOrigin(req, res, next) {
    const { origin } = req.headers;
    if (origin === undefined || origins.has(origin)) {
      next();
      return;
    }
    const message = `A page of ${quote(origin)} may not connect`;
    refuse(new ColonnadeError("ERR_ORIGIN", message), options, req, res, next);
  };
}

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
  const callback = route.callback as SocketCallback;
  const handshake = handshakeOptions(socketOptions);
  // Apart from the handler, whose `next` would live for as long as the socket.
  const open = (req: ExpressRequest, res: ExpressResponse, ws: WebSocket, matches: object) => {
    const bridge: Bridge = new Bridge(
      ws,
      socketOptions,
      (opcode, payload) => callback(request, opcode, payload),
      (error) => report(options.onError, error, request),
    );
    const request: WebSocketRequest = new WebSocketRequest(new IncomingSource(req, res), bridge);
    request[internals](route.pattern.source, matches);
    bridge.start(upgradeOf(req)?.siblings);
  };
  const handler: RequestHandler = (req, res, next) => {
    if (res.writableEnded || res.headersSent) return; // the middleware's answer stands
    const matches = matchesOf(req);
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
    open(req, res, ws, matches);
  };
  return Object.defineProperty(handler, "name", { value: route.callback.name || route.name });
}

/** The longest message that ws can be told to take: it keeps it in 32 bits. */
const largestPayload = 2_147_483_647;

/** A limit of 0 is for the bridge to see to: to ws, it means that there is none. */
function handshakeOptions({
  maxContentLength,
  perMessageDeflate,
}: CheckedWebSocketOptions): HandshakeOptions {
  const maxPayload = maxContentLength > largestPayload ? 0 : Math.max(maxContentLength, 1);
  return { maxPayload, perMessageDeflate };
}

/** The subprotocol to speak (RFC 6455, section 4.2.2); undefined for none. */
function chooseProtocol(
  req: ExpressRequest,
  { protocols }: CheckedWebSocketOptions,
): string | ColonnadeError | undefined {
  const offered = offeredProtocols(req);
  const [first] = offered;
  if (protocols === undefined || first === undefined) return first;
  const spoken = acceptedOf(req)?.protocol; // chosen already
  const chosen = offered.find((each) => protocols.includes(each) && (spoken ?? each) === each);
  if (chosen !== undefined) return chosen;
  const message = `None of the subprotocols ${quote(offered.join(", "))} is one of ${quote(protocols.join(", "))}`;
  return new ColonnadeError("ERR_SUBPROTOCOL", message);
}

/** Refuses a handshake; under the app's own express-ws, which has accepted it, the socket is closed. */
function refuse(
  error: ColonnadeError,
  options: CheckedOptions,
  req: ExpressRequest,
  res: ExpressResponse,
  next: NextFunction,
): void {
  const ws = acceptedOf(req);
  if (ws === undefined) {
    const request = new Request(new IncomingSource(req, res));
    settle(error, "A WebSocket route", { req, res, next, options, request });
  } else {
    ws.on("error", ignore); // what such a peer sends from now on may be no frame
    ws.close(closeCodes.policyViolation, error.message.slice(0, 40));
  }
}

function ignore(): void {}
