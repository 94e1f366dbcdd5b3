import type { IncomingMessage, ServerResponse } from "node:http";

const waiting = new WeakSet<IncomingMessage>();

/**
 * Sends `100 Continue` when the body is first read, and not before: a request that is refused by its
 * head alone gets its answer instead (RFC 9110, section 10.1.1). Without the `100`, nobody knows whether
 * the client sends its body after all, so that the connection ends behind the answer.
 */
export function deferContinue(req: IncomingMessage, res: ServerResponse): void {
  const { shouldKeepAlive } = res;
  const read = req._read.bind(req);
  waiting.add(req);
  res.shouldKeepAlive = false;
  // On the instance: Express's setPrototypeOf would drop it from a class.
  req._read = (size) => {
    if (waiting.delete(req) && !res.headersSent) {
      res.shouldKeepAlive = shouldKeepAlive;
      res.writeContinue();
    }
    read(size);
  };
}

/** The body is read for nobody: the client need not send it. */
export function forgoContinue(req: IncomingMessage): void {
  waiting.delete(req);
}
