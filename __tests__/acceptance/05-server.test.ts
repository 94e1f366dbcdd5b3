import { once } from "node:events";
import type { HTTPServer } from "colonnade";
import request from "supertest";
import { WebSocket } from "ws8";
import { createServer } from "../../examples/05-server";

describe("05-server", () => {
  let server: HTTPServer;
  let url: string;
  beforeEach(async () => {
    server = await createServer(0);
    await server.run();
    url = `https://localhost:${server.address[1]}`;
  });
  afterEach(() => server.close());

  /** As curl sends a text by `-d`. */
  const add = (text: string) =>
    request(url).post("/api/notes").trustLocalhost().type("form").send(text.replaceAll(" ", "+"));

  it("keeps notes, behind HTTPS", async () => {
    await request(url)
      .post("/api/notes")
      .trustLocalhost()
      .type("text")
      .send("tea")
      .expect(201, { id: 1, text: "tea" });
    const list = await request(url)
      .get("/api/notes")
      .trustLocalhost()
      .expect(200, [{ id: 1, text: "tea" }]);
    expect(list.headers["strict-transport-security"]).toBe("max-age=600");
    await request(url).get("/api/notes/1").trustLocalhost().expect(200);
  });

  it("refuses what it must, as JSON", async () => {
    await request(url).get("/api/notes/2").trustLocalhost().expect(404, { error: "no such note" });
    await request(url).post("/api/notes").trustLocalhost().expect(400, { error: "a note has a text" });
    await request(url).delete("/api/notes").trustLocalhost().expect(405);
    await request(url).get("/nowhere").trustLocalhost().expect(404);
    await request(url).get("/api/notes/news").trustLocalhost().expect(404);
  });

  it("tells of new notes, until it ends", async () => {
    const socket = new WebSocket(`${url.replace("https", "wss")}/api/notes/news`, {
      rejectUnauthorized: false,
    });
    await once(socket, "open");
    const told = once(socket, "message");
    await add("news").expect(201);
    expect(String((await told)[0])).toBe("news");
    const closed = once(socket, "close");
    await server.close();
    expect((await closed)[0]).toBe(1001);
  });
});
