import assert from "node:assert/strict";
import type { AddressInfo } from "node:net";
import createClient from "openapi-fetch";
import type { components, operations, paths } from "./api";
import { app } from "./app";

async function use(baseUrl: string): Promise<void> {
  const client = createClient<paths>({ baseUrl });

  const created = await client.POST("/api/users", { body: { name: "Ada", tags: ["a b", "c"] } });
  assert.ok(created.data !== undefined);
  const user: components["schemas"]["User"] = created.data;
  assert.deepEqual(user, { id: 1, name: "Ada", tags: ["a b", "c"] });

  const taken = await client.POST("/api/users", { body: { name: "Ada" } });
  assert.equal(taken.response.status, 409);
  assert.ok(taken.error !== undefined && "why" in taken.error);
  assert.equal(taken.error.why satisfies string, "There is a Ada");

  const refused = await client.POST("/api/users", { body: { name: "" } });
  assert.ok(refused.error !== undefined && "issues" in refused.error);
  assert.deepEqual(refused.error.issues[0]?.path satisfies (string | number)[] | undefined, ["name"]);

  const listed = await client.GET("/api/users", { params: { query: { tag: ["a b", "c"] } } });
  assert.deepEqual(
    listed.data?.map(({ name }) => name),
    ["Ada"],
  );
  const none = await client.GET("/api/users", { params: { query: { tag: "d" } } });
  assert.deepEqual(none.data, []);

  const root = await client.GET("/api/folders");
  assert.equal(root.data?.folders.length satisfies number | undefined, 0);
  const folder = await client.GET("/api/folders/{path}", { params: { path: { path: "a" } } });
  assert.equal(folder.data?.name, "a");

  const echoed = await client.GET("/api/echo/{id}", { params: { path: { id: "a/b?" }, query: { q: "" } } });
  assert.equal(echoed.response.status, 200);
}

// What the document does not allow does not compile.
export type Create = operations["UserResource_create"];
export async function misuse(): Promise<void> {
  const client = createClient<paths>();
  // @ts-expect-error -- a user has a name
  await client.POST("/api/users", { body: {} });
  // @ts-expect-error -- `q` is required
  await client.GET("/api/echo/{id}", { params: { path: { id: "1" } } });
  // @ts-expect-error -- there is no such path
  await client.GET("/api/nothing");
}

const server = app.listen(0, async () => {
  const { port } = server.address() as AddressInfo;
  await use(`http://localhost:${port}`);
  console.log("openapi-fetch calls what the document says");
  server.close();
});
