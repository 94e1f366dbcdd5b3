import { Readable } from "node:stream";
import express from "express";
import { z } from "zod";
import { ErrorResponse, JsonResponse, Request, Resource, Response, Router, get } from "colonnade";
import type { HandlerResult } from "colonnade";
import { given } from "../schema/given";
import { deferred } from "../websocket/live-socket";
import { listen, once } from "./live";

const User = z.object({ id: z.number() });
const streams: Readable[] = [];

/** What handlers of plain JavaScript may return. */
const answers: Record<string, () => HandlerResult> = {
  right: () => new JsonResponse({ id: 1 }),
  none: () => new Response(null, 204),
  status: () => new JsonResponse({ id: 1 }, 201),
  body: () => new JsonResponse({ id: "1" }),
  error: () => new ErrorResponse("no", 404),
  stream: () => {
    const stream = Readable.from(["a"]);
    streams.push(stream);
    return new Response(stream, 206);
  },
};

class Users extends Resource {
  @get("/:what", { responses: { 200: User, 204: null } })
  show({ matches }: Request<"/:what">): never {
    return answers[matches.what]?.() as never; // as JavaScript may do
  }

  @get("/later/:what", {
    responses: {
      200: given<unknown>(async (value) =>
        Promise.resolve(value === "ok" ? { value } : { issues: [{ message: "It is not ok" }] }),
      ),
    },
  })
  later({ matches }: Request<"/later/:what">) {
    return new JsonResponse(matches.what);
  }

  @get("/fails/:what", {
    responses: {
      200: given<unknown>(() => {
        throw new Error("the schema fails");
      }),
    },
  })
  fails() {
    return new JsonResponse({});
  }

  @get("/dated/:what", { responses: { 200: z.strictObject({ at: z.iso.datetime() }) } })
  dated(): never {
    // As JSON has it.
    return new JsonResponse({ at: new Date(0), absent: undefined }) as never;
  }

  @get("/free/:what")
  free() {
    return new JsonResponse({}, 418);
  }
}

async function ask(path: string, checkResponses = true): Promise<unknown[]> {
  const failures: unknown[] = [];
  const app = express()
    .use(new Users().router({ checkResponses }))
    .use(((error: Error, _req, res, _next) => {
      failures.push(error.message);
      res.status(500).end();
    }) as express.ErrorRequestHandler);
  const { status } = await once(app, "GET", path);
  return [status, ...failures];
}

describe("router({ checkResponses: true })", () => {
  it.each([
    ["/right", 200],
    ["/none", 204],
    ["/later/ok", 200],
    ["/free/x", 418],
    ["/dated/x", 200],
  ])("lets through what is allowed: %s", async (path, status) => {
    expect(await ask(path)).toEqual([status]);
  });

  it.each([
    ["/status", "GET /:what has answered with 201; its responses are 200, 204"],
    [
      "/body",
      "The answer 200 of GET /:what is not valid: body.id: Invalid input: expected number, received string",
    ],
    ["/error", "GET /:what has answered with 404; its responses are 200, 204"],
    ["/later/no", "The answer 200 of GET /later/:what is not valid: body: It is not ok"],
    ["/fails/x", "the schema fails"],
  ])("has the app told of %s", async (path, message) => {
    expect(await ask(path)).toEqual([500, message]);
  });

  it("throws away the stream of an answer that is not allowed", async () => {
    await ask("/stream");
    expect(streams.at(-1)?.destroyed).toBe(true);
  });

  it("sends nothing to a client that has left while its answer was checked", async () => {
    const asked = deferred();
    const left = deferred();
    const ends: string[] = [];
    class Slow extends Resource {
      @get("/slow", {
        responses: {
          200: given<unknown>(async (value) => {
            asked.resolve();
            await left.promise;
            return { value };
          }),
        },
      })
      slow() {
        return new JsonResponse("late");
      }
    }
    const settled = deferred();
    const app = express()
      .use((_req, res, next) => {
        const end = res.end.bind(res) as (...args: unknown[]) => typeof res;
        res.end = (...args: unknown[]) => {
          ends.push("end");
          return end(...args);
        };
        res.on("close", () => {
          left.resolve();
          setImmediate(() => setImmediate(settled.resolve));
        });
        next();
      })
      .use(new Slow().router({ checkResponses: true }));
    const live = await listen(app);
    const controller = new AbortController();
    const call = fetch(`http://127.0.0.1:${live.port}/slow`, { signal: controller.signal });
    await asked.promise;
    controller.abort();
    await expect(call).rejects.toThrow("aborted");
    await settled.promise;
    await live.close();
    expect(ends).toEqual([]);
  });

  it("is off by default", async () => {
    expect(await ask("/status", false)).toEqual([201]);
  });
});

describe("new Router({ checkResponses: true })", () => {
  it("answers 500, and tells onError", async () => {
    const failures: unknown[] = [];
    const router = new Router({ checkResponses: true, onError: (error) => failures.push(error) });
    router.registerRoutes(new Users());
    const dispatch = async (path: string) =>
      (await router.dispatch(new Request(["127.0.0.1", 5], "GET", path))).statusCode;
    expect([await dispatch("/right"), await dispatch("/status"), await dispatch("/later/no")]).toEqual([
      200, 500, 500,
    ]);
    expect(failures).toMatchObject([{ code: "ERR_RESPONSE_INVALID" }, { code: "ERR_RESPONSE_INVALID" }]);
  });
});
