import { OutgoingMessage, ServerResponse } from "node:http";
import express from "express";
import type { Express, Response as ExpressResponse } from "express";

// What instrumentation and middleware do: they put a function of their own in the place of a method.

export const hookedMethods = ["send", "json", "end", "writeHead", "setHeader"] as const;
export const hookLevels = [
  "res",
  "app.response",
  "parent.response",
  "express.response",
  "ServerResponse.prototype",
  "OutgoingMessage.prototype",
] as const;

type Method = (typeof hookedMethods)[number];
type Level = (typeof hookLevels)[number];
type Original = (this: ExpressResponse, ...args: unknown[]) => unknown;
/** What a hook does in the place of the original. */
type Effect = (res: ExpressResponse, args: unknown[], original: Original) => unknown;

/** Told of the calls. */
type Note = (res: ExpressResponse, call: unknown[]) => void;

export interface Hook {
  readonly method: Method;
  readonly level: Level;
  /** One of the method's in {@link effects}. */
  readonly effect: string;
}

const pass: Effect = (res, args, original) => original.apply(res, args);
const later: Effect = (res, args, original) => {
  setImmediate(() => {
    try {
      original.apply(res, args);
    } catch {
      res.destroy();
    }
  });
  return res;
};
const changeBody: Effect = (res, [body, ...rest], original) => {
  if (typeof body === "string") return original.call(res, `${body}<!-- é -->`, ...rest);
  return original.call(res, Buffer.isBuffer(body) ? Buffer.concat([body, Buffer.from("!")]) : body, ...rest);
};

/** What a hook may do, by the method that it replaces. All note what they are called with. */
export const effects: Record<Method, Record<string, Effect>> = {
  send: {
    pass,
    later,
    "change the body": changeBody,
    "answer with JSON": (res, [body], original) =>
      original.call(res, typeof body === "string" ? body : { wrapped: String(body) }),
    "change the head": (res, args, original) => original.apply(res.status(203).type("text"), args),
  },
  json: {
    pass,
    "change the value": (res, [value], original) => original.call(res, { value }),
  },
  end: {
    pass,
    later,
    "change the body": (res, [chunk, encoding], original) => {
      if (chunk === undefined || chunk === "") return original.call(res, chunk, encoding);
      const given = Buffer.from(chunk as string, encoding as BufferEncoding | undefined);
      const body = Buffer.concat([given, Buffer.from("!")]);
      if (!res.headersSent) res.setHeader("Content-Length", body.length);
      return original.call(res, body);
    },
    "write before": (res, args, original) => {
      if (!res.headersSent) res.removeHeader("Content-Length");
      if (res.req.method !== "HEAD") res.write("before ");
      return original.apply(res, args);
    },
  },
  writeHead: {
    pass,
    "add a header": (res, args, original) => {
      if (!res.headersSent) res.setHeader("X-Added", "in writeHead").removeHeader("ETag");
      return original.apply(res, args);
    },
    "give headers": (res, [status], original) => original.call(res, status, { "x-given": "a", ETag: '"w"' }),
    "change the status": (res, [status, ...rest], original) =>
      original.call(res, status === 200 ? 203 : status, ...rest),
  },
  setHeader: {
    pass,
    "change names": (res, [name, value], original) => original.call(res, String(name).toLowerCase(), value),
    "change values": (res, [name, value], original) =>
      original.call(res, name, /^(x-|etag|vary)/i.test(String(name)) ? `${String(value)}-changed` : value),
    drop: (res, [name, value], original) =>
      /^(content-length|etag|x-)/i.test(String(name)) ? res : original.call(res, name, value),
  },
};

/**
 * The responses that have come to the app's middleware. What is before that is not the reply, and Express sets
 * `X-Powered-By` before it changes the prototype of `res`, which makes no difference on a server of ours.
 */
export const begun = new WeakSet<ExpressResponse>();

/** Puts a hook in place of a method of `target`, which has or inherits it. */
export function replace(target: object, { method, effect }: Hook, note: Note): void {
  const original = Reflect.get(target, method) as Original | undefined;
  const run = effects[method][effect];
  if (run === undefined) throw new Error(`${method} has no effect ${effect}`);
  Object.assign(target, {
    [method](this: ExpressResponse, ...args: unknown[]) {
      if (!begun.has(this)) return original?.apply(this, args);
      note(this, [method, ...args.map(describeArgument)]);
      if (original === undefined) throw new Error(`${method} was called where there is none`);
      return run(this, args, original);
    },
  });
}

/**
 * Replaces methods of prototypes.
 *
 * @returns a function that takes it back.
 */
export function replaceShared(hooks: readonly Hook[], app: Express, parent: Express, note: Note) {
  const restorers = hooks.map((hook) => {
    const target = sharedTarget(hook.level, app, parent);
    if (target === undefined) return () => {};
    const before = Object.getOwnPropertyDescriptor(target, hook.method);
    replace(target, hook, note);
    return () => {
      if (before === undefined) Reflect.deleteProperty(target, hook.method);
      else Object.defineProperty(target, hook.method, before);
    };
  });
  return () => restorers.reverse().forEach((restore) => restore());
}

function sharedTarget(level: Level, app: Express, parent: Express): object | undefined {
  const targets: Record<Level, object | undefined> = {
    res: undefined, // there is none yet
    "app.response": app.response,
    "parent.response": parent.response,
    "express.response": express.response,
    "ServerResponse.prototype": ServerResponse.prototype,
    "OutgoingMessage.prototype": OutgoingMessage.prototype,
  };
  return targets[level];
}

function describeArgument(value: unknown): unknown {
  if (Buffer.isBuffer(value)) return ["Buffer", value.toString("latin1")];
  return typeof value === "function" ? "a function" : value;
}
