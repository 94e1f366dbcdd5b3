import type { ErrorRequestHandler } from "express";

const answers: Record<string, [status: number, error: string]> = {
  ENOENT: [404, "No such file"],
  ENOTDIR: [404, "No such folder"],
  EISDIR: [409, "That is a folder"],
  EPERM: [409, "That is a folder"], // what deleting one gives on macOS
  EEXIST: [409, "A file has the name of that folder"],
  ENAMETOOLONG: [400, "That name is too long"],
  ENOSPC: [507, "The disk is full"],
};

/** What the file system says, as an answer that tells nobody where the files are. */
export const answerFileError: ErrorRequestHandler = (error, _req, res, next) => {
  const answer = answers[error.code];
  if (answer === undefined || res.headersSent) next(error);
  else res.status(answer[0]).json({ error: answer[1] });
};
