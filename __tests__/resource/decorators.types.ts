// What the compiler accepts and refuses, in both decorator modes: `npm run typecheck`. Nothing here runs.
import { expectTypeOf } from "expect-type";
import * as http from "colonnade";
import { JsonResponse, Resource, Response, get, header, param, post, use, websocket } from "colonnade";
import type {
  ErrorResponse,
  Request,
  Route,
  RouteDecorator,
  Router,
  VerbOptions,
  WebSocketDecorator,
  WebSocketOpCode,
} from "colonnade";
import type {
  ErrorRequestHandler,
  Request as ExpressRequest,
  Response as ExpressResponse,
  RequestHandler,
} from "express";

const answer = new JsonResponse("ok");
const prefix: string = "/v1";

export class Accepted extends Resource {
  greeting = "hello";

  @get("/a/:id")
  ownPattern(request: Request<"/a/:id">) {
    expectTypeOf(request.matches).toEqualTypeOf<{ readonly id: string }>();
    expectTypeOf(request.pattern).toEqualTypeOf<"/a/:id">();
    expectTypeOf(this.greeting).toEqualTypeOf<string>();
    return new JsonResponse(this.greeting);
  }

  @get("/a/:id/:rest*")
  optional(request: Request<"/a/:id/:rest*">) {
    expectTypeOf(request.matches).toEqualTypeOf<{ readonly id: string; readonly rest?: string }>();
    return answer;
  }

  @get("/a/:id")
  @post("/a/:id", { maxContentLength: 10 })
  twoMethods(_request: Request<"/a/:id">) {
    return answer;
  }

  @get("/a/:id")
  @get("/b/:name")
  twoPatterns(request: Request<"/a/:id" | "/b/:name">) {
    expectTypeOf(request.matches).toEqualTypeOf<{ readonly id: string } | { readonly name: string }>();
    return answer;
  }

  @get("/a/:id")
  plainRequest(request: Request) {
    expectTypeOf(request.matches["id"]).toEqualTypeOf<string | undefined>();
    return answer;
  }

  @get(prefix + "/:id")
  unknownPattern(request: Request) {
    return new JsonResponse(request.matches);
  }

  @get("/a/:id")
  noArgument() {
    return answer;
  }

  @get("/a/:id")
  async asynchronous(_request: Request<"/a/:id">) {
    return answer;
  }

  @get("/a/:id")
  eitherResponse(_request: Request<"/a/:id">): Response | ErrorResponse | Promise<Response> {
    return answer;
  }

  @get("/a/:id")
  alwaysThrows(): never {
    throw new Error("never");
  }

  @get("/a/:id")
  answersByItself(request: Request<"/a/:id">) {
    expectTypeOf(request.raw.res).toEqualTypeOf<ExpressResponse>();
    request.raw.res.end();
    return request.raw.res;
  }

  @get("/a/:id")
  protected protectedMethod(_request: Request<"/a/:id">) {
    return answer;
  }

  @get("/a/:id")
  private privateMethod(_request: Request<"/a/:id">) {
    return answer;
  }

  @http.delete("/a/:id")
  deletes(_request: Request<"/a/:id">) {
    return this.privateMethod(_request);
  }

  @websocket("/rooms/:room")
  room(socket: Request<"/rooms/:room">, opcode: WebSocketOpCode, payload: string | Buffer) {
    expectTypeOf(socket.matches).toEqualTypeOf<{ readonly room: string }>();
    expectTypeOf(opcode).toEqualTypeOf<WebSocketOpCode>();
    expectTypeOf(payload).toEqualTypeOf<string | Buffer>();
  }

  @websocket("/rooms/:room")
  async opened(_socket: Request<"/rooms/:room">) {}
}

export class Refused extends Resource {
  // @ts-expect-error -- another pattern
  @get("/a/:id")
  otherPattern(_request: Request<"/b/:name">) {
    return answer;
  }

  // @ts-expect-error -- another pattern, with the same names
  @get("/a/:id")
  sameNames(_request: Request<"/b/:id">) {
    return answer;
  }

  // @ts-expect-error -- only one of two patterns
  @get("/a/:id")
  @get("/b/:id")
  oneOfTwo(_request: Request<"/b/:id">) {
    return answer;
  }

  // @ts-expect-error -- a pattern that is not known
  @get(prefix + "/a/:id")
  unknownPattern(_request: Request<"/a/:id">) {
    return answer;
  }

  // @ts-expect-error -- a string
  @get("/a")
  returnsString() {
    return "ok";
  }

  // @ts-expect-error -- nothing
  @get("/a")
  returnsNothing() {}

  // @ts-expect-error -- nothing, later
  @get("/a")
  async resolvesToNothing() {}

  // @ts-expect-error -- sometimes nothing
  @get("/a")
  returnsMaybe(): Response | undefined {
    return undefined;
  }

  // @ts-expect-error -- undefined
  @get("/a")
  returnsUndefined() {
    return undefined;
  }

  // @ts-expect-error -- the `Response` of fetch
  @get("/a")
  returnsFetchResponse() {
    return new globalThis.Response("ok");
  }

  // @ts-expect-error -- what only looks like a Response
  @get("/a")
  returnsLookalike() {
    return { payload: "ok", statusCode: 200, headers: {}, compress: false };
  }

  // @ts-expect-error -- a second argument, which nothing gives
  @get("/a")
  twoArguments(_request: Request<"/a">, _more: string) {
    return answer;
  }

  // @ts-expect-error -- a static method
  @get("/a")
  static staticMethod() {
    return answer;
  }

  // @ts-expect-error -- an accessor
  @get("/a")
  get accessor() {
    return answer;
  }

  // @ts-expect-error -- a field
  @get("/a")
  field = () => answer;

  // @ts-expect-error -- another pattern
  @websocket("/rooms/:room")
  otherRoom(_socket: Request<"/halls/:room">) {}

  // @ts-expect-error -- a payload is not only a string
  @websocket("/rooms/:room")
  stringsOnly(_socket: Request<"/rooms/:room">, _opcode: WebSocketOpCode, _payload: string) {}

  // @ts-expect-error -- a WebSocket is not answered by returning
  @websocket("/rooms/:room")
  answers() {
    return answer;
  }
}

export class NoResource {
  // @ts-expect-error -- not a method of a Resource
  @get("/a")
  method() {
    return answer;
  }

  // @ts-expect-error -- not a method of a Resource
  @use(() => {})
  guarded() {
    return answer;
  }
}

export class Crud<Item extends object> extends Resource {
  protected items: Item[] = [];

  @get("/items/:id")
  show(request: Request<"/items/:id">) {
    return new JsonResponse(this.items[Number(request.matches.id)]);
  }
}

export class Users extends Crud<{ name: string }> {
  override show(request: Request<"/items/:id">) {
    return super.show(request);
  }
}

// Middleware: written in place, Express's own types, lists.
const typed: RequestHandler<{ id: string }, object, { name: string }, { q: string }, { user: string }> = (
  _req,
  _res,
  next,
) => next();
const failed: ErrorRequestHandler<{ id: string }> = (error, _req, _res, next) => next(error);

@use(typed, [failed, [typed]])
export class Guarded extends Resource {
  @use((req, res, next) => {
    expectTypeOf(req).toExtend<ExpressRequest>();
    expectTypeOf(res).toExtend<ExpressResponse>();
    next();
  })
  @use(async (_req, _res, next) => next())
  @header("X-Id", { required: true })
  @param("q", { description: "what to look for", type: "string" })
  @get("/guarded")
  guarded() {
    return answer;
  }

  // @ts-expect-error -- a static method
  @use(typed)
  static staticMethod() {}

  // @ts-expect-error -- a field
  @header("X-Id")
  field = 5;

  // @ts-expect-error -- an accessor
  @param("q")
  get accessor() {
    return 5;
  }
}

// @ts-expect-error -- a class that is no Resource
@use(typed)
export class GuardedNoResource {
  readonly field = 5;
}

// @ts-expect-error -- no middleware
use("helmet");
// @ts-expect-error -- no name
header();
// @ts-expect-error -- the name has its place
param("q", { name: "q" });

// @ts-expect-error -- a misspelt option
get("/a", { maxContentLenght: 5 });
// @ts-expect-error -- a string for a number
get("/a", { maxContentLength: "5" });
// @ts-expect-error -- no pattern
get();
// @ts-expect-error -- an option of WebSockets
get("/a", { heartbeat: 5 });
// @ts-expect-error -- one subprotocol, and no list
websocket("/a", { protocols: "chat" });

// A declaration is a value with types.
const saveUser = post("/user/:id", { maxContentLength: 100 });
expectTypeOf(saveUser).toEqualTypeOf<
  RouteDecorator<"/user/:id", { readonly maxContentLength: 100 }, "POST">
>();
expectTypeOf(saveUser).toExtend<RouteDecorator<"/user/:id", { readonly maxContentLength: 100 }>>();
expectTypeOf(saveUser.method).toEqualTypeOf<"POST">();
expectTypeOf(saveUser.pattern).toEqualTypeOf<"/user/:id">();
expectTypeOf(saveUser.options.maxContentLength).toEqualTypeOf<100>();
expectTypeOf(get("/a")).toEqualTypeOf<RouteDecorator<"/a", VerbOptions, "GET">>();
expectTypeOf(websocket("/a/:id")).toEqualTypeOf<WebSocketDecorator<"/a/:id">>();
// @ts-expect-error -- frozen
saveUser.pattern = "/user/:id";

type RequestOf<Declared> =
  Declared extends RouteDecorator<infer Pattern, infer Options> ? Request<Pattern, Options> : never;
expectTypeOf<RequestOf<typeof saveUser>>().toEqualTypeOf<
  Request<"/user/:id", { readonly maxContentLength: 100 }>
>();

export class Saved extends Resource {
  @saveUser
  save(request: RequestOf<typeof saveUser>) {
    return new JsonResponse(request.matches.id);
  }

  // @ts-expect-error -- a Request that was declared with other options
  @post("/user/:id", { maxContentLength: 5 })
  other(_request: RequestOf<typeof saveUser>) {
    return answer;
  }
}

// What later declarations rely on: the status is a literal, a Response is nominal.
expectTypeOf(new JsonResponse({ id: 5 }, 201)).toEqualTypeOf<JsonResponse<{ id: number }, 201>>();
expectTypeOf(new JsonResponse("ok").statusCode).toEqualTypeOf<number>();
expectTypeOf(new Response("ok", 204).statusCode).toEqualTypeOf<204>();
expectTypeOf<{
  payload: unknown;
  statusCode: number;
  headers: {};
  compress: boolean;
}>().not.toExtend<Response>();
expectTypeOf<globalThis.Response>().not.toExtend<Response>();
// @ts-expect-error -- 200 is not 201
export const created: JsonResponse<unknown, 201> = new JsonResponse("ok", 200);

// Routes as tuples.
expectTypeOf<ReturnType<Accepted["routes"]>>().toEqualTypeOf<Route[]>();
declare const router: Router;
router.registerRoutes([
  ["GET", "/a", () => answer],
  ["GET", "/a/:id", (request) => new JsonResponse(request.matches["id"])],
  ["GET", "/a/:id", (request: Request<"/a/:id">) => new JsonResponse(request.matches.id)],
  ["PUT", "/a/:id", async () => answer, { maxContentLength: 10 }],
]);
// @ts-expect-error -- no callback
router.registerRoutes([["GET", "/a"]]);
