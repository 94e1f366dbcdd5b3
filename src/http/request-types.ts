import type { Matches } from "../path/matches";
import type { OutputOf, Schema } from "../schema/schema";
import type { Lists } from "./request-source";

// What the parts of a request are, by the options that its route was declared with.

/** What the schema of a part gives; `Otherwise` where the options have none. */
type Checked<Options, Name extends string, Otherwise> = Options extends {
  readonly [Key in Name]: infer Given extends Schema;
}
  ? OutputOf<Given>
  : Otherwise;

/** The type of `request.matches`. */
export type MatchesOf<Pattern extends string, Options> = Checked<Options, "matches", Matches<Pattern>>;

/** The type of `request.query`. */
export type QueryOf<Options> = Checked<Options, "query", Readonly<Record<string, unknown>>>;

/** The type of `request.headers`. */
export type HeadersOf<Options> = Checked<Options, "headers", Readonly<Lists>>;

/** What `request.json()` resolves to. */
export type BodyOf<Options> = Checked<Options, "body", unknown>;
