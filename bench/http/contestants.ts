import type { App, TaskName } from "./tasks";

/** Starts a server for a task on a free port of 127.0.0.1. @returns the port */
export type Serve = (app: App) => Promise<number>;

export interface Contestant {
  readonly title: string;
  /** What it is made of, as they are named in `node_modules`. */
  readonly packages: readonly string[];
  /** Only these tasks; all by default. */
  readonly only?: readonly TaskName[];
  /** Loads what this one needs and nothing of the others, some of which change Node's own classes. */
  readonly load: () => Promise<{ readonly serve: Serve }>;
}

export const contestants = {
  raw: {
    title: "node:http",
    packages: [],
    load: () => import("./contestants/raw.js"),
  },
  express5: {
    title: "Express 5",
    packages: ["express", "compression"],
    load: () => import("./contestants/express5.js"),
  },
  express4: {
    title: "Express 4",
    packages: ["express4", "compression"],
    load: () => import("./contestants/express4.js"),
  },
  routingControllers: {
    title: "routing-controllers",
    packages: ["routing-controllers", "class-transformer", "class-validator"],
    load: () => import("./contestants/routing-controllers.js"),
  },
  nest: {
    title: "Nest",
    packages: ["@nestjs/core", "@nestjs/platform-express"],
    load: () => import("./contestants/nest.js"),
  },
  fastify: {
    title: "Fastify",
    packages: ["fastify", "@fastify/compress"],
    load: () => import("./contestants/fastify.js"),
  },
  hono: {
    title: "Hono",
    packages: ["hono", "@hono/node-server"],
    load: () => import("./contestants/hono.js"),
  },
  expressInCreateServer: {
    title: "Express 5 in createServer",
    packages: ["colonnade"],
    only: ["one", "last1000", "missing", "middlewares"],
    load: () => import("./contestants/express-in-create-server.js"),
  },
  colonnadeListen: {
    title: "Colonnade, app.listen",
    packages: ["colonnade"],
    load: () => import("./contestants/colonnade-listen.js"),
  },
  colonnadeCreateServer: {
    title: "Colonnade, createServer",
    packages: ["colonnade"],
    load: () => import("./contestants/colonnade-create-server.js"),
  },
  colonnadeHttpServer: {
    title: "Colonnade, HTTPServer",
    packages: ["colonnade"],
    load: () => import("./contestants/colonnade-http-server.js"),
  },
  colonnadeHttpServerNoEtag: {
    title: "Colonnade, HTTPServer, etag off",
    packages: ["colonnade"],
    only: ["one", "parameter", "post"],
    load: () => import("./contestants/colonnade-http-server-no-etag.js"),
  },
} as const satisfies Readonly<Record<string, Contestant>>;

export type ContestantName = keyof typeof contestants;
