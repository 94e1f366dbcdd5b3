import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { setImmediate } from "node:timers/promises";
import type { ErrorRequestHandler } from "express";
import { Response } from "colonnade";
import type { RawResponse, Request } from "colonnade";
import { appOf, ask, serve } from "./served";

// The subclass that docs/responses.md shows, and two that answer piece by piece, by hand.

class Redirect extends Response {
  constructor(readonly location: string) {
    super(null, 302);
  }

  override reply(_request: Request, res: RawResponse) {
    res.redirect(this.statusCode, this.location);
  }
}

class OwnFile extends Response {
  constructor(
    readonly root: string,
    readonly path: string,
  ) {
    super();
  }

  override reply(_request: Request, res: RawResponse) {
    res.sendFile(this.path, { root: this.root });
  }
}

class OwnEvents extends Response {
  constructor(readonly events: AsyncIterable<unknown>) {
    super();
  }

  override async reply(request: Request, res: RawResponse) {
    res.set({ "Content-Type": "text/event-stream", "Cache-Control": "no-store" }).flushHeaders();
    for await (const event of this.events) {
      if (request.signal.aborted) return;
      res.write(`data: ${JSON.stringify(event)}\n\n`);
    }
    res.end();
  }
}

/** Error middleware that notes what it is told, and ends whatever was begun. */
function ending(seen: unknown[]): ErrorRequestHandler {
  return (error, _req, res, _next) => {
    seen.push(error);
    if (res.headersSent) res.end();
    else res.status(error.status ?? 500).send("told");
  };
}

describe("a redirect by reply()", () => {
  it("is res.redirect's", async () => {
    const answer = await ask(appOf(() => new Redirect("/elsewhere")));
    expect([answer.status, answer.header("Location")]).toEqual([302, "/elsewhere"]);
    expect(answer.body.toString()).toBe("Found. Redirecting to /elsewhere");
  });

  it("has no body for HEAD", async () => {
    expect(
      await ask(
        appOf(() => new Redirect("/a")),
        { method: "HEAD" },
      ),
    ).toMatchObject({ complete: true });
  });
});

describe("a file by reply()", () => {
  const root = mkdtempSync(join(tmpdir(), "reply-"));
  beforeAll(() => writeFileSync(join(root, "a.txt"), "hello"));
  afterAll(() => rmSync(root, { recursive: true }));
  const app = () => appOf(() => new OwnFile(root, "a.txt"));

  it("is res.sendFile's, with its type and its tags", async () => {
    const answer = await ask(app());
    expect([answer.status, answer.body.toString()]).toEqual([200, "hello"]);
    expect(answer.header("Content-Type")).toMatch(/^text\/plain; charset=utf-8$/i);
    expect([answer.header("Last-Modified"), answer.header("ETag")]).toEqual([
      expect.any(String),
      expect.any(String),
    ]);
  });

  it("may be asked for in ranges", async () => {
    const answer = await ask(app(), { headers: { Range: "bytes=1-3" } });
    expect([answer.status, answer.body.toString()]).toEqual([206, "ell"]);
  });

  it("may be asked for on a condition", async () => {
    const etag = (await ask(app())).header("ETag") ?? "";
    expect(await ask(app(), { headers: { "If-None-Match": etag } })).toMatchObject({ status: 304 });
  });

  it("that is missing goes to error middleware with a 404", async () => {
    const seen: unknown[] = [];
    const answer = await ask(appOf(() => new OwnFile(root, "none.txt")).use(ending(seen)));
    expect([answer.status, seen]).toEqual([404, [expect.objectContaining({ code: "ENOENT" })]]);
  });
});

describe("server-sent events by reply()", () => {
  it("come one by one, and end", async () => {
    async function* events() {
      yield 1;
      await setImmediate();
      yield { two: 2 };
    }
    const answer = await ask(appOf(() => new OwnEvents(events())));
    expect([answer.header("Content-Type"), answer.complete]).toEqual([
      "text/event-stream; charset=utf-8",
      true,
    ]);
    expect(answer.body.toString()).toBe('data: 1\n\ndata: {"two":2}\n\n');
  });

  it("end when the client leaves", async () => {
    let ended: (last: number) => void = () => {};
    const over = new Promise<number>((resolve) => (ended = resolve));
    async function* events() {
      let count = 0;
      try {
        for (; ; count++) {
          yield count;
          await setImmediate();
        }
      } finally {
        ended(count);
      }
    }
    const served = await serve(appOf(() => new OwnEvents(events())));
    const socket = served.begin();
    await once(socket, "data");
    socket.destroy();
    expect(await over).toBeGreaterThan(0);
    await served.close();
  });

  it("are cut when their source fails", async () => {
    async function* events() {
      yield 1;
      await setImmediate();
      throw new Error("source");
    }
    const seen: unknown[] = [];
    const answer = await ask(appOf(() => new OwnEvents(events())).use(ending(seen)));
    expect([answer.status, answer.complete, seen]).toEqual([200, false, [new Error("source")]]);
  });
});

describe("reply(request, res)", () => {
  it("is given the handler's request, and a res whose head is not set", async () => {
    const given: unknown[] = [];
    class Own extends Response {
      override reply(request: Request, res: RawResponse) {
        given.push(request, res.statusCode, res.getHeader("X-A"));
        res.send("own");
      }
    }
    const app = appOf((request) => {
      given.push(request);
      return new Own("not this", 404, { "X-A": "1" });
    });
    expect((await ask(app)).body.toString()).toBe("own");
    expect(given).toEqual([given[0], given[0], 200, undefined]);
  });

  it("may be an own property, of one Response", async () => {
    const response = Object.assign(new Response("not this"), {
      reply: (_request: Request, res: RawResponse) => void res.send("own"),
    });
    expect((await ask(appOf(() => response))).body.toString()).toBe("own");
  });

  it("is reported, and its answer stands, when it then throws", async () => {
    const reported: unknown[] = [];
    class Late extends Response {
      override async reply(_request: Request, res: RawResponse) {
        res.send("whole");
        throw new Error("after");
      }
    }
    const app = appOf(() => new Late(), { onError: (error) => reported.push(error) });
    expect(await ask(app)).toMatchObject({ status: 200, complete: true });
    expect(reported).toEqual([new Error("after")]);
  });

  it("is not called when the body was too large", async () => {
    let called = false;
    class Own extends Response {
      override reply(_request: Request, res: RawResponse) {
        called = true;
        res.send("own");
      }
    }
    const app = appOf(async (request) => {
      await request.bytes().catch(() => {});
      return new Own();
    });
    const raw = `${(5_242_881).toString(16)}\r\n${"x".repeat(5_242_881)}\r\n0\r\n\r\n`;
    const answer = await ask(app, { method: "POST", headers: { "Transfer-Encoding": "chunked" }, raw });
    expect([answer.status, called]).toEqual([413, false]);
  });
});

describe("what reply() returns", () => {
  it.each<[string, (res: RawResponse) => unknown]>([
    ["the response that it has ended", (res) => res.send("whole")],
    [
      "the response that it goes on with",
      (res) => {
        res.write("who");
        setTimeout(() => res.end("le"), 10);
        return res;
      },
    ],
    ["a stream", (res) => Readable.from(["who", "le"]).pipe(res)],
    ["another value", (res) => (res.send("whole"), 200)],
  ])("may be %s", async (_, reply) => {
    const seen: unknown[] = [];
    const response = Object.assign(new Response(), {
      reply: (_request: Request, res: RawResponse) => reply(res) as void,
    });
    const app = appOf(() => response).use(ending(seen));
    expect([(await ask(app)).body.toString(), seen]).toEqual(["whole", []]);
  });

  it("is awaited where it is a thenable of another kind, and its failure told", async () => {
    const seen: unknown[] = [];
    const failure = new Error("failed later");
    // oxlint-disable-next-line unicorn/no-thenable -- that is what is tested
    const thenable = { then: (_: unknown, failed: (error: unknown) => void) => failed(failure) };
    const response = Object.assign(new Response(), { reply: () => thenable as Promise<void> });
    const { status } = await ask(appOf(() => response).use(ending(seen)));
    expect([status, seen]).toEqual([500, [failure]]);
  });
});
