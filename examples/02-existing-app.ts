// An app that was there before: its own middleware, sessions, rate limit, routes and error handler.
// Two Resources are mounted beside all that; they need nothing of it to change.
//
//   npm start
import cors from "cors";
import express from "express";
import type { Request } from "express";
import { ipKeyGenerator, rateLimit } from "express-rate-limit";
import helmet from "helmet";
import morgan from "morgan";
import { accountRouter, sessions } from "./02-existing-app/account";
import { AuthorResource } from "./02-existing-app/author-resource";
import { BookResource } from "./02-existing-app/book-resource";
import { answerError, answerNotFound } from "./02-existing-app/errors";
import type { Library } from "./02-existing-app/library";
import { routesOf } from "./02-existing-app/routes-of";
import { start } from "./02-existing-app/start";

interface Settings {
  readonly library: Library;
  /** How many requests one client may make in a minute. */
  readonly rate?: number;
  readonly log?: boolean;
}

/** A client that has left already has no address. */
const keyGenerator = ({ ip }: Request) => (ip === undefined ? "gone" : ipKeyGenerator(ip));

export function createApp({ library, rate = 300, log = false }: Settings) {
  const accounts = accountRouter();
  const authors = new AuthorResource(library).router();
  const books = new BookResource(library).router();

  const app = express();
  app.use(helmet());
  app.use(cors());
  if (log) app.use(morgan("tiny"));
  app.use(rateLimit({ limit: rate, legacyHeaders: false, standardHeaders: "draft-8", keyGenerator }));
  app.use(sessions());
  app.use(express.json());

  app.locals["routes"] = [
    ...routesOf(accounts),
    ...routesOf(authors, "/api"),
    ...routesOf(books, "/api"),
    "GET /health",
  ];
  app.get("/health", (_req, res) => {
    res.json({ healthy: library.isOpen });
  });
  app.use(accounts);
  app.use("/api", authors);
  app.use("/api", books);

  app.use(answerNotFound);
  app.use(answerError);
  return app;
}

if (require.main === module) start(createApp);
