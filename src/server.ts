import type { Express, RequestHandler } from "express";
import { ColonnadeError, quote } from "./errors";
import type { RouterOptions } from "./express/options";
import { checkSendTimeout } from "./express/send-timeout";
import type { Route, RouteSource } from "./http/route";
import type { ServerAddress } from "./http/server-address";
import type { CertificateSource } from "./server/certificate";
import { lazy } from "./lazy";
import type * as listening from "./server/listening";
import type { Listening, ServerOptions } from "./server/listening";
import type * as site from "./server/site";
import type { Site, SiteMiddleware } from "./server/site";

const loadListening = lazy(() => require("./server/listening") as typeof listening);
const loadSite = lazy(() => require("./server/site") as typeof site);

/** Options of `HTTPServer`: of its routes, of `createServer`, and of Node's servers, TLS included. */
export interface HTTPServerOptions
  extends
    Omit<RouterOptions, "mergeParams">,
    Omit<ServerOptions, "errors" | "key" | "cert" | "pfx" | "SNICallback"> {}

/** Options of `HTTPServer.run`. */
export interface RunOptions {
  /** Whether SIGTERM and SIGINT close the server: false by default. A second one ends the process. */
  readonly signals?: boolean | undefined;
}

/** Options of `HTTPServer.close`. */
export interface CloseOptions {
  /** In milliseconds: what has not ended by then is cut off. 10,000 by default. */
  readonly timeout?: number | undefined;
}

/** A server for Resources, with an Express app of its own. */
export class HTTPServer {
  readonly #addr: ServerAddress;
  readonly #certificate: CertificateSource | undefined;
  readonly #options: ServerOptions;
  readonly #site: Site;
  /** Undefined where it does not run, nor begin to. */
  #started: Promise<Listening> | undefined;
  #listening: Listening | undefined;

  /**
   * @param addr - the host to listen on, and the port: 0 picks a free one, which {@link address} tells.
   * @param privkey - for HTTPS: the private key, as PEM text or as the path of a file that holds it.
   * @param cert - its certificate, and those that link it to its root, likewise.
   * @throws {ColonnadeError} `ERR_OPTION`
   */
  constructor(addr: ServerAddress, privkey?: string, cert?: string, options: HTTPServerOptions = {}) {
    this.#addr = checkAddress(addr);
    if (typeof options !== "object" || options === null) {
      throw invalid(`The options of an HTTPServer are an object, not ${quote(options)}`);
    }
    this.#certificate = checkCertificate(privkey, cert);
    const { caseSensitive, strict, errors, checkResponses, ...server } = options;
    checkSendTimeout(options.sendTimeout, "HTTPServer");
    this.#options = { ...server, errors: errors === "problem" ? errors : undefined };
    const { Site } = loadSite();
    this.#site = new Site({ caseSensitive, strict, errors, checkResponses, onError: options.onError });
  }

  /** The Express app: its settings, and routes written by hand, which come behind the Resources'. */
  get app(): Express {
    return this.#site.app;
  }

  /** The host and port that it listens on; what it was given where it does not listen. */
  get address(): ServerAddress {
    const [host, port] = this.#addr;
    return [host, this.#listening?.port ?? port];
  }

  /**
   * Adds routes behind those that are there, also while it runs.
   *
   * @throws {PathSyntaxError}
   * @throws {ColonnadeError} `ERR_OPTION`
   */
  registerRoutes(routes: RouteSource | readonly Route[]): this {
    this.#site.registerRoutes(routes);
    return this;
  }

  /** The registered routes, in order. */
  routes(): Route[] {
    return this.#site.routes();
  }

  /**
   * Adds Express middleware, which runs before the routes, and error middleware, which runs behind them.
   *
   * @param path - where the middleware is mounted; "/" by default.
   * @throws {ColonnadeError} `ERR_OPTION` for what is no function.
   */
  use(...middleware: RequestHandler[]): this; // types a function written in place
  use(path: string, ...middleware: RequestHandler[]): this;
  use(...middleware: SiteMiddleware[]): this;
  use(path: string, ...middleware: SiteMiddleware[]): this;
  use(...given: (string | SiteMiddleware)[]): this {
    const [first] = given;
    const mounted = typeof first === "string";
    this.#site.use(mounted ? first : "/", (mounted ? given.slice(1) : given) as SiteMiddleware[]);
    return this;
  }

  /**
   * Begins to listen.
   *
   * @returns resolves once it listens.
   * @throws {ColonnadeError} `ERR_LISTEN` for an address that it can't have, such as a port in use;
   *   `ERR_CERTIFICATE` for a private key or certificate that can't be used; `ERR_OPTION`.
   */
  async run({ signals = false }: RunOptions = {}): Promise<void> {
    if (typeof signals !== "boolean") throw invalid(`run(): signals is true or false, not ${quote(signals)}`);
    if (this.#started !== undefined) throw new ColonnadeError("ERR_LISTEN", "The HTTPServer runs already");
    const { Listening } = loadListening();
    this.#started = Listening.start(this.app, this.#addr, this.#certificate, this.#options);
    try {
      this.#listening = await this.#started;
    } catch (error) {
      this.#started = undefined;
      throw error;
    }
    if (signals) this.#listening.heedSignals(() => void this.close());
  }

  /**
   * Takes no more connections, answers what has been asked for, with `Connection: close`, and closes
   * WebSockets with 1001.
   *
   * @returns resolves when nothing is left, after which it can run again; at once where it does not run.
   */
  async close({ timeout = 10_000 }: CloseOptions = {}): Promise<void> {
    checkTimeout(timeout);
    const started = this.#started;
    const running = await started?.catch(ignore);
    await running?.close(timeout);
    if (this.#started !== started) return;
    this.#started = undefined;
    this.#listening = undefined;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /**
   * Reads the private key and the certificate anew, for connections that are still to come; what else TLS
   * was told stays. Where they can't be used, the old ones stay too.
   *
   * @throws {ColonnadeError} `ERR_CERTIFICATE`
   */
  async reloadCertificate(): Promise<void> {
    const running = await this.#started;
    if (running === undefined || this.#certificate === undefined) {
      throw new ColonnadeError(
        "ERR_CERTIFICATE",
        "There is no certificate: the HTTPServer does not run HTTPS",
      );
    }
    await running.reload(this.#certificate);
  }
}

function checkAddress(addr: unknown): ServerAddress {
  if (Array.isArray(addr) && addr.length === 2) {
    const [host, port] = addr as unknown[]; // isArray makes it any[]
    const isPort = typeof port === "number" && Number.isInteger(port) && port >= 0 && port < 65_536;
    if (typeof host === "string" && host !== "" && isPort) return [host, port];
  }
  const shown = Array.isArray(addr) ? addr.map(quote).join(", ") : quote(addr);
  throw invalid(`The address of an HTTPServer is a host and a port, 0 to 65535, not ${shown}`);
}

function checkCertificate(privkey: unknown, cert: unknown): CertificateSource | undefined {
  if ((privkey ?? cert) === undefined) return undefined;
  if (typeof privkey === "string" && typeof cert === "string") return { privkey, cert };
  throw invalid("An HTTPServer takes a private key and its certificate, or neither: PEM text, or paths");
}

function checkTimeout(timeout: unknown): void {
  if (typeof timeout === "number" && timeout >= 0 && timeout < 2 ** 31) return;
  throw invalid(`The timeout of close() is a number of milliseconds from 0, not ${quote(timeout)}`);
}

function invalid(message: string): ColonnadeError {
  return new ColonnadeError("ERR_OPTION", message);
}

function ignore(): void {}
