import express from "express";
import type { ErrorRequestHandler } from "express";
import request from "supertest";
import { ColonnadeError, Resource, Response, Router, get, post } from "colonnade";
import type { DispatchOptions, RouterOptions } from "colonnade";

class Things extends Resource {
  @get("/Things/:id")
  show() {
    return new Response("show");
  }
  @get("/throws")
  throws(): Response {
    throw new Error("thrown");
  }
  @post("/things", { maxContentLength: 1 })
  async create(request: { text(): Promise<string> }) {
    return new Response(await request.text());
  }
}

const wrong: [object, string][] = [
  [{ casesensitive: true }, '"casesensitive"'],
  [{ caseSensitive: "yes" }, 'caseSensitive is true or false, not "yes"'],
  [{ strict: 1 }, "strict is true or false, not 1"],
  [{ strict: null }, "strict is true or false, not null"],
  [{ onError: "log" }, 'onError is a function, not "log"'],
];
const wrongForMounting: [object, string][] = [
  [{ mergeParams: "yes" }, 'mergeParams is true or false, not "yes"'],
  [{ checkResponses: 1 }, "checkResponses is true or false, not 1"],
  [{ errors: "text" }, 'errors is "json", "problem" or "next", not "text"'],
  [{ errors: null }, 'errors is "json", "problem" or "next", not null'],
];

describe("router(options)", () => {
  it.each([...wrong, ...wrongForMounting])("refuses %j", (options, message) => {
    const refusal = expect.objectContaining({
      code: "ERR_OPTION",
      message: expect.stringContaining(message) as string,
    });
    expect(() => new Things().router(options)).toThrow(refusal as Error);
    expect(() => new Router().router(options)).toThrow(refusal as Error);
  });

  it.each([null, "strict", 1])("refuses %j in place of options", (options) => {
    expect(() => new Things().router(options as unknown as RouterOptions)).toThrow(ColonnadeError);
  });

  it("takes the Router's own for an option that is undefined", async () => {
    const router = new Router({ caseSensitive: false }).registerRoutes(new Things());
    const options = { caseSensitive: undefined } as unknown as RouterOptions;
    await request(express().use(router.router(options)))
      .get("/things/1")
      .expect(200);
  });

  it("takes undefined for an option that is left out", async () => {
    const options = { caseSensitive: undefined, strict: undefined, onError: undefined, errors: undefined };
    const app = express().use(new Things().router(options as unknown as RouterOptions));
    await request(app).get("/Things/1/").expect(200);
    await request(app).get("/things/1").expect(404);
  });

  it("refuses a route whose method is none, naming it", () => {
    const route = ["FETCH", "/x", () => new Response()] as const;
    expect(() => new Router().registerRoutes([route])).toThrow(/FETCH/);
  });

  it("with errors: 'next' passes on what Colonnade refuses, and answers it otherwise", async () => {
    const last: ErrorRequestHandler = (error: ColonnadeError, _req, res, _next) => {
      res.status(error.status).send(`passed on ${error.code}`);
    };
    const passing = express().use(new Things().router({ errors: "next" }), last);
    await request(passing).post("/things").send("xx").expect(413, "passed on ERR_BODY_TOO_LARGE");
    await request(passing).get("/Things/%ZZ").expect(400, "passed on ERR_MALFORMED_PATH");
    const answering = express().use(new Things().router(), last);
    const { body } = await request(answering).post("/things").send("xx").expect(413);
    expect(body).toMatchObject({ code: "ERR_BODY_TOO_LARGE" });
  });
});

describe("new Router(options)", () => {
  const others: [object, string][] = [
    [{ mergeParams: true }, 'has no option "mergeParams"'],
    [{ errors: "next" }, 'errors is "json" or "problem", not "next"'],
    [{ checkResponses: 1 }, "checkResponses is true or false, not 1"],
  ];
  it.each([...wrong, ...others])("refuses %j", (options, message) => {
    const refusal = expect.objectContaining({
      code: "ERR_OPTION",
      message: expect.stringContaining(message) as string,
    });
    expect(() => new Router(options)).toThrow(refusal as Error);
  });

  it.each([null, "strict", 1])("refuses %j in place of options", (options) => {
    expect(() => new Router(options as unknown as DispatchOptions)).toThrow(ColonnadeError);
  });

  it("holds for router() too, where it does not say otherwise", async () => {
    const router = new Router({ caseSensitive: false, strict: true }).registerRoutes(new Things());
    const app = express()
      .use("/a", router.router())
      .use("/b", router.router({ strict: false }));
    await request(app).get("/a/THINGS/1").expect(200);
    await request(app).get("/a/THINGS/1/").expect(404);
    await request(app).get("/b/THINGS/1/").expect(200);
  });
});
