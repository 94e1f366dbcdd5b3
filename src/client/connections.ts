import type { Socket } from "node:net";
import type { Agent, Dispatcher, Pool, buildConnector } from "undici";
import type { Hop } from "./hop";
import { loadUndici } from "./load";
import type { CheckedClientOptions } from "./options";

/** The connections of a client: undici's pool for its server, and another for each that it is sent on to. */
export class Connections {
  readonly #origin: string;
  readonly #pool: Pool;
  readonly #sockets = new Set<Socket>();
  readonly #createAgent: () => Agent;
  #agent: Agent | undefined;

  constructor(origin: string, { timeout, connections, tls }: CheckedClientOptions) {
    const undici = loadUndici();
    // Each request has its own timeout. This one, which undici keeps to within a second, ends what connects for nobody.
    const connectTimeout = timeout === 0 ? 0 : timeout + 1_000;
    const connect = this.#connector(undici.buildConnector({ ...tls, timeout: connectTimeout }));
    const options = { connect, connections, headersTimeout: 0, bodyTimeout: 0 };
    this.#origin = origin;
    this.#pool = new undici.Pool(origin, options);
    this.#createAgent = () => new undici.Agent(options);
  }

  /** Sends a request; its handler is told of all that becomes of it. */
  dispatch({ method, origin, target, headers, body }: Hop, handler: Dispatcher.DispatchHandler): void {
    const options = { method, path: target, headers: headers as string[], body: body.content };
    if (origin === this.#origin) this.#pool.dispatch(options, handler);
    else (this.#agent ??= this.#createAgent()).dispatch({ ...options, origin }, handler);
  }

  /** Ends every connection, those that are only being made too; what they carry fails. */
  async close(): Promise<void> {
    const sockets = [...this.#sockets];
    const closed = sockets.map((socket) => new Promise((resolve) => socket.once("close", resolve)));
    const destroyed = [this.#pool.destroy(), this.#agent?.destroy()];
    // undici would wait for one that is being made.
    for (const socket of sockets) socket.destroy();
    await Promise.all([...destroyed, ...closed]);
  }

  #connector(connect: buildConnector.connector): buildConnector.connector {
    return (options, callback) => {
      const socket = connect(options, callback) as unknown as Socket; // its types leave this out
      this.#sockets.add(socket);
      socket.once("close", () => this.#sockets.delete(socket));
    };
  }
}
