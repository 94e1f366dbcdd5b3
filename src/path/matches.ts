/**
 * What a pattern binds, as a type: `Matches<"/user/:name/:rest*">` is
 * `{ name: string; rest?: string }`. For a pattern that is not known when compiling, any name may
 * be there or not.
 */
export type Matches<Pattern extends string> = Pattern extends unknown // each of a union by itself
  ? Simplify<
      { readonly [S in SegmentOf<Pattern> as RequiredName<S>]: string } & {
        readonly [S in SegmentOf<Pattern> as OptionalName<S>]?: string;
      }
    >
  : never;

type Simplify<T> = { [K in keyof T]: T[K] };

// The compiler goes deep enough for long patterns only where a type ends in its own recursion.
type SegmentOf<Pattern extends string, Before = never> = Pattern extends `${infer Head}/${infer Tail}`
  ? SegmentOf<Tail, Before | Head>
  : Before | Pattern;

type RequiredName<Segment> = Segment extends `:${infer Name}`
  ? Name extends `${string}?` | `${string}*` | Open<Name>
    ? never
    : Name extends `${infer Bare}+`
      ? Bare
      : Name
  : never;

// Asked here, not of the whole pattern: TypeScript then sees that any `Request<...>` is a `Request`.
type OptionalName<Segment> = string extends Segment
  ? string
  : Segment extends `:${infer Name}?` | `:${infer Name}*`
    ? Name
    : Segment extends `:${infer Name}`
      ? Open<Name>
      : never;

/** A name of which not every character is known; never where all are. */
type Open<Name extends string> = {} extends Record<Name, unknown> ? Name : never;
