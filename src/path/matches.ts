/**
 * What a pattern binds, as a type: `Matches<"/user/:name/:rest*">` is
 * `{ name: string; rest?: string }`. For a pattern that is not known when compiling, any name may
 * be there or not.
 */
export type Matches<Pattern extends string> = Simplify<
  { readonly [S in SegmentOf<Pattern> as RequiredName<S>]: string } & {
    readonly [S in SegmentOf<Pattern> as OptionalName<S>]?: string;
  }
>;

type Simplify<T> = { [K in keyof T]: T[K] };

type SegmentOf<Pattern extends string> = Pattern extends `${infer Head}/${infer Tail}`
  ? Head | SegmentOf<Tail>
  : Pattern;

type RequiredName<Segment extends string> = Segment extends `:${infer Name}`
  ? Name extends `${string}?` | `${string}*`
    ? never
    : Name extends `${infer Bare}+`
      ? Bare
      : Name
  : never;

type OptionalName<Segment extends string> = string extends Segment
  ? string
  : Segment extends `:${infer Name}?` | `:${infer Name}*`
    ? Name
    : never;
