import type { ErrorRequestHandler, RequestHandler } from "express";

export const answerNotFound: RequestHandler = (req, res) => {
  res.status(404).json({ error: `Nothing answers ${req.method} ${req.path}` });
};

/** The app's own error handler: body parsers say in `status` what is the client's fault. */
export const answerError: ErrorRequestHandler = (error, _req, res, next) => {
  if (res.headersSent) {
    next(error);
    return;
  }
  const status = Number(error.status ?? 500);
  if (status >= 500) console.error(error);
  res.status(status).json({ error: status < 500 ? String(error.message) : "Internal Server Error" });
};
