import { once } from "node:events";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import request from "supertest";
import { WebSocket } from "ws8";
import { createServer } from "colonnade";
import { createClient } from "colonnade/client";
import type { Client, WebSocketClass } from "colonnade/client";
import { createApp } from "../../examples/07-contract";
import {
  addTask,
  completeTask,
  listTasks,
  removeTask,
  watchTasks,
} from "../../examples/07-contract/declarations";

describe("07-contract", () => {
  let server: Server;
  let url: string;
  let client: Client;
  beforeEach(async () => {
    server = createServer(await createApp());
    await once(server.listen(0, "127.0.0.1"), "listening");
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    client = createClient(`${url}/api`);
  });
  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  it("adds, completes, lists and removes tasks, all by their declarations", async () => {
    const added = await client.call(addTask, { body: { title: "  tea " } });
    expect([added.statusCode, added.payload]).toEqual([201, { id: 1, title: "tea", done: false }]);
    expect((await client.call(completeTask, { matches: { id: 1 } })).statusCode).toBe(200);
    expect((await client.call(listTasks, { query: { done: "false" } })).payload).toEqual([]);
    expect((await client.call(listTasks)).payload).toEqual([{ id: 1, title: "tea", done: true }]);
    expect((await client.call(removeTask, { matches: { id: 1 } })).statusCode).toBe(204);
    expect((await client.call(removeTask, { matches: { id: 1 } })).statusCode).toBe(404);
  });

  it("refuses what its schemas do not accept, and says why", async () => {
    await client.call(addTask, { body: { title: "tea" } });
    expect((await client.call(addTask, { body: { title: "tea" } })).payload).toEqual({
      error: '"tea" is there already',
    });
    const empty = await client.call(addTask, { body: { title: " " } });
    expect([empty.statusCode, empty.payload]).toMatchObject([
      400,
      { issues: [{ message: "A task has a title" }] },
    ]);
    await request(url).delete("/api/tasks/one").expect(400);
  });

  it("tells who watches", async () => {
    const socket = client.connect(watchTasks, { WebSocket: WebSocket as unknown as WebSocketClass });
    const changes = socket[Symbol.asyncIterator]();
    expect((await changes.next()).value).toEqual([]);
    await client.call(addTask, { body: { title: "tea" } });
    expect((await changes.next()).value).toEqual([{ id: 1, title: "tea", done: false }]);
    socket.close();
  });

  it("documents what it answers", async () => {
    const { body } = await request(url).get("/docs/openapi.json").expect(200);
    const { paths, components } = body as { paths: object; components: { schemas: object } };
    expect(Object.keys(paths)).toEqual(["/api/tasks", "/api/tasks/{id}/done", "/api/tasks/{id}"]);
    expect(Object.keys(components.schemas)).toEqual(expect.arrayContaining(["NewTask", "Refusal"]));
    const { body: sockets } = await request(url).get("/docs/asyncapi.json").expect(200);
    expect(JSON.stringify(sockets)).toContain("/api/tasks/changes");
  });

  it("serves the page and its script", async () => {
    const { text } = await request(url).get("/").expect(200).expect("Content-Type", /html/);
    expect(text).toContain("page.js");
    const script = await request(url)
      .get("/page.js")
      .expect(200)
      .expect("Content-Type", /javascript/);
    expect(script.text.length).toBeGreaterThan(1_000);
  });
});
