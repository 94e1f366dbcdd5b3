import { Readable } from "node:stream";
import { JsonResponse, Request, Router } from "colonnade";
import type { ClientAddress, RouteOptions } from "colonnade";

const address: ClientAddress = ["192.0.2.1", 4711];
const names = ["__proto__", "constructor", "hasOwnProperty", "toString"];

function request(path: string): Request {
  return new Request(address, "GET", path);
}

/** How often `URLSearchParams` is made, and how many pairs it is asked for, while `action` runs. */
function countParsing(action: () => void): { made: number; pairs: number } {
  const { URLSearchParams: Original } = globalThis;
  const counted = { made: 0, pairs: 0 };
  globalThis.URLSearchParams = class extends Original {
    constructor(query: string) {
      super(query);
      counted.made++;
    }
    override *[Symbol.iterator](): ReturnType<URLSearchParams["entries"]> {
      for (const pair of super.entries()) {
        counted.pairs++;
        yield pair;
      }
      return undefined;
    }
  };
  try {
    action();
  } finally {
    globalThis.URLSearchParams = Original;
  }
  return counted;
}

describe("new Request(clientAddress, method, path, ...)", () => {
  it("keeps the address and the method", () => {
    const { clientAddress, method } = new Request(address, "DELETE", "/");
    expect({ clientAddress, method }).toEqual({ clientAddress: address, method: "DELETE" });
  });

  it.each([
    ["/", "/", "", {}],
    ["/a/b%2Fc/", "/a/b%2Fc/", "", {}],
    ["/a?x=1", "/a", "", { x: ["1"] }],
    ["/a#x?y=1", "/a", "x?y=1", {}],
    ["/a?x=1#top", "/a", "top", { x: ["1"] }],
    ["/a?x=1?y=2", "/a", "", { x: ["1?y=2"] }],
    ["/a?", "/a", "", {}],
    ["http://h/x?next=/admin", "/x", "", { next: ["/admin"] }],
    ["http://h?next=/admin", "/", "", { next: ["/admin"] }],
    ["*", "*", "", {}],
  ])("takes %s apart", (target, path, fragment, params) => {
    const made = request(target);
    expect({ path: made.path, fragment: made.fragment, params: { ...made.params } }).toEqual({
      path,
      fragment,
      params,
    });
  });

  it.each([
    ["a name without =", "flag", { flag: [""] }],
    ["an empty value", "flag=", { flag: [""] }],
    ["an empty name", "=x", { "": ["x"] }],
    ["a name that is repeated", "b=2&a=3&b=1", { b: ["2", "1"], a: ["3"] }],
    ["empty pairs", "&&a=1&", { a: ["1"] }],
    ["a value with =", "a=b=c", { a: ["b=c"] }],
    ["+ and %20 and %2B", "a+b=c+d%20e%2Bf", { "a b": ["c d e+f"] }],
    ["escaped separators", "a%26b=c%3Dd", { "a&b": ["c=d"] }],
    ["UTF-8", "n=%C3%A9&m=é", { n: ["é"], m: ["é"] }],
    ["a malformed escape", "a=%ZZ&b=100%&%=1", { a: ["%ZZ"], b: ["100%"], "%": ["1"] }],
    ["bytes that are not UTF-8", "a=%C3%28", { a: ["\ufffd("] }],
    ["brackets, which are part of the name", "a[b]=1&a[]=2", { "a[b]": ["1"], "a[]": ["2"] }],
  ])("reads a query with %s", (_fact, query, params) => {
    expect({ ...request(`/?${query}`).params }).toEqual(params);
  });

  it.each(names)("takes a query parameter named %s for data", (name) => {
    const { params } = request(`/?${name}=1&${name}=2`);
    expect(Object.entries(params)).toEqual([[name, ["1", "2"]]]);
  });

  it.each(names)("takes a header named %s for data", (name) => {
    const given = Object.fromEntries([[name, ["1", "2"]]]);
    const { headers } = new Request(address, "GET", "/", {}, "", given);
    expect(Object.entries(headers)).toEqual([[name.toLowerCase(), ["1", "2"]]]);
  });

  it.each(names)("takes a given parameter named %s for data", (name) => {
    const { params } = new Request(address, "GET", "/", Object.fromEntries([[name, ["1"]]]));
    expect(Object.entries(params)).toEqual([[name, ["1"]]]);
  });

  it("gives params, headers and matches without a prototype", () => {
    const { params, headers, matches } = request("/");
    expect([params, headers, matches].map((each) => Object.getPrototypeOf(each) as unknown)).toEqual([
      null,
      null,
      null,
    ]);
  });

  it("prefers the params, the fragment and the headers that it is given", () => {
    const made = new Request(address, "GET", "/a?x=1#top", { y: ["2", "3"] }, "", { A: "b" });
    expect([{ ...made.params }, made.fragment, { ...made.headers }]).toEqual([
      { y: ["2", "3"] },
      "",
      { a: ["b"] },
    ]);
  });

  it("takes header names in any case, and values alone or in a list", () => {
    const { headers } = new Request(address, "GET", "/", {}, "", { "X-A": "1", "x-a": ["2", "3"], Y: [] });
    expect({ ...headers }).toEqual({ "x-a": ["1", "2", "3"], y: [] });
  });

  it("does not share the lists that it is given", () => {
    const values = ["1"];
    const made = new Request(address, "GET", "/", { a: values }, "", { a: values });
    values.push("2");
    expect([made.params["a"], made.headers["a"]]).toEqual([["1"], ["1"]]);
  });

  it("takes 200,000 values under one name", () => {
    const values = Array.from({ length: 200_000 }, String);
    const made = new Request(address, "GET", "/", { a: values }, "", { a: values });
    expect([made.params["a"]?.length, made.headers["a"]?.length]).toEqual([200_000, 200_000]);
  });

  it.each([
    ["different names", (at: number) => `n${at}`, 100_000],
    ["one name", () => "n", 1],
  ])("visits each of 100,000 query parameters of %s once", (_fact, nameOf, count) => {
    const query = Array.from({ length: 100_000 }, (_, at) => `${nameOf(at)}=${at}`).join("&");
    const made = request(`/?${query}`);
    const counted = countParsing(() => expect(Object.keys(made.params)).toHaveLength(count));
    expect(counted).toEqual({ made: 1, pairs: 100_000 });
  });

  it("does not parse the query before it is asked for", () => {
    const counted = countParsing(() => {
      const made = request("/?a=1");
      expect([made.path, made.fragment, made.headers]).toHaveLength(3);
    });
    expect(counted.made).toBe(0);
  });

  it("parses the query once", () => {
    const made = request("/?a=1");
    const counted = countParsing(() => expect(made.params).toBe(made.params));
    expect(counted.made).toBe(1);
  });

  it("has no pattern and no matches before a route answers it", () => {
    const { pattern, matches } = request("/a");
    expect({ pattern, matches: { ...matches } }).toEqual({ pattern: "", matches: {} });
  });

  it("has no raw request, and a signal that does not abort", () => {
    const { raw, signal } = request("/");
    expect([raw, signal.aborted]).toEqual([undefined, false]);
  });

  it("has an empty stream when it is given none", async () => {
    expect(await request("/").stream.toArray()).toEqual([]);
  });
});

describe("Router.dispatch(request): what the handler is given", () => {
  async function dispatch(
    callback: (request: Request) => unknown,
    chunks: Iterable<unknown>,
    headers: Record<string, string> = {},
    options: RouteOptions = {},
  ) {
    const router = new Router().registerRoutes([
      ["POST", "/a/:id", async (given) => new JsonResponse(await callback(given)), options],
    ]);
    const stream = Readable.from(chunks);
    return router.dispatch(new Request(address, "POST", "/a/7?x=1#y", undefined, undefined, headers, stream));
  }

  it("holds the whole request", async () => {
    const { payload } = await dispatch(
      ({ clientAddress, method, path, params, fragment, headers, matches, pattern }) => ({
        clientAddress,
        method,
        path,
        params,
        fragment,
        headers,
        matches,
        pattern,
      }),
      [],
      { "X-A": "b" },
    );
    expect(JSON.parse(JSON.stringify(payload))).toEqual({
      clientAddress: ["192.0.2.1", 4711],
      method: "POST",
      path: "/a/7",
      params: { x: ["1"] },
      fragment: "y",
      headers: { "x-a": ["b"] },
      matches: { id: "7" },
      pattern: "/a/:id",
    });
  });

  it.each([
    ["strings", ['{"é":', "1}"]],
    ["Buffers", [Buffer.from('{"é":'), Buffer.from("1}")]],
    ["one Uint8Array", [new TextEncoder().encode('{"é":1}')]],
  ])("reads a stream of %s", async (_fact, chunks) => {
    const { payload } = await dispatch((given) => given.json(), chunks);
    expect(payload).toEqual({ é: 1 });
  });

  it("refuses chunks that are no bytes", async () => {
    const { payload } = await dispatch((given) => given.bytes().catch((error: Error) => error.message), [{}]);
    expect(payload).toBe("A request body is made of bytes, not an object of class Object");
  });

  it.each([
    ["is declared over", { "Content-Length": "5" }, [], 0],
    ["turns out to be over", {}, ["123", "45"], 1],
  ])(
    "is 413 when the body %s the limit, whatever the handler does",
    async (_fact, headers, chunks, calls) => {
      let called = 0;
      const answer = await dispatch(
        async (given) => {
          called++;
          await given.text().catch(() => {});
        },
        chunks,
        headers,
        { maxContentLength: 4 },
      );
      expect([answer.statusCode, called]).toEqual([413, calls]);
    },
  );

  it("is 413 too when it was the stream that the handler has read", async () => {
    const read = ({ stream }: Request) => stream.toArray().catch(() => []);
    const answer = await dispatch(read, ["123", "45"], {}, { maxContentLength: 4 });
    expect(answer.statusCode).toBe(413);
  });

  it("is 413 too when the handler fails by something that follows from it", async () => {
    const read = async (given: Request) => {
      await given.text().catch(() => {});
      throw new Error("no text");
    };
    const answer = await dispatch(read, ["123", "45"], {}, { maxContentLength: 4 });
    expect(answer.statusCode).toBe(413);
  });

  it("reads a body of just the limit", async () => {
    const { payload } = await dispatch(
      (given) => given.text(),
      ["123", "4"],
      { "Content-Length": "4" },
      {
        maxContentLength: 4,
      },
    );
    expect(payload).toBe("1234");
  });
});
