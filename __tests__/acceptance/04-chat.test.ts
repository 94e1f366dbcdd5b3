import request from "supertest";
import { createApp } from "../../examples/04-chat";
import { openChat, origin, signIn } from "./chat-person";

describe("04-chat: the page", () => {
  const app = createApp({ origins: [origin] });

  it("is that of a room", async () => {
    await request(app).get("/").expect(302).expect("Location", "/rooms/lobby");
    await request(app).get("/rooms/lobby").expect(200).expect("Content-Type", "text/html; charset=utf-8");
  });

  it("finds all that it needs in the app", async () => {
    const { text } = await request(app).get("/rooms/tea");
    const paths = Array.from(text.matchAll(/(?:src|href)="([^"]+)"/g), ([, path = ""]) => path);
    expect(paths).toContain("/chat.js");
    const answers = await Promise.all(paths.map((path) => request(app).get(path)));
    expect(answers.map(({ status }) => status)).toEqual(paths.map(() => 200));
  });

  it("may run no script but its own", async () => {
    const { headers } = await request(app).get("/rooms/tea");
    expect(headers["content-security-policy"]).toMatch(/^default-src 'self';/);
  });

  it.each(["/rooms/%3Cb%3E", `/rooms/${"n".repeat(25)}`, "/rooms/%20"])("has no room at %s", async (path) => {
    await request(app).get(path).expect(400);
  });
});

describe("04-chat: PUT /session", () => {
  const app = createApp({ origins: [origin] });

  it.each(["A", "Ada", "Zoë Müller-Lüdenscheidt", "O’Brien", "李", "नमिता", "user 2", "n".repeat(24)])(
    "takes the name %j",
    async (name) => {
      await request(app).put("/session").send({ name }).expect(200, { name });
    },
  );

  it.each([
    "",
    " Ada",
    "Ada ",
    "<b>",
    "Ada\n",
    "\u202Eada",
    "a\u200Bda",
    "\u0301",
    "n".repeat(25),
    7,
    null,
    ["Ada"],
    undefined,
  ])("does not take %j", async (name) => {
    await request(app).put("/session").send({ name }).expect(400);
  });

  it.each(["null", "7", '"Ada"', "[]", "{", ""])("does not take the body %j", async (body) => {
    await request(app).put("/session").type("json").send(body).expect(400);
  });
});

describe("04-chat: the handshake", () => {
  it("is refused to who has no name", async () => {
    const { sockets } = await openChat();
    const { status, body } = await sockets.refusal("/rooms/tea");
    expect([status, JSON.parse(body)]).toEqual([401, { error: "Sign in first: PUT /session" }]);
  });

  it("is refused to a session that the server does not know", async () => {
    const { sockets } = await openChat();
    const cookie = await signIn((await openChat()).sockets, "Ada");
    expect((await sockets.refusal("/rooms/tea", { headers: { cookie } })).status).toBe(401);
  });

  it("is refused to the page of another origin, and not to its own", async () => {
    const { sockets } = await openChat();
    const cookie = await signIn(sockets, "Ada");
    const headers = { cookie };
    const other = await sockets.refusal("/rooms/tea", { headers, origin: "https://elsewhere.example" });
    expect(other.status).toBe(403);
    const peer = await sockets.connect("/rooms/tea", { headers, origin });
    expect(await peer.next()).toContain('"welcome"');
  });

  it.each([
    ["/rooms/%3Cb%3E", 400],
    ["/rooms/%ZZ", 400],
    ["/rooms", 404],
  ])("of %s is answered with %i", async (path, status) => {
    const { sockets } = await openChat();
    const cookie = await signIn(sockets, "Ada");
    expect((await sockets.refusal(path, { headers: { cookie } })).status).toBe(status);
  });
});
