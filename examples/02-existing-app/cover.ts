import { ErrorResponse } from "colonnade";
import type { RequestHandler } from "express";
import multer from "multer";

const upload = multer({ storage: multer.memoryStorage(), limits: { files: 1, fileSize: 1_000_000 } });
const readCover = upload.single("cover");

/** multer gives a broken form no status, but it is the client's fault and no 500. */
export const receiveCover: RequestHandler = (req, res, next) => {
  readCover(req, res, (error) => next(error instanceof Error ? refusal(error) : error));
};

function refusal(error: Error): Error | ErrorResponse {
  if ("status" in error) return error;
  const tooLarge = error instanceof multer.MulterError && error.code === "LIMIT_FILE_SIZE";
  return new ErrorResponse(error.message, tooLarge ? 413 : 400, {}, { cause: error });
}
