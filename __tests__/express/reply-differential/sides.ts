import { IncomingMessage, ServerResponse, createServer as createPlainServer } from "node:http";
import type { Server, ServerOptions } from "node:http";
import compression from "compression";
import express from "express";
import type {
  ErrorRequestHandler,
  Express,
  NextFunction,
  RequestHandler,
  Response as ExpressResponse,
} from "express";
import { Router, createServer } from "colonnade";
import { sendByHand, tagOf } from "./by-hand";
import { toResponse } from "./response";
import { toRequest } from "./case";
import type { Case, Run } from "./case";
import { act, applySettings } from "./upstream";
import type { Received, Send } from "./connection";
import { begun, replace, replaceShared } from "./hooks";
import type { Hook } from "./hooks";

/** What a side has made of a case. */
export interface Outcome extends Received {
  /** The calls that hooks have noted. */
  readonly seen: readonly unknown[];
}

/** An app that answers cases, alone or mounted in another. */
export interface Side {
  readonly app: Express;
  readonly parent: Express;
  readonly server: Server;
}

interface Current {
  readonly given: Case;
  readonly hooks: readonly Hook[];
  /** By response: of two at once, the calls for the one may come between those for the other. */
  readonly seen: Map<ExpressResponse, unknown[]>;
  readonly closed: () => void;
}
let current: Current;

const methods = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
const compress = compression({ threshold: 0 });
/** How the sides of a comparison are made. */
export interface Making {
  readonly nested?: boolean;
  /** Done to the app before it has its routes, and its server. */
  readonly before?: (app: Express) => void;
}

/** The case answered by hand, on Node's server. */
export function byHand(making: Making = {}, serve: (app: Express) => Server = createPlainServer): Side {
  return createSide(making, serve, (app) =>
    app.all("/", (_req, res, next) => {
      const { given } = current;
      if (given.when === "at once") return sendByHand(res, given);
      void sendInTime(res, given, next);
    }),
  );
}

/** The case answered by a `Response`, on our server or on Node's. */
export function ours(server: "own" | "plain", making: Making = {}): Side {
  const callback = () => {
    const { given } = current;
    if (given.when === "at once") return toResponse(given);
    return wait(given.when).then(() => toResponse(given));
  };
  const router = new Router().registerRoutes(methods.map((method) => [method, "/", callback]));
  const serve = server === "own" ? createServer : createPlainServer;
  return createSide(making, serve, (app) => app.use(router.router()));
}

async function sendInTime(res: ExpressResponse, given: Case, next: NextFunction): Promise<void> {
  try {
    await wait(given.when);
    sendByHand(res, given);
  } catch (error) {
    next(error);
  }
}

function createSide(
  { nested = false, before = () => {} }: Making,
  serve: (app: Express) => Server,
  route: (app: Express) => void,
): Side {
  const parent = express().use(prepare);
  const app = nested ? express() : parent;
  before(app);
  route(app);
  app.use(failed);
  if (nested) parent.use(app);
  return { app, parent, server: serve(parent) };
}

/**
 * Node's server, whose requests and responses are born with the prototypes that Express would give them. The
 * bytes are the same, in a quarter of the time.
 */
export function createBornServer(app: Express): Server {
  const Request = class extends IncomingMessage {};
  const Response = class extends ServerResponse {};
  app.request = Object.setPrototypeOf(Request.prototype, app.request) as Express["request"];
  app.response = Object.setPrototypeOf(Response.prototype, app.response) as Express["response"];
  return createPlainServer({ IncomingMessage: Request, ServerResponse: Response } as ServerOptions, app);
}

async function wait(when: Case["when"]): Promise<void> {
  if (when === "later") await new Promise((resolve) => setImmediate(resolve));
}

function note(res: ExpressResponse, call: unknown[]): void {
  current.seen.get(res)?.push(call);
}

/** What comes before the handler on both sides. */
const prepare: RequestHandler = (req, res, next) => {
  const { given, hooks, seen, closed } = current;
  begun.add(res);
  seen.set(res, []);
  res.once("close", closed);
  for (const hook of hooks) if (hook.level === "res") replace(res, hook, note);
  for (const step of given.steps) act(step, res);
  if (given.steps.some(([name]) => name === "compression")) compress(req, res, next);
  else next();
};

/** Shows what error middleware finds: the failure, and a head that stands as it stood. */
const failed: ErrorRequestHandler = (error: Error, _req, res, _next) => {
  res.removeHeader("Content-Length");
  res.statusCode = 500;
  res.end(`${error.name}: ${error.message}`);
};

/** What a side makes of the cases of a run. */
export async function answerAll(side: Side, run: Run, send: Send): Promise<Outcome[]> {
  const { app, parent } = side;
  applySettings(app, parent, run.settings);
  const restore = replaceShared(run.hooks, app, parent, note);
  try {
    const outcomes: Outcome[] = [];
    for (const given of run.cases) outcomes.push(await answer(side, run.hooks, given, send));
    return outcomes;
  } finally {
    restore();
  }
}

async function answer({ app, server }: Side, hooks: Run["hooks"], given: Case, send: Send): Promise<Outcome> {
  const seen: Current["seen"] = new Map();
  let timer: NodeJS.Timeout | undefined;
  const answered = new Promise<void>((resolve, reject) => {
    let open = given.twice ? 2 : 1;
    const closed = () => --open === 0 && resolve();
    current = { given, hooks, seen, closed };
    timer = setTimeout(() => reject(new Error("No answer within 5 s")), 5_000);
  });
  const { bytes, ended } = await send(server, toRequest(given, tagOf(app, given)), answered);
  clearTimeout(timer);
  // Behind an answer that ends the connection, it is chance how far another gets.
  const cut = given.twice && ended;
  if (cut) await new Promise((resolve) => setTimeout(resolve, 1));
  return { bytes: withoutDate(bytes), ended, seen: cut ? [] : [...seen.values()].flat() };
}

function withoutDate(bytes: string): string {
  return bytes.replaceAll(/\r\nDate: [^\r]* 20\d\d [^\r]*/g, "\r\nDate: (now)");
}
