import type { IncomingMessage, RequestListener, Server } from "node:http";
import type { Server as SecureServer } from "node:https";
import type { Duplex } from "node:stream";
import { logError, report } from "../http/on-error";
import type { OnError } from "../http/on-error";
import type { ErrorFormat } from "../http/problem";
import type { Bridge } from "./bridge";
import { claims } from "./claims";
import { closeCodes } from "./close-code";
import { findFault } from "./handshake";
import { letEnd, whenIdle } from "./idle";
import { isHttp2Upgrade, isWebSocketUpgrade, onlyUpgrade, replay } from "./plain-upgrade";
import { Upgrade } from "./upgrade";

/** A server of `node:http` or of `node:https`. */
export type AnyServer = Server | SecureServer;

/** How an app's sockets come to it. */
export interface GateOptions {
  /** Which websocket upgrades are the app's: by default, {@link claims} and all that nobody else takes. */
  readonly claims: ((req: IncomingMessage) => boolean) | undefined;
  readonly onError: OnError;
  /** How a handshake is refused that no router has seen. */
  readonly errors: ErrorFormat;
}

/** In milliseconds: how long peers have, when the server closes, to answer the close frame, or apps to answer an upgrade. */
const closeDelay = 5_000;

const gates = new WeakMap<AnyServer, Gate>();

/** Puts a gate in front of an app's sockets: the app sees an upgrade before it is answered. */
export function openGate(server: AnyServer, app: RequestListener, options: GateOptions): void {
  let gate = gates.get(server);
  if (gate === undefined) gates.set(server, (gate = new Gate(server)));
  gate.guests.set(app, options); // one that is there already gets other options
}

/** Stands in a server's `emit`: whoever listens to `upgrade` answers, or ends, also what is not his. */
export class Gate {
  closing = false;
  readonly bridges = new Set<Bridge>();
  /** The apps that upgrades are shown to. */
  readonly guests = new Map<RequestListener, GateOptions>();
  readonly #server: AnyServer;
  /** The connections whose upgrade has not been answered yet: they are no server's any more. */
  readonly #waiting = new Set<Duplex>();
  readonly #forget: (this: Duplex) => void;

  constructor(server: AnyServer) {
    this.#server = server;
    const waiting = this.#waiting;
    this.#forget = function forget() {
      waiting.delete(this);
    };
    const emit = server.emit.bind(server) as (...args: unknown[]) => boolean;
    const close = server.close.bind(server);
    server.emit = (...args: unknown[]): boolean =>
      (args[0] === "upgrade" && this.#take(...(args.slice(1) as [IncomingMessage, Duplex, Buffer]))) ||
      emit(...args);
    server.close = (callback): typeof server => {
      this.#close();
      return close(callback);
    };
    server.on("upgrade", standIn).on("listening", () => (this.closing = false));
    onlyUpgrade(server, (req) => isWebSocketUpgrade(req) || this.#isOthers(req));
  }

  /** A connection's upgrade was accepted: it is a bridge's from now on. */
  release(socket: Duplex): void {
    this.#waiting.delete(socket);
    socket.off("close", this.#forget);
  }

  /** Whether anybody else listens for upgrades. */
  #hasOthers(): boolean {
    return this.#server.listeners("upgrade").some((listener) => listener !== standIn);
  }

  /** @returns whether the upgrade is nobody else's. */
  #take(req: IncomingMessage, socket: Duplex, head: Buffer): boolean {
    if (!isWebSocketUpgrade(req)) {
      if (this.#isOthers(req)) return false;
      whenIdle(socket, () => {
        letEnd(socket);
        replay(this.#server, req, socket, head);
      });
      return true;
    }
    const app = this.#appOf(req);
    if (app === undefined) return false;
    this.#waiting.add(socket);
    socket.on("close", this.#forget);
    whenIdle(socket, () => this.#ask(app, req, socket, head));
    return true;
  }

  /** Whether an upgrade to another protocol may be somebody else's. */
  #isOthers(req: IncomingMessage): boolean {
    return this.#hasOthers() && !isHttp2Upgrade(req);
  }

  #appOf(req: IncomingMessage): RequestListener | undefined {
    const apps = [...this.guests.keys()];
    const others = this.#hasOthers();
    if (!others && apps.length === 1) return apps[0];
    return apps.find((app) => this.#wants(app, req)) ?? (others ? undefined : apps[0]);
  }

  #wants(app: RequestListener, req: IncomingMessage): boolean {
    const own = this.guests.get(app)?.claims;
    if (own === undefined) return claims(app, req);
    try {
      return own(req);
    } catch (error) {
      this.#report(app, error);
      return false;
    }
  }

  #report(app: RequestListener, error: unknown): void {
    report(this.guests.get(app)?.onError ?? logError, error, undefined);
  }

  #ask(app: RequestListener, req: IncomingMessage, socket: Duplex, head: Buffer): void {
    const upgrade = new Upgrade(req, socket, head, this, this.guests.get(app)?.errors);
    const fault = findFault(req);
    if (fault !== undefined) {
      upgrade.refuse(fault);
      return;
    }
    try {
      app(req, upgrade.res);
    } catch (error) {
      this.#report(app, error);
      socket.destroy();
    }
  }

  #close(): void {
    this.closing = true;
    // Those that come once it listens again are none of these.
    const [bridges, sockets] = [[...this.bridges], [...this.#waiting]];
    for (const bridge of bridges) bridge.close(closeCodes.goingAway);
    if (bridges.length + sockets.length === 0) return;
    const end = () => {
      for (const bridge of bridges) bridge.ws.terminate();
      for (const socket of sockets) if (this.#waiting.has(socket)) socket.destroy();
    };
    setTimeout(end, closeDelay).unref();
  }
}

/** Has Node emit `upgrade`: without a listener, it takes an upgrade for a plain request. */
function standIn(): void {}
