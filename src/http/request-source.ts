import type { Readable } from "node:stream";
import { fragmentOf, pathnameOf, queryOf } from "../path/target";
import { lazy } from "../lazy";
import type * as body from "./body";
import type { Body } from "./body";
import type { RawRequest } from "./raw";

/** Loads what reads bodies when one is first read. */
export const loadBody: () => typeof body = lazy(() => require("./body") as typeof body);

/** The host and port of a peer. */
export type ClientAddress = readonly [host: string, port: number];

/** Names and the values that each came with, in order; without a prototype. */
export type Lists = Record<string, string[]>;

/** Where a {@link Request} takes its parts from, each only when it is asked for. */
export interface RequestSource {
  readonly clientAddress: ClientAddress;
  readonly method: string;
  readonly path: string;
  readonly params: Lists;
  readonly fragment: string;
  readonly headers: Lists;
  readonly body: Body;
  readonly signal: AbortSignal;
  readonly raw: RawRequest | undefined;
}

/** The parts of a request that was made by hand, for a `Router` to answer. */
export class GivenSource implements RequestSource {
  readonly path: string;
  readonly fragment: string;
  readonly headers: Lists;
  readonly body: Body;
  readonly signal: AbortSignal = new AbortController().signal;
  readonly raw = undefined;
  readonly #target: string;
  #params: Lists | undefined;

  constructor(
    readonly clientAddress: ClientAddress,
    readonly method: string,
    target: string,
    params: Readonly<Record<string, readonly string[]>> | undefined,
    fragment: string | undefined,
    headers: Readonly<Record<string, string | readonly string[]>> | undefined,
    stream: Readable | undefined,
  ) {
    this.#target = target;
    this.path = pathnameOf(target);
    this.#params = params && toLists(params);
    this.fragment = fragment ?? fragmentOf(target);
    this.headers = toLists(headers ?? {}, true);
    const { Body } = loadBody();
    this.body = new Body({
      stream,
      parserRan: false,
      parsed: undefined,
      contentType: this.headers["content-type"]?.[0],
      contentEncoding: this.headers["content-encoding"]?.[0],
      contentLength: this.headers["content-length"]?.[0],
    });
  }

  get params(): Lists {
    return (this.#params ??= parseQuery(queryOf(this.#target)));
  }
}

/** Parses a query (application/x-www-form-urlencoded, as the URL standard has it). */
export function parseQuery(query: string): Lists {
  const lists: Lists = Object.create(null);
  if (query === "") return lists;
  for (const [name, value] of new URLSearchParams(query)) (lists[name] ??= []).push(value);
  return lists;
}

/** A query by value: what occurs once is text, what occurs several times a list. Without a prototype. */
export function toQuery(params: Readonly<Lists>): Record<string, unknown> {
  const query: Record<string, unknown> = Object.create(null);
  for (const name of Object.keys(params))
    query[name] = params[name]?.length === 1 ? params[name][0] : params[name];
  return query;
}

function toLists(values: Readonly<Record<string, string | readonly string[]>>, lowerCase = false): Lists {
  const lists: Lists = Object.create(null);
  for (const name of Object.keys(values)) {
    const list = (lists[lowerCase ? name.toLowerCase() : name] ??= []);
    for (const value of [values[name] ?? []].flat()) list.push(value);
  }
  return lists;
}
