import fc from "fast-check";
import type { HeaderValue, Headers, Payload } from "./case";

// What a handler answers with.

export const dates = ["Thu, 01 Jan 1970 00:00:00 GMT", "Tue, 15 Nov 1994 12:45:26 GMT", "no date"] as const;
export const tags = ['"a"', 'W/"a"', '"b"', "a", '""'] as const;
const types = [
  "text/html",
  "text/html; charset=utf-8",
  'text/plain;charset="UTF-8"',
  "TEXT/HTML; Charset=ISO-8859-1",
  "application/json",
  'application/json; charset=utf-8; profile="a;b"',
  'multipart/x; boundary="a b"',
  "image/png",
  "text/*",
  "html",
  "",
  " text/plain ",
  "text/html;",
  "text/html; charset",
  "a/b; q=é",
] as const;

/** What the headers of responses are drawn from; a name may be in any case, and stand for several values. */
const values: Record<string, readonly HeaderValue[]> = {
  "Content-Type": types,
  ETag: tags,
  "Last-Modified": dates,
  "Cache-Control": ["no-cache", "max-age=60, no-transform"],
  "Content-Length": ["0", "5", 3, "100000"],
  "Set-Cookie": [["a=1; Path=/", "b=2"], "c=3", ["d=4"], []],
  "X-List": [["a", "1", "b"], [], [""]],
  "X-Number": [5, -1.5, NaN],
  "X-Latin": ["é", "", " a ", "a\tb"],
  "Content-Encoding": ["identity", "gzip"],
  Vary: ["Accept", ["Origin", "Accept"], "*"],
  Link: ['<https://a.example/>; rel="next"', ["</1>", "</2>"]],
  Connection: ["close", "keep-alive", "X-List"],
  "Keep-Alive": ["timeout=1"],
  Date: ["Thu, 01 Jan 1970 00:00:00 GMT"],
  "Content-Disposition": ['attachment; filename="é.txt"', "inline"],
  "Content-Range": ["bytes 0-4/10"],
  "Accept-Ranges": ["bytes"],
  "X-Powered-By": ["Colonnade"],
  Upgrade: ["h2c"],
  __proto__: ["a"],
};
// The literal's `__proto__` is its prototype.
const pairs = [...Object.entries(values), ["__proto__", ["a"]] as const];

export const header = fc
  .tuple(
    fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...pairs) }, fc.constantFrom(...pairs.slice(0, 5))),
    fc.constantFrom("as written", "as written", "lower", "upper"),
    fc.nat(19),
  )
  .map(([[name, all], letters, at]): Headers[number] => {
    const cased = { "as written": name, lower: name.toLowerCase(), upper: name.toUpperCase() }[letters];
    return [cased ?? name, all[at % all.length] ?? ""];
  });
export const headers = fc.uniqueArray(header, { maxLength: 4, selector: ([name]) => name });

const bytes = fc.array(fc.nat(255), { maxLength: 4 }).map((four) => [...four, ...four, ...four, ...four]);
const value = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.constantFrom<unknown>({}, { a: 1, b: "<é&>", c: [1, "2", null] }, [[]], "a<b", 0, null),
  },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 2 }) },
);
const text = fc.constantFrom("", "a", "hello", "é", "😀", "\ud800", "<p>&\r\n\r\n</p>");
const long = fc.constantFrom(
  ["a", 999],
  ["é", 999],
  ["é", 1_000],
  ["a", 1_001],
  ["a", 16_384],
  ["😀", 17_000],
);
const written = fc.oneof(
  { weight: 20, arbitrary: fc.tuple(text, fc.constantFrom(1, 1, 1, 7)) },
  { weight: 1, arbitrary: long as fc.Arbitrary<[string, number]> },
);
export const payload: fc.Arbitrary<Payload> = fc.oneof(
  { weight: 1, arbitrary: fc.constant(["null"] as const) },
  {
    weight: 5,
    arbitrary: fc
      .tuple(fc.constantFrom("text" as const, "Buffer" as const), written)
      .map(([kind, [text, times]]): Payload => [kind, text, times]),
  },
  { weight: 1, arbitrary: fc.tuple(fc.constantFrom("Uint8Array", "Float32Array", "DataView"), bytes) },
  {
    weight: 4,
    arbitrary: fc.tuple(fc.constantFrom("JSON", "JSON", "ErrorResponse", "thrown ErrorResponse"), value),
  },
);

export const status = fc.oneof(
  { weight: 10, arbitrary: fc.constantFrom(200, 200, 200, 200, 201, 204, 205, 206, 304, 404, 500, 999) },
  { weight: 1, arbitrary: fc.integer({ min: 200, max: 599 }) },
);
