import { randomBytes } from "node:crypto";
import { ErrorResponse } from "colonnade";
import type { RequestHandler } from "express";
import session from "express-session";

declare module "express-session" {
  interface SessionData {
    name: string;
  }
}

export function sessions(): RequestHandler {
  return session({
    secret: randomBytes(32).toString("hex"), // a real app keeps one, so that a restart signs nobody out
    resave: false,
    saveUninitialized: false,
    cookie: { httpOnly: true, sameSite: "lax" },
  });
}

/** It runs before the handshake: who has no name gets this answer, and no socket. */
export const signedIn: RequestHandler = (req, _res, next) => {
  if (req.session.name === undefined) throw new ErrorResponse("Sign in first: PUT /session", 401);
  next();
};
