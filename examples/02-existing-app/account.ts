import { randomBytes } from "node:crypto";
import { ErrorResponse } from "colonnade";
import { Router } from "express";
import type { RequestHandler } from "express";
import session from "express-session";

declare module "express-session" {
  interface SessionData {
    user: string;
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

/** Routes written by hand, as they were before. */
export function accountRouter(): Router {
  const router = Router();
  router.post("/login", (req, res, next) => {
    const user: unknown = req.body?.user;
    if (typeof user !== "string" || user === "") {
      res.status(400).json({ error: "user must be a text" });
      return;
    }
    req.session.regenerate((error) => {
      if (error) return next(error);
      req.session.user = user;
      res.json({ user });
    });
  });
  router.post("/logout", (req, res, next) => {
    req.session.destroy((error) => (error ? next(error) : res.json({ user: null })));
  });
  router.get("/me", (req, res) => {
    res.json({ user: req.session.user ?? null });
  });
  return router;
}

/** Middleware like any other; what it throws is the answer. */
export const signedIn: RequestHandler = (req, _res, next) => {
  if (req.session.user === undefined) throw new ErrorResponse("Sign in first: POST /login", 401);
  next();
};
