import { expectTypeOf } from "expect-type";
import { matchPattern } from "./match-pattern";
import type { Matches } from "../../src/path/matches";
import { parsePattern } from "../../src/path/parse";

/** A path of `N` literals: `/s/s/s`. */
type Long<N extends number, Done extends unknown[] = [], Path extends string = ""> = Done["length"] extends N
  ? Path
  : Long<N, [...Done, 0], `${Path}/s`>;

type Names<Pattern extends string> = keyof Matches<Pattern>;

// The types are the compiler's to check, in both decorator modes; what runs here checks that they are true.
describe("Matches<Pattern>", () => {
  it("has a key for each name, and an optional one for `?` and `*`", () => {
    expectTypeOf<Names<"/">>().toEqualTypeOf<never>();
    expectTypeOf<Names<"/abc">>().toEqualTypeOf<never>();
    expectTypeOf<Names<"/abc/">>().toEqualTypeOf<never>();
    expectTypeOf<Matches<"/:a">>().toEqualTypeOf<{ readonly a: string }>();
    expectTypeOf<Matches<"/:a/">>().toEqualTypeOf<{ readonly a: string }>();
    expectTypeOf<Matches<"/:a?">>().toEqualTypeOf<{ readonly a?: string }>();
    expectTypeOf<Matches<"/:a+">>().toEqualTypeOf<{ readonly a: string }>();
    expectTypeOf<Matches<"/:a*">>().toEqualTypeOf<{ readonly a?: string }>();
    expectTypeOf<Matches<"/user/:name/:rest*">>().toEqualTypeOf<{
      readonly name: string;
      readonly rest?: string;
    }>();
    expectTypeOf<Matches<"/:lang?/x/:page/:id">>().toEqualTypeOf<{
      readonly lang?: string;
      readonly page: string;
      readonly id: string;
    }>();
    expectTypeOf<Matches<"/:_/:_1A">>().toEqualTypeOf<{ readonly _: string; readonly _1A: string }>();
    expectTypeOf<Names<"/:constructor/:toString?">>().toEqualTypeOf<"constructor" | "toString">();
    expect(Object.keys(matchPattern(parsePattern("/:lang?/x/:page/:id"), "/x/1/2") ?? {})).toEqual([
      "page",
      "id",
    ]);
  });

  it("is exact: an absent key is not one with undefined, and there are no others", () => {
    const present: Matches<"/:a?"> = { a: "1" };
    const absent: Matches<"/:a?"> = {};
    // @ts-expect-error -- with exactOptionalPropertyTypes
    const undefinedA: Matches<"/:a?"> = { a: undefined };
    // @ts-expect-error
    const other: Matches<"/:a"> = { a: "1", b: "2" };
    // @ts-expect-error
    const missing: Matches<"/:a/:b"> = { a: "1" };
    expectTypeOf(present).toHaveProperty("a");
    expect([absent, undefinedA, other, missing]).toHaveLength(4);
    expect(matchPattern(parsePattern("/:a?"), "/")).not.toHaveProperty("a");
  });

  it("takes what is literal for literal", () => {
    expectTypeOf<Names<"/c++/100%/a|b">>().toEqualTypeOf<never>();
    expectTypeOf<Matches<"/a.b/é/:id">>().toEqualTypeOf<{ readonly id: string }>();
    expect({ ...matchPattern(parsePattern("/c++/100%/a|b"), "/c++/100%25/a%7Cb") }).toEqual({});
  });

  it("is one of each pattern of a union", () => {
    expectTypeOf<Matches<"/a/:id" | "/b/:name?">>().toEqualTypeOf<
      { readonly id: string } | { readonly name?: string }
    >();
    expectTypeOf<Matches<never>>().toEqualTypeOf<never>();
  });

  it("may have any name where the pattern is not known, or not all of it", () => {
    type Any = { readonly [name: string]: string | undefined };
    expectTypeOf<Matches<string>["x"]>().toEqualTypeOf<string | undefined>();
    expectTypeOf<Any>().toExtend<Matches<`/x/${string}`>>();
    expectTypeOf<Matches<`/x/${string}`>["x"]>().toEqualTypeOf<string | undefined>();
    expectTypeOf<Matches<`/:${string}`>["x"]>().toEqualTypeOf<string | undefined>();
    expectTypeOf<Matches<`/:${string}?`>["x"]>().toEqualTypeOf<string | undefined>();
    expectTypeOf<Matches<`/:a${string}`>["abc"]>().toEqualTypeOf<string | undefined>();
    expectTypeOf<Matches<`/${"x" | "y"}/:a`>>().toEqualTypeOf<{ readonly a: string }>();
    expectTypeOf<Matches<`/${number}/:a`>>().toEqualTypeOf<{ readonly a: string }>();
    expect(matchPattern(parsePattern("/x/:y"), "/x/1")).toHaveProperty("y", "1");
  });

  it("does not exhaust the compiler, whatever the length", () => {
    expectTypeOf<Matches<`${Long<300>}/:a/:b?`>>().toEqualTypeOf<{
      readonly a: string;
      readonly b?: string;
    }>();
    expectTypeOf<Matches<`${Long<30>}/:a${Long<30>}/:b*${Long<30>}`>>().toEqualTypeOf<{
      readonly a: string;
      readonly b?: string;
    }>();
    const literals = "/s".repeat(300);
    expect({ ...matchPattern(parsePattern(`${literals}/:a/:b?`), `${literals}/1`) }).toEqual({ a: "1" });
  });

  it("is some type even of what is no pattern: the route decorator refuses it when it runs", () => {
    expectTypeOf<Names<"">>().toEqualTypeOf<never>();
    expectTypeOf<Names<"abc">>().toEqualTypeOf<never>();
    expectTypeOf<Names<"//">>().toEqualTypeOf<never>();
    expectTypeOf<Names<"/*rest">>().toEqualTypeOf<never>();
    expectTypeOf<Names<"/{:id}">>().toEqualTypeOf<never>();
    expectTypeOf<Names<"/(a|b)">>().toEqualTypeOf<never>();
    expectTypeOf<Names<"/x:y">>().toEqualTypeOf<never>();
    expectTypeOf<Matches<"/:a/:a">>().toEqualTypeOf<{ readonly a: string }>();
    expectTypeOf<Matches<"/:id(\\d+)">>().toExtend<object>();
    expectTypeOf<Matches<"/:">>().toExtend<object>();
    expectTypeOf<Matches<"/:?">>().toExtend<object>();
    expectTypeOf<Matches<"/:a??/:b++/:c?*">>().toExtend<object>();
    expect(() => parsePattern("/{:id}")).toThrow("groups are not part of the grammar");
  });
});
