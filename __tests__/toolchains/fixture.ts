import * as http from "colonnade";
import { JsonResponse, Resource, get, post, use } from "colonnade";
import type { Request } from "colonnade";
import type { RequestHandler } from "express";

const named = Symbol("named");

/** Middleware that leaves its name in the answer's `X-Trail`. */
function trail(name: string): RequestHandler {
  return (_request, response, next) => {
    response.append("X-Trail", name);
    next();
  };
}

type Method = (this: unknown, ...values: unknown[]) => unknown;

/** Someone else's decorator: replaces the method it stands on, in either decorator mode. */
function twice(...decorated: unknown[]): void {
  const [value, , descriptor] = decorated as [unknown, unknown, PropertyDescriptor?];
  const method = (descriptor?.value ?? value) as Method;
  const replacement: Method = function (...values) {
    return new JsonResponse([method.apply(this, values), method.apply(this, values)].map(payloadOf));
  };
  if (descriptor !== undefined) descriptor.value = replacement;
  else return replacement as never; // what a TC39 decorator returns replaces the method
}

function payloadOf(answer: unknown): unknown {
  return (answer as JsonResponse).payload;
}

@use(trail("base class"))
class Base extends Resource {
  protected greeting = "hello";

  @get("/inherited/:name")
  inherited(request: Request<"/inherited/:name">) {
    return new JsonResponse(`${this.greeting} ${request.matches.name}`);
  }

  @get("/overridden")
  overridden() {
    return new JsonResponse("base");
  }

  @get("/replaced")
  replaced() {
    return new JsonResponse("base");
  }

  @use(trail("base method"))
  @get("/guarded")
  guarded() {
    return new JsonResponse("base");
  }
}

@use(trail("class"), trail("class again"))
export class Fixture extends Base {
  protected override greeting = "hi";
  readonly #secret = "kept";

  @get("/first/:name")
  @get("/second/:rest*")
  both(request: Request) {
    return new JsonResponse(request.matches);
  }

  @post("/second/:rest*")
  async create(request: Request<"/second/:rest*">) {
    return new JsonResponse(await request.json(), 201);
  }

  // esbuild can't read `@http.delete` without these parentheses, which Prettier would take away.
  // prettier-ignore
  @(http.delete("/second/:rest*"))
  remove(request: Request<"/second/:rest*">) {
    return new JsonResponse({ removed: request.matches.rest });
  }

  override overridden() {
    return new JsonResponse("override");
  }

  @get("/replacement")
  override replaced() {
    return new JsonResponse("override");
  }

  @use(trail("override"))
  override guarded() {
    return new JsonResponse("override");
  }

  @twice
  @get("/wrapped/outside")
  wrappedOutside() {
    return new JsonResponse(this.#secret);
  }

  @get("/wrapped/inside")
  @twice
  wrappedInside() {
    return new JsonResponse(this.#secret);
  }

  @get("/symbol")
  [named]() {
    return new JsonResponse(this.#secret);
  }
}
