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

type SegmentOf<Pattern extends string> = Pattern extends `${infer Head}/${infer Tail}`
  ? Head | SegmentOf<Tail>
  : Pattern;

type RequiredName<Segment extends string> = string extends Segment
  ? never
  : Segment extends `:${infer Name}`
    ? Name extends `${string}?` | `${string}*`
      ? never
      : Name extends `${infer Bare}+`
        ? Bare
        : Name
    : never;

// Asked here, not of the whole pattern: TypeScript then sees that any `Request<...>` is a `Request`.
type OptionalName<Segment extends string> = string extends Segment
  ? string
  : Segment extends `:${infer Name}?` | `:${infer Name}*`
    ? Name
    : never;
