import { Agent, createServer, request as send } from "node:http";
import type { IncomingHttpHeaders, RequestListener } from "node:http";
import type { AddressInfo } from "node:net";

/** What a client got. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Sent {
  readonly headers?: Record<string, string>;
  readonly body?: string | Buffer;
}

/** A server on a port of its own; targets are sent as they are given. */
export interface Live {
  readonly port: number;
  send(method: string, target: string, sent?: Sent): Promise<Answer>;
  close(): Promise<void>;
}

export async function listen(app: RequestListener): Promise<Live> {
  const agent = new Agent({ keepAlive: true });
  const server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    send: (method, path, { headers = {}, body } = {}) =>
      new Promise((resolve, reject) => {
        const request = send({ agent, host: "127.0.0.1", port, method, path, headers }, (response) => {
          const chunks: Buffer[] = [];
          response
            .on("data", (chunk: Buffer) => chunks.push(chunk))
            .on("error", reject)
            .on("end", () =>
              resolve({
                status: response.statusCode ?? 0,
                headers: response.headers,
                body: Buffer.concat(chunks).toString(),
              }),
            );
        });
        request.on("error", reject).end(body);
      }),
    close: async () => {
      agent.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Sends one request to an app and closes its server. */
export async function once(
  app: RequestListener,
  method: string,
  target: string,
  sent?: Sent,
): Promise<Answer> {
  const live = await listen(app);
  try {
    return await live.send(method, target, sent);
  } finally {
    await live.close();
  }
}

Error.stackTraceLimit = 50;

/** How a handler of ours was reached, as an Error that it has made tells: the innermost way counts. */
export function wayOf({ stack = "" }: Error): "at once" | "by the walk" {
  const [innermost] = /\b(?:runDirectly|walk) \(/.exec(stack) ?? [];
  return innermost?.startsWith("runDirectly") ? "at once" : "by the walk";
}
