import assert from "node:assert/strict";
import type { AddressInfo } from "node:net";
import createClient from "openapi-fetch";
import type { components, paths } from "./tasks";
import { app } from "./tasks-app";

async function use(baseUrl: string): Promise<void> {
  const client = createClient<paths>({ baseUrl });
  const added = await client.POST("/api/tasks", { body: { title: "tea" } });
  assert.ok(added.data !== undefined);
  const task: components["schemas"]["Task"] = added.data;
  assert.deepEqual(task, { id: 1, title: "tea", done: false });

  const again = await client.POST("/api/tasks", { body: { title: "tea" } });
  assert.equal(again.response.status, 409);
  const done = await client.POST("/api/tasks/{id}/done", { params: { path: { id: 1 } } });
  assert.equal(done.data?.done, true);
  const listed = await client.GET("/api/tasks");
  assert.deepEqual(
    listed.data?.map(({ title }) => title),
    ["tea"],
  );
  const removed = await client.DELETE("/api/tasks/{id}", { params: { path: { id: 1 } } });
  assert.equal(removed.response.status, 204);
}

const server = app.listen(0, async () => {
  const { port } = server.address() as AddressInfo;
  await use(`http://localhost:${port}`);
  console.log("openapi-fetch calls the example");
  server.close();
});
