import type {
  NextFunction,
  Request as ExpressRequest,
  RequestHandler,
  Response as ExpressResponse,
} from "express";
import { ColonnadeError, quote } from "../errors";
import { report } from "../http/on-error";
import { Request } from "../http/request";
import type { CheckedWebSocketOptions } from "../http/web-socket-options";
import { closeCodes } from "../websocket/close-code";
import { offeredProtocols } from "../websocket/handshake";
import type { HandshakeOptions } from "../websocket/handshake";
import { acceptedOf } from "../websocket/plain-express-ws";
import { IncomingSource } from "./incoming-source";
import type { CheckedOptions } from "./options";
import { settle } from "./settle";

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

/** The longest message that ws can be told to take: it keeps it in 32 bits. */
const largestPayload = 2_147_483_647;

/** A limit of 0 is for the bridge to see to: to ws, it means that there is none. */
export function handshakeOptions({
  maxContentLength,
  perMessageDeflate,
}: CheckedWebSocketOptions): HandshakeOptions {
  const maxPayload = maxContentLength > largestPayload ? 0 : Math.max(maxContentLength, 1);
  return { maxPayload, perMessageDeflate };
}

/** The subprotocol to speak (RFC 6455, section 4.2.2); undefined for none. */
export function chooseProtocol(
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
export function refuse(
  error: unknown,
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
    if (error instanceof ColonnadeError) ws.close(closeCodes.policyViolation, error.message.slice(0, 40));
    else {
      report(options.onError, error, new Request(new IncomingSource(req, res)));
      ws.close(closeCodes.internalError);
    }
  }
}

function ignore(): void {}
