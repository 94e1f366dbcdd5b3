// What the compiler accepts and refuses of declarations with schemas, in both decorator modes: `npm run typecheck`.
import type { type as arktype } from "arktype" with { "resolution-mode": "import" };
import { expectTypeOf } from "expect-type";
import * as v from "valibot";
import { z } from "zod";
import {
  ErrorResponse,
  JsonResponse,
  Resource,
  Response,
  WebSocketOpCode,
  get,
  post,
  websocket,
} from "colonnade";
import type { MessageOf, Request, RequestOf, ResponseOf } from "colonnade";

// It is an ES module alone.
declare const ark: typeof arktype;

const NewUser = z.object({ name: z.string(), role: z.enum(["user", "admin"]).default("user") });
const User = z.object({ id: z.number(), name: z.string() });
const Conflict = z.object({ error: z.string() });
const Notify = z.object({ notify: z.coerce.boolean() });
const InOrg = z.object({ org: z.coerce.number() });
const Traced = z.object({ "x-trace": z.string().optional() });
const other: number = 202;
const user = { id: 1, name: "Ada" };

export const createUser = post("/orgs/:org/users", {
  summary: "Create a user",
  body: NewUser,
  query: Notify,
  matches: InOrg,
  headers: Traced,
  responses: { 201: User, 409: Conflict, 204: null },
});
export const listUsers = get("/users", { responses: { 200: z.array(User), 400: Conflict } });
export const plain = get("/plain/:id");

expectTypeOf<RequestOf<typeof createUser>["matches"]>().toEqualTypeOf<{ org: number }>();
expectTypeOf<RequestOf<typeof createUser>["query"]>().toEqualTypeOf<{ notify: boolean }>();
expectTypeOf<RequestOf<typeof createUser>["headers"]>().toEqualTypeOf<{ "x-trace"?: string | undefined }>();
expectTypeOf<RequestOf<typeof plain>["matches"]>().toEqualTypeOf<{ readonly id: string }>();
expectTypeOf<RequestOf<typeof plain>["query"]>().toEqualTypeOf<Readonly<Record<string, unknown>>>();
expectTypeOf<RequestOf<typeof plain>["headers"]>().toEqualTypeOf<Readonly<Record<string, string[]>>>();
expectTypeOf<JsonResponse<{ id: number; name: string }, 201>>().toExtend<ResponseOf<typeof createUser>>();

// Other libraries.
const ofValibot = post("/v", { body: v.object({ page: v.pipe(v.string(), v.transform(Number)) }) });
const ofArktype = post("/a", { body: ark({ name: "string", "age?": "number" }) });

export class Accepted extends Resource {
  @createUser
  async create(request: RequestOf<typeof createUser>) {
    const body = await request.json();
    expectTypeOf(body).toEqualTypeOf<{ name: string; role: "user" | "admin" }>();
    expectTypeOf(request.matches.org).toEqualTypeOf<number>();
    if (body.name === "") return new ErrorResponse("taken", 409);
    if (body.name === "nobody") return new Response(null, 204);
    return new JsonResponse(user, 201);
  }

  @createUser
  inline(
    _request: Request<
      "/orgs/:org/users",
      {
        body: typeof NewUser;
        query: typeof Notify;
        matches: typeof InOrg;
        headers: typeof Traced;
      }
    >,
  ) {
    return new JsonResponse(user, 201);
  }

  @createUser
  ownWord(request: RequestOf<typeof createUser>) {
    expectTypeOf(request.json<string>()).toEqualTypeOf<Promise<string>>();
    return request.raw.res;
  }

  @listUsers
  list() {
    return new JsonResponse([user]);
  }

  @listUsers
  refuse(): JsonResponse<{ id: number; name: string }[]> | ErrorResponse<{ error: string }> {
    return new ErrorResponse({ error: "no" });
  }

  @listUsers
  both(request: Request<"/users">) {
    return request.method === "GET" ? new JsonResponse([user], 200) : new ErrorResponse("no");
  }

  @ofValibot
  async valibot(request: RequestOf<typeof ofValibot>) {
    expectTypeOf(await request.json()).toEqualTypeOf<{ page: number }>();
    return new Response();
  }

  @ofArktype
  async arktype(request: RequestOf<typeof ofArktype>) {
    expectTypeOf(await request.json()).toEqualTypeOf<{ name: string; age?: number }>();
    return new Response();
  }
}

export class Refused extends Resource {
  // @ts-expect-error -- a status that responses do not allow
  @createUser
  status() {
    return new JsonResponse(user, 202);
  }

  // @ts-expect-error -- 200, which responses do not allow
  @createUser
  noStatus() {
    return new JsonResponse(user);
  }

  // @ts-expect-error -- 400, which responses do not allow
  @createUser
  noErrorStatus() {
    return new ErrorResponse("no");
  }

  // @ts-expect-error -- a body that responses do not allow
  @createUser
  async body() {
    return Promise.resolve(new JsonResponse({ id: "1", name: "Ada" }, 201));
  }

  // @ts-expect-error -- the body of another status
  @createUser
  otherBody() {
    return new JsonResponse(user, 409);
  }

  // @ts-expect-error -- the body of another status, where the status is left out
  @listUsers
  userAlone() {
    return new JsonResponse(user);
  }

  // @ts-expect-error -- one of two is not allowed
  @createUser
  either(request: RequestOf<typeof createUser>) {
    return request.method === "POST" ? new JsonResponse(user, 201) : new JsonResponse(user, 203);
  }

  // @ts-expect-error -- text for JSON
  @createUser
  text() {
    return new Response("text", 201);
  }

  // @ts-expect-error -- nothing
  @createUser
  nothing() {}

  // @ts-expect-error -- the schema of another body
  @createUser
  otherSchema(_request: Request<"/orgs/:org/users", { body: typeof User }>) {
    return new JsonResponse(user, 201);
  }

  // @ts-expect-error -- the matches are numbers by their schema
  @createUser
  plainMatches(_request: Request<"/orgs/:org/users">) {
    return new JsonResponse(user, 201);
  }

  // @ts-expect-error -- a schema that the declaration does not have
  @plain
  noSchema(_request: Request<"/plain/:id", { body: typeof User }>) {
    return new Response();
  }

  // @ts-expect-error -- another route's
  @plain
  otherRoute(_request: RequestOf<typeof createUser>) {
    return new Response();
  }
}

// @ts-expect-error -- no schema
post("/a", { body: { name: "string" } });
// @ts-expect-error -- not for HTTP
post("/a", { receives: User });
// @ts-expect-error -- not for WebSockets
websocket("/a", { body: User });
expectTypeOf(other).toEqualTypeOf<number>();

const Said = z.object({ text: z.string() });
const chat = websocket("/rooms/:room", {
  receives: Said,
  sends: z.union([Said, z.object({ left: z.string() })]),
});
const raw = websocket("/raw");

export class Sockets extends Resource {
  @chat
  async talk(socket: RequestOf<typeof chat>, ...[opcode, payload]: MessageOf<typeof chat>) {
    if (opcode === WebSocketOpCode.Text) {
      expectTypeOf(payload).toEqualTypeOf<{ text: string }>();
      await socket.send({ text: payload.text });
    } else if (opcode === WebSocketOpCode.Binary) {
      expectTypeOf(payload).toEqualTypeOf<Buffer>();
      // @ts-expect-error -- nor bytes
      await socket.send(payload);
    } else {
      await socket.send({ left: socket.matches.room });
    }
    // @ts-expect-error -- what `sends` does not allow
    await socket.send({ gone: true });
    // @ts-expect-error -- nor text
    await socket.send("text");
  }

  @chat
  apart(
    _socket: RequestOf<typeof chat>,
    _opcode: WebSocketOpCode,
    payload: { text: string } | string | Buffer,
  ) {
    expectTypeOf(payload).not.toBeNever();
  }

  // @ts-expect-error -- what `receives` does not give
  @chat
  wrong(
    _socket: RequestOf<typeof chat>,
    _opcode: WebSocketOpCode,
    _payload: { text: number } | string | Buffer,
  ) {}

  @raw
  async raw(socket: RequestOf<typeof raw>, opcode: WebSocketOpCode, payload: string | Buffer) {
    if (opcode === WebSocketOpCode.Text) await socket.send(payload);
    // @ts-expect-error -- no schema, no object
    await socket.send({ text: "" });
  }
}
