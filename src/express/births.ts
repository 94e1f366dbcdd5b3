import { IncomingMessage, ServerResponse } from "node:http";
import type { RequestListener, ServerOptions } from "node:http";
import { Socket } from "node:net";

/** By what a server makes its requests and responses. */
type Births = Pick<ServerOptions, "IncomingMessage" | "ServerResponse">;

/** What an Express app gives its requests and responses as their prototypes. */
interface App {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Express 4's. */
  readonly lazyrouter?: unknown;
}

/**
 * By what a server makes requests and responses that have `app.request` and `app.response` as their
 * prototypes from their birth. Express gives them these by `Object.setPrototypeOf` (`app.handle`), after
 * which, where that changes anything, V8 is slow at the first write to each property.
 *
 * @returns nothing for what is no Express app, and for one whose prototypes would be in Node's way.
 */
export function birthsOf(app: RequestListener): Births {
  if (!isApp(app)) return {};
  const { request, response } = app;
  const req = new IncomingMessage(new Socket());
  // What Express sets before it changes the prototypes, and Express 4 asks for before it does.
  const names = ["res", "next", "query", "baseUrl", "originalUrl", "params", "_parsedUrl"];
  const early = app.lazyrouter === undefined ? ["res"] : names;
  if (!isFillable(request, req, early) || !isFillable(response, new ServerResponse(req), [])) return {};

  return {
    IncomingMessage: derive(IncomingMessage, request),
    ServerResponse: derive(ServerResponse, response),
  } as Births; // generic in Node's types
}

function isApp(listener: RequestListener): listener is RequestListener & App {
  const { request, response } = listener as Partial<App>;
  return request instanceof IncomingMessage && response instanceof ServerResponse;
}

/**
 * Whether Node and Express can fill an object that has this prototype: not where, under a name that they set, it
 * has something that up to now was hidden by what they set.
 *
 * @param example - an object as Node makes it.
 * @param early - the names that Express sets besides.
 */
function isFillable(prototype: object, example: object, early: readonly string[]): boolean {
  const end = Object.getPrototypeOf(example) as object;
  for (let at = prototype; at !== end; at = Object.getPrototypeOf(at) as object) {
    for (const [name, property] of Object.entries(Object.getOwnPropertyDescriptors(at))) {
      if (early.includes(name) || (name in example && property.writable !== true)) return false;
    }
  }
  return true;
}

/**
 * Makes what a class that extends `base` is, but for the prototype of its objects: a class's own is a new object,
 * and here it is the app's.
 */
function derive(base: Function, prototype: object): unknown {
  const born = function (this: object, first: unknown, options: unknown): void {
    base.call(this, first, options);
  };
  // V8 makes room in an object for the properties that its constructor sets, and those that this one extends.
  Object.setPrototypeOf(born, base);
  born.prototype = prototype;
  return born;
}
