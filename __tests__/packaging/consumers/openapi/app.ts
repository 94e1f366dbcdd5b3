import { writeFileSync } from "node:fs";
import { JsonResponse, Resource, get, openApi, param, post } from "colonnade";
import type { Request, RequestOf } from "colonnade";
import express from "express";
import { z } from "zod";

const NewUser = z.object({ name: z.string().min(1), tags: z.array(z.string()).default([]) });
const User = z.object({ id: z.number(), name: z.string(), tags: z.array(z.string()) }).meta({ id: "User" });
const Conflict = z.object({ why: z.string() });
const Folder = z.object({
  name: z.string(),
  get folders() {
    return z.array(Folder);
  },
});

const createUser = post("/users", { body: NewUser, responses: { 201: User, 409: Conflict } });
const listUsers = get("/users", {
  query: z.object({ tag: z.union([z.string(), z.array(z.string())]).optional() }),
  responses: { 200: z.array(User) },
});
const showFolder = get("/folders/:path*", { responses: { 200: Folder } });

class UserResource extends Resource {
  readonly #users: z.infer<typeof User>[] = [];

  @createUser
  async create(request: RequestOf<typeof createUser>) {
    const user = { id: this.#users.length + 1, ...(await request.json()) };
    if (this.#users.some(({ name }) => name === user.name)) {
      return new JsonResponse({ why: `There is a ${user.name}` }, 409);
    }
    this.#users.push(user);
    return new JsonResponse(user, 201);
  }

  @listUsers
  list({ query }: RequestOf<typeof listUsers>) {
    const tags = query.tag === undefined ? [] : [query.tag].flat();
    return new JsonResponse(
      this.#users.filter((user) => tags.every((tag) => user.tags.includes(tag))),
      200,
    );
  }

  @showFolder
  show({ matches }: RequestOf<typeof showFolder>) {
    return new JsonResponse({ name: matches.path ?? "", folders: [] }, 200);
  }

  @get("/echo/:id")
  @param("q", { required: true })
  echo(request: Request<"/echo/:id">) {
    return new JsonResponse({ id: request.matches.id });
  }
}

const users = new UserResource();

export const app = express();
app.use("/api", users.router());

if (require.main === module) {
  const document = openApi({ title: "Users", version: "1.0.0" }, { "/api": users });
  writeFileSync("openapi.json", JSON.stringify(document));
}
