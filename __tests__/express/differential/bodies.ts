import express from "express";
import type { Router } from "express";
import multer from "multer";

/** Routes that read a body, each by other means. */
export function bodies(): Router {
  const router = express.Router();
  const upload = multer({ limits: { fileSize: 100, files: 2 } });
  router.post("/json", express.json({ limit: "1kb" }), (req, res) => void res.json([req.body]));
  router.post(
    "/loose",
    express.json({ strict: false, type: "*/*" }),
    (req, res) => void res.json([req.body]),
  );
  router.post("/form", express.urlencoded({ extended: true }), (req, res) => void res.json([req.body]));
  router.post(
    "/plain-form",
    express.urlencoded({ extended: false }),
    (req, res) => void res.json([req.body]),
  );
  router.post("/text", express.text({ limit: 100 }), (req, res) => void res.json([req.body]));
  router.post("/raw", express.raw(), (req, res) => void res.send(req.body));
  router.post("/files", upload.array("file"), (req, res) => {
    const files = (req.files ?? []) as Express.Multer.File[];
    const told = files.map(({ fieldname, originalname, mimetype, size, buffer }) => {
      return [fieldname, originalname, mimetype, size, buffer.toString()];
    });
    res.json([req.body, told]);
  });
  router.all("/echo", (req, res) => void req.pipe(res));
  router.all("/unread", (_req, res) => void res.send("not interested"));
  router.all("/count", (req, res) => {
    let size = 0;
    req.on("data", (chunk: Buffer) => (size += chunk.length));
    req.on("end", () => void res.json([size, req.trailers, req.rawTrailers, req.complete]));
  });
  const iterate = async (req: AsyncIterable<Buffer>) => {
    const chunks: Buffer[] = [];
    for await (const chunk of req) chunks.push(chunk);
    return Buffer.concat(chunks).toString("hex");
  };
  router.all("/iterate", (req, res, next) => void iterate(req).then((hex) => res.send(hex), next));
  return router;
}
