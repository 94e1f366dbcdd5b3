import { HTTPServer, JsonResponse, Resource, WebSocketOpCode, get, post, websocket } from "colonnade";
import type { HTTPServerOptions, Request, RunOptions, WebSocketRequest } from "colonnade";

/** The Resource of these tests. */
export class Things extends Resource {
  @get("/things/:id")
  show({ matches }: Request<"/things/:id">) {
    return new JsonResponse({ id: matches.id });
  }

  @post("/things")
  async add(request: Request<"/things">) {
    return new JsonResponse(await request.json(), 201);
  }

  @get("/broken")
  fail(): JsonResponse {
    throw new Error("a secret");
  }

  @websocket("/socket")
  echo(socket: WebSocketRequest<"/socket">, opcode: WebSocketOpCode, payload: string | Buffer) {
    if (opcode === WebSocketOpCode.Text) void socket.send(payload);
  }
}

const running = new Set<HTTPServer>();
// What a test that failed has left open would keep Jest from ending.
afterEach(async () => {
  for (const server of running) await server.close({ timeout: 0 });
  running.clear();
});

/** Runs a server on a port of its own. */
export async function run(server: HTTPServer, options?: RunOptions): Promise<string> {
  running.add(server);
  await server.run(options);
  return `http://127.0.0.1:${server.address[1]}`;
}

export function create(options?: HTTPServerOptions): HTTPServer {
  return new HTTPServer(["127.0.0.1", 0], undefined, undefined, options);
}
