import { IncomingMessage, ServerResponse } from "node:http";
import { Socket } from "node:net";
import express from "express";
import type { Express } from "express";
import { bench, group, summary } from "mitata";
import { JsonResponse, Resource, get } from "colonnade";

const hello = { hello: "world" };

class HelloResource extends Resource {
  @get("/hello")
  hello() {
    return new JsonResponse(hello);
  }
}

/** One JSON from `app(req, res)` to `res.end`, with no server and no connection. */
export function declareReply(): void {
  group("answer a small JSON, without a connection", () => {
    summary(() => {
      bench("Colonnade, mounted in an Express app", answering(express().use(new HelloResource().router())));
      bench("Express 5", answering(express().get("/hello", (_req, res) => void res.json(hello))));
    });
  });
}

function answering(app: Express) {
  const socket = new Socket();
  return () =>
    new Promise<void>((resolve, reject) => {
      const req: IncomingMessage = Object.assign(new IncomingMessage(socket), {
        method: "GET",
        url: "/hello",
      });
      const res = new ServerResponse(req);
      const end = res.end.bind(res) as (...args: unknown[]) => ServerResponse; // whichever of its forms
      // There is no socket that could tell when the answer has been written.
      res.end = (...args: unknown[]) => {
        if (res.statusCode === 200) resolve();
        else reject(new Error(`The answer was ${res.statusCode}`));
        return end(...args);
      };
      app(req, res);
    });
}
