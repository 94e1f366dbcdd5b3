import { Readable } from "node:stream";
import type { RequestHandler } from "express";
import { ErrorResponse, JsonResponse, Resource, Response, get, post, put, use } from "colonnade";
import type { Request } from "colonnade";

const tag: RequestHandler = (_req, res, next) => {
  res.set("X-Tag", "tagged");
  next();
};
const refuse: RequestHandler = (req, res, next) => {
  if (req.get("Authorization") === undefined) res.status(401).json({ error: "sign in" });
  else next();
};

@use(tag)
export class Things extends Resource {
  @get("/things/:id")
  show({ matches }: Request<"/things/:id">) {
    return new JsonResponse(matches);
  }

  @get("/files/:path*")
  file({ matches, params, path }: Request<"/files/:path*">) {
    return new JsonResponse({ matches, params, path });
  }

  @post("/things", { maxContentLength: 100 })
  async create(request: Request) {
    return new JsonResponse({ created: await request.json() }, 201, { Location: "/api/things/1" });
  }

  @put("/things/:id", { maxContentLength: 100 })
  async replace(request: Request<"/things/:id">) {
    return new Response(Buffer.from(await request.bytes()), 200, { "Content-Type": "text/x-thing" });
  }

  @get("/stream")
  stream() {
    return new Response(Readable.from([Buffer.from("one "), Buffer.from("two")]));
  }

  @get("/compressed")
  compressed() {
    return new Response("worth compressing ".repeat(200), 200, { "Content-Type": "text/plain" }, true);
  }

  @get("/nothing")
  nothing() {
    return new Response(null, 204);
  }

  @get("/raw")
  raw({ raw }: Request<"/raw">) {
    raw.res?.status(203).send("by itself");
    return raw.res;
  }

  @get("/refused")
  refused(): Response {
    throw new ErrorResponse({ reason: "no" }, 403, { "X-Refused": "yes" });
  }

  @get("/broken")
  async broken() {
    await Promise.reject(new Error("broken"));
    return new Response();
  }

  @get("/nonsense")
  nonsense() {
    return undefined as unknown as Response;
  }

  @use(refuse)
  @get("/guarded")
  guarded() {
    return new Response("inside");
  }
}
