import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { connect } from "node:net";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import request from "supertest";
import { createApp } from "../../examples/02-existing-app";
import { Library } from "../../examples/02-existing-app/library";

describe("02-existing-app", () => {
  const library = new Library();
  const app = createApp({ library, rate: 1_000 });
  let author: { id: number; name: string };
  let names = 0;

  beforeEach(async () => {
    ({ body: author } = await request(app)
      .post("/api/authors")
      .send({ name: `Author ${++names}` }));
  });
  afterAll(() => library.close());

  async function addBooks(...titles: unknown[]): Promise<{ id: number; title: string }[]> {
    const { body } = await request(app).post(`/api/authors/${author.id}/books`).send({ titles }).expect(201);
    return body;
  }

  async function signIn() {
    const agent = request.agent(app);
    await agent.post("/login").send({ user: "Ada" }).expect(200);
    return agent;
  }

  describe("the app around the Resources", () => {
    it("answers its own routes, with helmet's and cors's headers", async () => {
      const answered = request(app).get("/health").expect(200, { healthy: true });
      await answered.expect("X-Content-Type-Options", "nosniff").expect("Access-Control-Allow-Origin", "*");
    });

    it("puts the same headers on a Resource's answers", async () => {
      const answered = request(app).get("/api/authors").expect(200);
      await answered.expect("X-Content-Type-Options", "nosniff").expect("Access-Control-Allow-Origin", "*");
    });

    it("keeps a session from request to request", async () => {
      const agent = await signIn();
      const before = await agent.get("/me");
      await agent.post("/logout");
      const after = await agent.get("/me");
      expect([before.body, after.body]).toEqual([{ user: "Ada" }, { user: null }]);
    });

    it("limits how often a client may ask, Resources included", async () => {
      const strict = createApp({ library, rate: 2 });
      await request(strict).get("/health").expect(200);
      await request(strict).get("/api/authors").expect(200);
      await request(strict).get("/api/authors").expect(429);
    });

    it("answers by its own error handler what its own parsers refuse", async () => {
      const sent = request(app).post("/api/authors").type("json").send('{"name":');
      const { body } = await sent.expect(400);
      expect(body).toEqual({ error: expect.stringMatching(/JSON/) });
    });

    it.each([
      ["get", "/api/none"],
      ["patch", "/api/authors"],
      ["delete", "/api/authors"],
    ] as const)("answers %s %s, which no route takes, by its own 404", async (method, path) => {
      const { body } = await request(app)[method](path).expect(404);
      expect(body).toEqual({ error: `Nothing answers ${method.toUpperCase()} ${path}` });
    });

    it("answers OPTIONS by cors for every path", async () => {
      await request(app).options("/api/authors").set("Origin", "https://example.com").expect(204);
    });

    it("knows the routes of both kinds", () => {
      const { routes } = app.locals;
      expect(routes).toEqual(expect.arrayContaining(["GET /me", "PUT /api/books/:id/cover"]));
    });
  });

  describe("/api/authors", () => {
    it("adds, shows, renames and lists", async () => {
      await request(app).put(`/api/authors/${author.id}`).send({ name: "Ursula K. Le Guin" }).expect(200);
      const renamed = { id: author.id, name: "Ursula K. Le Guin" };
      await request(app)
        .get(`/api/authors/${author.id}`)
        .expect(200, { ...renamed, books: [] });
      await request(app)
        .get(`/api/authors?after=${author.id - 1}`)
        .expect(200, [renamed]);
    });

    it("removes for whoever is signed in", async () => {
      await request(app).delete(`/api/authors/${author.id}`).expect(401);
      const agent = await signIn();
      await agent.delete(`/api/authors/${author.id}`).expect(204, "");
      await agent.delete(`/api/authors/${author.id}`).expect(404);
    });

    it("answers 409 to a name that is taken, added or renamed to", async () => {
      const { body: other } = await request(app).post("/api/authors").send({ name: "Another" });
      const taken = { error: "There is one of that name already" };
      await request(app).post("/api/authors").send({ name: author.name }).expect(409, taken);
      await request(app).put(`/api/authors/${other.id}`).send({ name: author.name }).expect(409, taken);
    });

    it("answers 409 when an author with books is removed, and keeps both", async () => {
      const [book] = await addBooks("Tehanu");
      const agent = await signIn();
      await agent.delete(`/api/authors/${author.id}`).expect(409, { error: "It is still referred to" });
      const books = [book];
      await request(app)
        .get(`/api/authors/${author.id}`)
        .expect(200, { ...author, books });
    });

    it.each([{}, { name: "" }, { name: 7 }, { name: null }, { name: ["x"] }, { name: "x".repeat(201) }, []])(
      "answers 400 to %j",
      async (body) => {
        await request(app).post("/api/authors").send(body).expect(400);
      },
    );

    it("answers 400 to null, which is JSON that express.json() does not read", async () => {
      await request(app).post("/api/authors").type("text").send("null").expect(400);
    });

    it.each(["0", "x", "1.5", "-1", "1 OR 1=1", "1; DROP TABLE authors", "%00"])(
      "answers 404 to the id %s",
      async (id) => {
        const path = id.startsWith("%") ? id : encodeURIComponent(id);
        await request(app).get(`/api/authors/${path}`).expect(404, { error: "No such author" });
      },
    );

    it("answers 400 to a malformed escape in the path", async () => {
      const { body } = await request(app).get("/api/authors/%ZZ").expect(400);
      expect(body).toMatchObject({ code: "ERR_MALFORMED_PATH" });
    });

    it("stores what looks like SQL as it is", async () => {
      const name = `'); DROP TABLE authors; --`;
      const { body } = await request(app).post("/api/authors").send({ name }).expect(201);
      await request(app)
        .get(`/api/authors/${body.id}`)
        .expect(200, { ...body, name, books: [] });
    });
  });

  describe("POST /api/authors/:id/books", () => {
    it("adds all books of the list", async () => {
      const books = await addBooks("The Dispossessed", "The Lathe of Heaven");
      expect(books.map(({ title }) => title)).toEqual(["The Dispossessed", "The Lathe of Heaven"]);
      await request(app)
        .get(`/api/authors/${author.id}`)
        .expect(200, { ...author, books });
    });

    it.each([
      ["a title that is there already", ["New", "Old"], 409],
      ["the same title twice", ["New", "New"], 409],
      ["something that is no title", ["New", 7], 400],
    ])("adds none when the list has %s", async (_what, titles, status) => {
      const books = await addBooks("Old");
      await request(app).post(`/api/authors/${author.id}/books`).send({ titles }).expect(status);
      await request(app)
        .get(`/api/authors/${author.id}`)
        .expect(200, { ...author, books });
    });

    it("answers 404 for an author that is not there", async () => {
      const titles = ["Nobody's"];
      await request(app)
        .post("/api/authors/999999/books")
        .send({ titles })
        .expect(404, { error: "No such author" });
    });

    it("keeps the lists of requests that come at once apart", async () => {
      const lists = Array.from({ length: 10 }, (_, at) =>
        at % 2 ? [`ok ${at}`] : [`bad ${at}`, `bad ${at}`],
      );
      const path = `/api/authors/${author.id}/books`;
      const answers = await Promise.all(lists.map((titles) => request(app).post(path).send({ titles })));
      expect(answers.map(({ status }) => status)).toEqual(
        lists.map(({ length }) => (length === 1 ? 201 : 409)),
      );
      const { body } = await request(app).get(`/api/authors/${author.id}`);
      expect(body.books.map(({ title }: { title: string }) => title).toSorted()).toEqual(
        lists.filter(({ length }) => length === 1).flat(),
      );
    });
  });

  describe("/api/books", () => {
    it("shows and removes", async () => {
      const [book] = await addBooks("Tehanu");
      const path = `/api/books/${book?.id}`;
      await request(app)
        .get(path)
        .expect(200, { ...book, author: author.id });
      await request(app).delete(path).expect(401);
      const agent = await signIn();
      await agent.delete(path).expect(204);
      await agent.get(path).expect(404, { error: "No such book" });
    });

    it("takes a cover from a form and gives it back byte by byte", async () => {
      const [book] = await addBooks("Covered");
      const path = `/api/books/${book?.id}/cover`;
      const cover = Buffer.alloc(200_000, "\x89PNG\0\xff", "latin1");
      await request(app).get(path).expect(404);
      await request(app).put(path).attach("cover", cover, "cover.png").expect(200, { bytes: 200_000 });
      const { body } = await request(app).get(path).buffer().expect(200);
      expect(cover.equals(body)).toBe(true);
    });

    it("answers 404 to a cover of a book that is not there", async () => {
      await request(app)
        .put("/api/books/999999/cover")
        .attach("cover", Buffer.from("x"), "x.png")
        .expect(404);
    });

    it("answers 413 to a cover over multer's limit, and over the route's", async () => {
      const [book] = await addBooks("Large");
      const path = `/api/books/${book?.id}/cover`;
      const { body } = await request(app).put(path).attach("cover", Buffer.alloc(1_010_000), "x").expect(413);
      expect(body).toEqual({ error: "File too large" });
      const refused = await request(app).put(path).attach("cover", Buffer.alloc(1_100_000), "x").expect(413);
      expect(refused.body).toMatchObject({ code: "ERR_BODY_TOO_LARGE" });
    });

    it("answers 413 to a form whose chunks have no end", async () => {
      const server = createServer(app).listen(0, "127.0.0.1");
      await once(server, "listening");
      const socket = connect((server.address() as AddressInfo).port, "127.0.0.1").setEncoding("latin1");
      let answer = "";
      socket.on("data", (text: string) => (answer += text)).on("error", () => {}); // "close" comes after it
      socket.setTimeout(3_000, () => socket.destroy());
      socket.write("PUT /api/books/1/cover HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n");
      socket.write("Content-Type: multipart/form-data; boundary=b\r\n\r\n");
      socket.write(inChunks('--b\r\nContent-Disposition: form-data; name="cover"; filename="x"\r\n\r\n'));
      for (let sent = 0; sent < 3_000_000; sent += 100_000) socket.write(inChunks("x".repeat(100_000)));
      await once(socket, "close");
      server.close();
      expect(answer).toMatch(/^HTTP\/1.1 413 /);
    });

    it.each([
      [
        "another field's file",
        "multipart/form-data; boundary=b",
        '--b\r\nContent-Disposition: form-data; name="x"; filename="x"\r\n\r\nx\r\n--b--',
      ],
      ["a form that ends too soon", "multipart/form-data; boundary=b", "--b\r\nContent-Dispo"],
      ["a form without its boundary", "multipart/form-data", "x"],
      ["no form", "application/octet-stream", "x"],
    ])("answers 400 to %s", async (_what, type, form) => {
      await request(app).put("/api/books/1/cover").set("Content-Type", type).send(form).expect(400);
    });
  });

  it("has written to its file what it has acknowledged", async () => {
    const folder = mkdtempSync(join(tmpdir(), "library-test-"));
    const file = join(folder, "library.db");
    const first = new Library(file);
    const { body } = await request(createApp({ library: first }))
      .post("/api/authors")
      .send({ name: "Kept" });
    first.close();
    const second = new Library(file);
    expect(second.all("SELECT * FROM authors")).toEqual([body]);
    second.close();
    rmSync(folder, { recursive: true });
  });
});

function inChunks(text: string): string {
  return `${text.length.toString(16)}\r\n${text}\r\n`;
}
