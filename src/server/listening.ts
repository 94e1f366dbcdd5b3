import { once } from "node:events";
import type { RequestListener, Server } from "node:http";
import type { Server as SecureServer, ServerOptions as SecureServerOptions } from "node:https";
import type { AddressInfo } from "node:net";
import { ColonnadeError } from "../errors";
import { createServer } from "../express/create-server";
import type { CreateServerOptions } from "../express/create-server";
import { isSecureServer } from "../express/secure-server";
import { lazy } from "../lazy";
import type * as certificates from "./certificate";
import type { CertificateSource } from "./certificate";
import { Shutdown } from "./shutdown";

const loadCertificates = lazy(() => require("./certificate") as typeof certificates);

/** What `createServer` takes, for HTTP and for HTTPS. */
export interface ServerOptions
  extends CreateServerOptions, Omit<SecureServerOptions, keyof CreateServerOptions> {}

const signals = ["SIGTERM", "SIGINT"] as const;

/** A server that listens. */
export class Listening {
  readonly port: number;
  readonly #server: Server | SecureServer;
  readonly #shutdown: Shutdown;
  readonly #options: ServerOptions;

  private constructor(server: Server | SecureServer, shutdown: Shutdown, options: ServerOptions) {
    this.port = (server.address() as AddressInfo).port; // it listens on one
    this.#server = server;
    this.#shutdown = shutdown;
    this.#options = options;
  }

  /**
   * @throws {ColonnadeError} `ERR_LISTEN`, `ERR_CERTIFICATE`, `ERR_OPTION`
   */
  static async start(
    app: RequestListener,
    [host, port]: readonly [host: string, port: number],
    certificate: CertificateSource | undefined,
    options: ServerOptions,
  ): Promise<Listening> {
    const pair = certificate && (await loadCertificates().readKeyPair(certificate, options));
    const server = pair ? createServer(app, { ...options, ...pair }) : createServer(app, options);
    const shutdown = new Shutdown(server);
    try {
      await once(server.listen(port, host), "listening");
    } catch (cause) {
      const { message } = cause as Error; // Node's own
      throw new ColonnadeError("ERR_LISTEN", `${host}, port ${port}, can't be listened on: ${message}`, {
        cause,
      });
    }
    return new Listening(server, shutdown, options);
  }

  /** Calls `close` on the first signal to end; the process ends by itself on a second one. */
  heedSignals(close: () => void): void {
    const heed = () => {
      ignore();
      close();
    };
    const ignore = () => signals.forEach((signal) => process.off(signal, heed));
    for (const signal of signals) process.on(signal, heed);
    this.#server.once("close", ignore);
  }

  close(timeout: number): Promise<void> {
    return this.#shutdown.close(timeout);
  }

  /** @throws {ColonnadeError} `ERR_CERTIFICATE` */
  async reload(certificate: CertificateSource): Promise<void> {
    const pair = await loadCertificates().readKeyPair(certificate, this.#options);
    // What it is not given, it forgets.
    if (isSecureServer(this.#server)) this.#server.setSecureContext({ ...this.#options, ...pair });
  }
}
