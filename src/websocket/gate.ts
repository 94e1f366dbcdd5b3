import type { IncomingMessage, RequestListener, Server } from "node:http";
import type { Server as SecureServer } from "node:https";
import type { Duplex } from "node:stream";
import { report } from "../router";
import type { OnError } from "../router";
import type { Bridge } from "./bridge";
import { claims } from "./claims";
import { closeCodes } from "./close-code";
import { findFault } from "./handshake";
import { whenIdle } from "./idle";
import { isHttp2Upgrade, isWebSocketUpgrade, onlyUpgrade, replay } from "./plain-upgrade";
import { Upgrade } from "./upgrade";

/** A server of `node:http` or of `node:https`. */
export type AnyServer = Server | SecureServer;

/** How an app's sockets come to it. */
export interface GateOptions {
  /** Which websocket upgrades are the app's: by default, {@link claims} and all that nobody else takes. */
  readonly claims: ((req: IncomingMessage) => boolean) | undefined;
  readonly onError: OnError;
}

interface Guest extends GateOptions {
  readonly app: RequestListener;
}

/** In milliseconds: how long peers have to answer the close frame when the server closes. */
const closeDelay = 5_000;

const gates = new WeakMap<AnyServer, Gate>();

/** Puts a gate in front of an app's sockets: the app sees an upgrade before it is answered. */
export function openGate(server: AnyServer, app: RequestListener, options: GateOptions): void {
  let gate = gates.get(server);
  if (gate === undefined) gates.set(server, (gate = new Gate(server)));
  gate.add({ app, ...options });
}

/** Stands in a server's `emit`: whoever listens to `upgrade` answers, or ends, also what is not his. */
export class Gate {
  closing = false;
  readonly bridges = new Set<Bridge>();
  readonly #server: AnyServer;
  readonly #guests: Guest[] = [];

  constructor(server: AnyServer) {
    this.#server = server;
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

  /** Adds an app; one that is there already gets other options. */
  add(guest: Guest): void {
    const known = this.#guests.findIndex(({ app }) => app === guest.app);
    this.#guests.splice(known === -1 ? this.#guests.length : known, 1, guest);
  }

  /** Whether anybody else listens for upgrades. */
  #hasOthers(): boolean {
    return this.#server.listeners("upgrade").some((listener) => listener !== standIn);
  }

  /** @returns whether the upgrade is nobody else's. */
  #take(req: IncomingMessage, socket: Duplex, head: Buffer): boolean {
    if (!isWebSocketUpgrade(req)) {
      if (this.#isOthers(req)) return false;
      whenIdle(socket, () => replay(this.#server, req, socket, head));
      return true;
    }
    const guest = this.#guestOf(req);
    if (guest === undefined) return false;
    whenIdle(socket, () => this.#ask(guest, req, socket, head));
    return true;
  }

  /** Whether an upgrade to another protocol may be somebody else's. */
  #isOthers(req: IncomingMessage): boolean {
    return this.#hasOthers() && !isHttp2Upgrade(req);
  }

  #guestOf(req: IncomingMessage): Guest | undefined {
    const [first, ...more] = this.#guests;
    const others = this.#hasOthers();
    if (!others && more.length === 0) return first;
    return this.#guests.find((guest) => wants(guest, req)) ?? (others ? undefined : first);
  }

  #ask({ app, onError }: Guest, req: IncomingMessage, socket: Duplex, head: Buffer): void {
    const upgrade = new Upgrade(req, socket, head, this);
    const fault = findFault(req);
    if (fault !== undefined) {
      upgrade.refuse(fault);
      return;
    }
    try {
      app(req, upgrade.res);
    } catch (error) {
      report(onError, error, undefined);
      socket.destroy();
    }
  }

  #close(): void {
    this.closing = true;
    for (const bridge of this.bridges) bridge.close(closeCodes.goingAway);
    const left = () => this.bridges.forEach((bridge) => bridge.ws.terminate());
    if (this.bridges.size > 0) setTimeout(left, closeDelay).unref();
  }
}

function wants(guest: Guest, req: IncomingMessage): boolean {
  if (guest.claims === undefined) return claims(guest.app, req);
  try {
    return guest.claims(req);
  } catch (error) {
    report(guest.onError, error, undefined);
    return false;
  }
}

/** Has Node emit `upgrade`: without a listener, it takes an upgrade for a plain request. */
function standIn(): void {}
