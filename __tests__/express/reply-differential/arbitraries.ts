import fc from "fast-check";
import { dates, header, headers, payload, status, tags } from "./answer-arbitraries";
import { etagFunctions } from "./case";
import type { Case, Run, Settings, Step } from "./case";
import { effects, hookLevels, hookedMethods } from "./hooks";
import type { Hook } from "./hooks";

const sent = fc.uniqueArray(
  fc.oneof(
    { weight: 3, arbitrary: fc.tuple(fc.constant("If-None-Match"), fc.constantFrom("*", ...tags)) },
    {
      weight: 5,
      arbitrary: fc.tuple(
        fc.constant("if-none-match"),
        fc.constantFrom("<own>", "<strong>", "<weak>", '"x", <own> ,"y"', 'W/"a",<weak>', "<own>x"),
      ),
    },
    { weight: 2, arbitrary: fc.tuple(fc.constant("If-Modified-Since"), fc.constantFrom(...dates)) },
    { weight: 1, arbitrary: fc.tuple(fc.constant("If-Match"), fc.constantFrom("*", "<own>", '"x"')) },
    {
      weight: 1,
      arbitrary: fc.tuple(fc.constant("Cache-Control"), fc.constantFrom("no-cache", "max-age=0")),
    },
    { weight: 1, arbitrary: fc.constant(["Range", "bytes=0-1"] as const) },
    {
      weight: 3,
      arbitrary: fc.tuple(fc.constant("Connection"), fc.constantFrom("close", "keep-alive", "x")),
    },
    { weight: 1, arbitrary: fc.tuple(fc.constant("Accept-Encoding"), fc.constantFrom("gzip", "identity")) },
  ),
  { maxLength: 3, selector: ([name]) => name.toLowerCase() },
);

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .tuple(fc.constantFrom("set" as const, "setHeader" as const, "append" as const), header)
      .map(([how, [name, given]]): Step => {
        const value = typeof given === "object" ? given.map(String) : String(given);
        // `res.set` refuses what is no type.
        const type = name.toLowerCase() === "content-type";
        return [type ? "setHeader" : how, name, value];
      }),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(
      fc.constant("removeHeader" as const),
      fc.constantFrom("x-powered-by", "Date", "Connection", "content-length", "Transfer-Encoding"),
    ),
  },
  { weight: 1, arbitrary: fc.tuple(fc.constant("type" as const), fc.constantFrom("text", "json", "png")) },
  { weight: 1, arbitrary: fc.constant(["cookie", "a"] as const) },
  { weight: 1, arbitrary: fc.constant(["vary", "Origin"] as const) },
  { weight: 1, arbitrary: fc.constant(["setHeader", "Transfer-Encoding", "chunked"] as const) },
  { weight: 1, arbitrary: fc.tuple(fc.constant("status" as const), fc.constantFrom(201, 204, 304, 404)) },
  { weight: 1, arbitrary: fc.constant(["statusMessage", "Fine"] as const) },
  { weight: 1, arbitrary: fc.tuple(fc.constantFrom("no date" as const, "no keep-alive" as const)) },
);
// Compression takes its time, and gives the rest of the cases less.
const steps = fc.oneof(
  { weight: 15, arbitrary: fc.constant([]) },
  { weight: 10, arbitrary: fc.array(step, { maxLength: 3 }) },
  { weight: 1, arbitrary: fc.constant([["compression"] as const]) },
);

const method = fc.constantFrom(
  "GET",
  "GET",
  "GET",
  "GET",
  "HEAD",
  "HEAD",
  "POST",
  "PUT",
  "DELETE",
  "OPTIONS",
);

const oneCase: fc.Arbitrary<Case> = fc
  .record(
    {
      method,
      version: fc.constantFrom("1.1", "1.1", "1.1", "1.0"),
      sent,
      body: fc.constantFrom("none", "none", "none", "length", "chunked"),
      twice: fc.constantFrom(false, false, false, false, false, true),
      steps,
      status,
      headers,
      payload,
      when: fc.constantFrom("at once", "at once", "at once", "at once", "promised", "later"),
    },
    { noNullPrototype: true },
  )
  // Two at once need a connection that stays.
  .map((given) => ({
    ...given,
    twice: given.twice && given.version === "1.1" && !given.sent.some(([, value]) => value === "close"),
    body: given.version === "1.1" && given.method.startsWith("P") ? given.body : "none",
  }));

const settings = {
  etag: fc.constantFrom(
    ...(["weak", "weak", true, false, "strong"] as const),
    ...(Object.keys(etagFunctions) as (keyof typeof etagFunctions)[]),
  ),
  spaces: fc.constantFrom(undefined, undefined, 0, 2, "\t", "--"),
  replacer: fc.constantFrom<Settings["replacer"]>("none", "none", "function", "list"),
  escape: fc.boolean(),
  poweredBy: fc.boolean(),
};

const hook: fc.Arbitrary<Hook> = fc
  .tuple(fc.constantFrom(...hookedMethods), fc.constantFrom(...hookLevels), fc.nat(19))
  .map(([method, level, at]) => {
    const names = Object.keys(effects[method]);
    return { method, level, effect: names[at % names.length] ?? "pass" };
  });

const cases = fc.array(oneCase, { minLength: 1, maxLength: 20, size: "max" });

/** Some ten cases for an app on our server whose methods are Express's: what is to be cheap. */
export const plainRun: fc.Arbitrary<Run> = toRun({
  settings: { ...settings, server: fc.constant("own"), nested: fc.constant(false) },
  hooks: fc.constant([]),
});

/** Some ten cases for an app whose methods may be replaced, on any server, mounted or not. */
export const hookedRun: fc.Arbitrary<Run> = toRun({
  settings: {
    ...settings,
    server: fc.constantFrom("own", "own", "plain"),
    nested: fc.constantFrom(false, false, false, true),
  },
  hooks: fc.array(hook, { maxLength: 2 }),
});

function toRun(given: {
  settings: { [Key in keyof Settings]: fc.Arbitrary<Settings[Key]> };
  hooks: fc.Arbitrary<Run["hooks"]>;
}): fc.Arbitrary<Run> {
  const record = { noNullPrototype: true } as const;
  return fc.record({ settings: fc.record(given.settings, record), hooks: given.hooks, cases }, record);
}
