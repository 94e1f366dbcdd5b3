import type { ResponseSchemas } from "../http/schemas";
import type { Matches } from "../path/matches";
import type { InputOf, OutputOf, Schema } from "../schema/schema";

// What a declaration is called with, and what it answers, by its pattern and its options.

/** What a declaration is, as far as a client needs to know: `post("/users", …)` is one. */
export interface Callable<Pattern extends string = string, Options = unknown> {
  readonly method: string;
  readonly pattern: Pattern;
  readonly options: Options;
}

/** A value of a path or query parameter that has no schema. */
export type ParameterValue = string | number | bigint | boolean;

/** The parameters of a query without a schema; each value of a list becomes a parameter of its own. */
export type QueryInput = Readonly<Record<string, ParameterValue | readonly ParameterValue[] | undefined>>;

/** What a route is called with: of each part what its schema takes, and nothing that it would do without. */
export type CallInput<Pattern extends string, Options> = Simplify<
  Part<"matches", MatchesInput<Pattern, Options>> &
    Part<"query", PartInput<Options, "query", QueryInput | undefined>> &
    Part<"headers", PartInput<Options, "headers", Readonly<Record<string, string>> | undefined>> &
    Part<"body", PartInput<Options, "body", RawBody | undefined>>
>;

/** A body that has no schema: text is sent as JSON by `fetch`'s client, as text by `HTTPClient`. */
export type RawBody = string | FormData | Blob | URLSearchParams | ArrayBuffer | ArrayBufferView;

/** The arguments behind a declaration: the input may be left out where nothing of it is needed. */
export type CallArguments<Pattern extends string, Options, Details> =
  {} extends CallInput<Pattern, Options>
    ? [input?: CallInput<Pattern, Options>, details?: Details]
    : [input: CallInput<Pattern, Options>, details?: Details];

type PartInput<Options, Name extends string, Otherwise> = Options extends {
  readonly [Key in Name]: infer Given extends Schema;
}
  ? InputOf<Given>
  : Otherwise;

type MatchesInput<Pattern extends string, Options> = PartInput<
  Options,
  "matches",
  [keyof Matches<Pattern>] extends [never]
    ? undefined
    : {
        readonly [Name in keyof Matches<Pattern>]:
          Exclude<Matches<Pattern>[Name], undefined> | ParameterValue;
      }
>;

/** A part that need not be given where it may be undefined, or may lack all that it can have. */
type Part<Name extends string, Input> = undefined extends Input
  ? { readonly [Key in Name]?: Input }
  : {} extends Input
    ? { readonly [Key in Name]?: Input }
    : { readonly [Key in Name]: Input };

type Simplify<T> = { [Key in keyof T]: T[Key] };

/** An answer: its payload is typed by its status code. */
export type CallAnswer<Options, Details> = Options extends {
  readonly responses: infer Given extends ResponseSchemas;
}
  ? Declared<Given, Details> | Answer<Exclude<StatusCode, keyof Given>, unknown, Details>
  : Answer<number, unknown, Details>;

type Declared<Given extends ResponseSchemas, Details> = {
  [Status in keyof Given & number]: Answer<Status, PayloadOf<Given[Status]>, Details>;
}[keyof Given & number];

type PayloadOf<Given> = Given extends Schema ? OutputOf<Given> : unknown;

type Answer<Status extends number, Payload, Details> = Details & {
  readonly statusCode: Status;
  /** JSON as the value it is, other text as text, and undefined for nothing. */
  readonly payload: Payload;
};

/** Status codes that servers answer with (the registry of RFC 9110, section 16.2.1): those that a declaration does not name. */
type StatusCode =
  | (200 | 201 | 202 | 203 | 204 | 205 | 206 | 207 | 208 | 226)
  | (300 | 301 | 302 | 303 | 304 | 305 | 307 | 308)
  | (400 | 401 | 402 | 403 | 404 | 405 | 406 | 407 | 408 | 409 | 410 | 411 | 412 | 413 | 414 | 415 | 416)
  | (417 | 418 | 421 | 422 | 423 | 424 | 425 | 426 | 428 | 429 | 431 | 451)
  | (500 | 501 | 502 | 503 | 504 | 505 | 506 | 507 | 508 | 510 | 511);
