/** How many components a parameter binds: `:name`, `:name?`, `:name+`, `:name*`. */
export type Count = "one" | "optional" | "some" | "any";

/** What stands between two slashes of a pattern. */
export type Segment =
  | { readonly kind: "literal"; readonly text: string }
  | { readonly kind: "parameter"; readonly name: string; readonly count: Count };

/** A path pattern that has been parsed. */
export interface Pattern {
  /** The text it was parsed from. */
  readonly source: string;
  readonly segments: readonly Segment[];
  /** Which segment is `?`, `+` or `*`; −1 when every segment binds exactly one component. */
  readonly variable: number;
  /** Whether `source` ends with a slash that is not its first character. */
  readonly trailingSlash: boolean;
}

/** How targets are compared with patterns; the names and meanings of `express.Router`'s options. */
export interface MatchOptions {
  /** Whether `/abc` differs from `/ABC`: true by default. Only ASCII letters have a case here. */
  readonly caseSensitive?: boolean | undefined;
  /** Whether `/abc` differs from `/abc/`: false by default. */
  readonly strict?: boolean | undefined;
}
