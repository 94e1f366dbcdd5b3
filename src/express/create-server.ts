import { createServer as createPlainServer } from "node:http";
import type { IncomingMessage, RequestListener, Server, ServerOptions } from "node:http";
import type { Server as SecureServer, ServerOptions as SecureServerOptions } from "node:https";
import { ColonnadeError, quote } from "../errors";
import { checkOptions } from "../http/options";
import { errorFormats } from "../http/problem";
import type { ErrorFormat } from "../http/problem";
import { logError } from "../http/on-error";
import type { OnError } from "../http/on-error";
import { lazy } from "../lazy";
import type * as gate from "../websocket/gate";
import type { AnyServer } from "../websocket/gate";
import { birthsOf } from "./births";
import { hasBody, meterBody } from "./body-meter";
import { deferContinue } from "./expect-continue";
import { createSecureServer } from "./secure-server";
import { checkSendTimeout, limitSending } from "./send-timeout";

const loadGate = lazy(() => require("../websocket/gate") as typeof gate);

/** Options of `attachWebSockets`. */
export interface AttachOptions {
  /**
   * Whether an upgrade is for the app, where another listener to the server's `upgrade` event may want it:
   * by default, it is when a WebSocket route of a mounted Resource matches its path. Where nobody else
   * listens, every one is.
   */
  readonly claims?: ((req: IncomingMessage) => boolean) | undefined;
  /** How a handshake is refused that is malformed, or comes too late: "json" by default. */
  readonly errors?: ErrorFormat | undefined;
  /** Told of failures that nobody else hears of; `console.error` by default. */
  readonly onError?: OnError | undefined;
}

interface OwnOptions extends AttachOptions {
  /**
   * In milliseconds: how long a client may accept no byte of its answer, before its connection is cut.
   * 60,000 by default; 0 turns it off.
   */
  readonly sendTimeout?: number | undefined;
}

/** Options of `createServer`: its own, and those of `http.createServer`. */
export interface CreateServerOptions extends ServerOptions, OwnOptions {}

/** Options of `createServer` that make it an `https.Server`. */
export type CreateSecureServerOptions = SecureServerOptions &
  OwnOptions &
  (
    | Required<Pick<SecureServerOptions, "key" | "cert">>
    | Required<Pick<SecureServerOptions, "pfx">>
    | Required<Pick<SecureServerOptions, "SNICallback">>
  );

/**
 * Makes a server for an Express app, and for the WebSockets of its Resources: an `https.Server` when it
 * is given `key` and `cert`, or `pfx`, or `SNICallback`. Its `close` closes the WebSockets with 1001.
 *
 * @throws {ColonnadeError} `ERR_OPTION`; what Node throws for a key or a certificate that it can't read.
 */
export function createServer(app: RequestListener, options: CreateSecureServerOptions): SecureServer;
export function createServer(app: RequestListener, options?: CreateServerOptions): Server;
export function createServer(
  app: RequestListener,
  options: CreateServerOptions | CreateSecureServerOptions = {},
): AnyServer {
  checkApp(app, "createServer()");
  const { claims, errors, onError, sendTimeout, ...node } = options;
  const timeout = checkSendTimeout(sendTimeout, "createServer()");
  const listener: RequestListener = (req, res) => {
    meterBody(req, res);
    app(req, res);
  };
  const born = { ...birthsOf(app), ...node };
  const server = isSecure(node) ? createSecureServer(born, listener) : createPlainServer(born, listener);
  server.on("checkContinue", (req, res) => {
    if (hasBody(req)) deferContinue(req, res);
    else res.writeContinue(); // without it, Node ends the connection behind the answer
    server.emit("request", req, res);
  });
  if (timeout > 0) limitSending(server, timeout);
  return attachWebSockets(server, app, { claims, errors, onError });
}

/**
 * Serves the WebSockets of an app's Resources on a server that its owner has made. The server's `close`
 * closes them with 1001.
 *
 * @returns the server.
 * @throws {ColonnadeError} `ERR_OPTION`
 */
export function attachWebSockets<Given extends AnyServer>(
  server: Given,
  app: RequestListener,
  options: AttachOptions = {},
): Given {
  checkApp(app, "attachWebSockets()");
  if (typeof (server as Partial<Server> | undefined)?.emit !== "function") {
    throw invalid(`attachWebSockets() takes a server of node:http or node:https, not ${quote(server)}`);
  }
  checkOptions(options, "attachWebSockets()", {
    boolean: [],
    function: ["claims", "onError"],
    choice: { errors: errorFormats },
  });
  const { claims, errors = "json", onError = logError } = options;
  loadGate().openGate(server, app, { claims, errors, onError });
  return server;
}

function checkApp(app: unknown, owner: string): void {
  if (typeof app !== "function") throw invalid(`${owner} takes an Express app, not ${quote(app)}`);
}

function isSecure(options: SecureServerOptions): boolean {
  const { key, cert, pfx, SNICallback } = options;
  const secure = (pfx ?? SNICallback) !== undefined;
  if (!secure && (key === undefined) !== (cert === undefined)) {
    throw invalid(
      `createServer() is given a ${key === undefined ? "cert without its key" : "key without its cert"}`,
    );
  }
  return secure || key !== undefined;
}

function invalid(message: string): ColonnadeError {
  return new ColonnadeError("ERR_OPTION", message);
}
