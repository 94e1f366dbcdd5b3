import type { Readable } from "node:stream";
import type { RawRequest } from "./raw";
import { GivenSource, toQuery } from "./request-source";
import type { ClientAddress, Lists, RequestSource } from "./request-source";
import type { BodyOf, HeadersOf, MatchesOf, QueryOf } from "./request-types";

/** A route's hold on the request that it answers; not for users of the package. */
export const internals = Symbol("colonnade.request");
/** Where a request has its parts from; not for users of the package. */
export const sourceOf = Symbol("colonnade.source");
/** What checks a request has it give by this what the schemas made of its parts; not for users of the package. */
export const outputs = Symbol("colonnade.outputs");

/** What schemas made of the parts of a request; undefined where a part has none. */
export interface Outputs {
  matches?: unknown;
  query?: unknown;
  headers?: unknown;
  body?: { readonly value: unknown };
}

/**
 * A request, as a handler gets it. `Pattern` is the path pattern of its route: it types `matches`,
 * and a route decorator refuses a handler whose `Request` was written for another pattern. `Options` are
 * the schemas of the route, and held against the decorator as well: `Request<"/users", { body: typeof NewUser }>`.
 * What has a schema is what the schema made of it.
 *
 * Nothing is parsed before it is asked for.
 */
export class Request<Pattern extends string = string, Options = unknown> {
  /** The pattern of the route that answers; "" before there is one. */
  declare readonly pattern: Pattern;
  /** What the pattern bound, by name: percent-decoded, without a prototype. */
  declare readonly matches: MatchesOf<Pattern, Options>;
  /** Only for the compiler: the options that the route was declared with. */
  declare protected readonly "~options"?: Options;
  /** Only for the compiler: has it compare what the schemas make of the parts, and not only the options. */
  declare protected readonly "~parts"?: { readonly [Name in keyof Options]-?: unknown };

  readonly #source: RequestSource;
  #outputs: Outputs | undefined;
  #query: object | undefined;

  /**
   * Makes a request by hand, for `Router.dispatch`.
   *
   * @param clientAddress - the host and port of the client.
   * @param method - in upper case.
   * @param path - a request target: path, and query and fragment where `params` and `fragment` are
   *   not given.
   * @param params - the query: name → values.
   * @param headers - name, in any case → values.
   * @param stream - the body, as received.
   */
  constructor(
    clientAddress: ClientAddress,
    method: string,
    path: string,
    params?: Readonly<Record<string, readonly string[]>>,
    fragment?: string,
    headers?: Readonly<Record<string, string | readonly string[]>>,
    stream?: Readable,
  );
  /** @internal */
  constructor(source: RequestSource);
  constructor(
    first: ClientAddress | RequestSource,
    method = "",
    path = "",
    params?: Readonly<Record<string, readonly string[]>>,
    fragment?: string,
    headers?: Readonly<Record<string, string | readonly string[]>>,
    stream?: Readable,
  ) {
    if (!isAddress(first)) {
      this.#source = first; // a route binds it at once
      return;
    }
    this.#source = new GivenSource(first, method, path, params, fragment, headers, stream);
    this[internals]("", Object.create(null) as object);
  }

  /** The client's host and port. Behind a proxy that the app trusts: its `req.ip`, and port 0. */
  get clientAddress(): ClientAddress {
    return this.#source.clientAddress;
  }

  get method(): string {
    return this.#source.method;
  }

  /** The pathname as the client sent it, mount path included; nothing is decoded. */
  get path(): string {
    return this.#source.path;
  }

  /** The query: name → values, decoded; a name without `=` has the value "". Without a prototype. */
  get params(): Readonly<Lists> {
    return this.#source.params;
  }

  /**
   * The query, as its schema gives it. Without a schema: name → value, a list of them where the name occurs
   * several times, or what the schema of `@param` gives. Without a prototype then.
   */
  get query(): QueryOf<Options> {
    const given = this.#outputs;
    const query =
      given !== undefined && "query" in given ? given.query : (this.#query ??= toQuery(this.params));
    return query as QueryOf<Options>; // what the schema of these options has given
  }

  /** What stood behind `#`; browsers do not send it. */
  get fragment(): string {
    return this.#source.fragment;
  }

  /** Name, in lower case → values, one for each time the header was sent. Without a prototype. */
  get headers(): HeadersOf<Options> {
    const given = this.#outputs;
    const headers = given !== undefined && "headers" in given ? given.headers : this.#source.headers;
    return headers as HeadersOf<Options>; // as above
  }

  /**
   * The body as received: not inflated. Reading rejects when the client leaves (`ERR_BODY_ABORTED`)
   * or the body is over the route's limit (`ERR_BODY_TOO_LARGE`).
   *
   * @throws {ColonnadeError} `ERR_BODY_CONSUMED` when middleware has read the body.
   */
  get stream(): Readable {
    return this.#source.body.stream;
  }

  /** Aborts when the client leaves before it has its answer. */
  get signal(): AbortSignal {
    return this.#source.signal;
  }

  /** Express's own `req`; undefined for a request that was made by hand. */
  get raw(): RawRequest {
    return this.#source.raw as RawRequest; // absent in `dispatch` only, where nobody has a use for it
  }

  /**
   * The body, inflated and parsed as JSON; what `express.json()` or another parser has put into
   * `req.body` when it has already been read. What its schema made of it, where it has one.
   *
   * @throws {ColonnadeError} `ERR_BODY_EMPTY`, `ERR_BODY_MALFORMED` (400), `ERR_BODY_TOO_LARGE`
   *   (413), `ERR_UNSUPPORTED_CHARSET`, `ERR_UNSUPPORTED_ENCODING` (415), `ERR_BODY_ABORTED`,
   *   `ERR_BODY_CONSUMED`: Colonnade answers them itself when the handler lets them through.
   */
  json<T = BodyOf<Options>>(): Promise<T> {
    const body = this.#outputs?.body;
    const read = body === undefined ? this.#source.body.json() : Promise.resolve(body.value);
    return read as Promise<T>; // the schema's word, or the caller's, for what the client sent
  }

  /** The body, inflated and decoded by the `charset` of its `Content-Type`, or as UTF-8. */
  text(): Promise<string> {
    return this.#source.body.text();
  }

  /** The body, inflated. */
  bytes(): Promise<Buffer> {
    return this.#source.body.bytes();
  }

  /**
   * The body, inflated and read as the binary format: a message of the class that it names, or another value.
   *
   * @throws {SerializableError} `ERR_SERIALIZABLE_MALFORMED` (400); what {@link json} throws for a body.
   */
  message<T = unknown>(): Promise<T> {
    return this.#source.body.message() as Promise<T>; // the caller's word for what the client sent
  }

  /** @internal Where its parts are taken from, as they were sent. */
  get [sourceOf](): RequestSource {
    return this.#source;
  }

  /** @internal Binds the request to the route that answers it. */
  [internals](pattern: string, matches: object): void {
    const own = this as { pattern: string; matches: object }; // readonly for everybody else
    own.pattern = pattern;
    own.matches = matches;
  }

  /** @internal */
  [outputs](given: Outputs): void {
    this.#outputs = given;
    if ("matches" in given) (this as { matches: unknown }).matches = given.matches;
  }
}

function isAddress(first: ClientAddress | RequestSource): first is ClientAddress {
  return Array.isArray(first);
}
