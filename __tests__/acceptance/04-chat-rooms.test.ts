import { until } from "../websocket/live-socket";
import { openChat } from "./chat-person";

/** Two who have got what comes at the beginning. */
async function talk() {
  const chat = await openChat();
  const ada = await chat.enter("tea", "Ada");
  await ada.nextOf("welcome");
  const bob = await chat.enter("tea", "Bob");
  await Promise.all([ada.nextOf("joined"), bob.nextOf("welcome")]);
  return { ...chat, ada, bob };
}

describe("04-chat: talking", () => {
  it("welcomes with who is there and what was said", async () => {
    const { ada, bob, enter } = await talk();
    await ada.say("one").say("two").hear(2);
    await bob.say("three").hear(3);
    const welcome = await (await enter("tea", "Cleo")).nextOf("welcome");
    expect(welcome).toMatchObject({ you: "Cleo", people: ["Ada", "Bob", "Cleo"] });
    expect(welcome.history.map(({ name, text }) => `${name}: ${text}`)).toEqual([
      "Ada: one",
      "Ada: two",
      "Bob: three",
    ]);
  });

  it("keeps the last 50 of what was said", async () => {
    const { ada, enter } = await talk();
    const texts = Array.from({ length: 60 }, (_each, index) => `text ${index}`);
    for (const text of texts) ada.say(text);
    await ada.hear(60);
    const { history } = await (await enter("tea", "Cleo")).nextOf("welcome");
    expect(history.map(({ text }) => text)).toEqual(texts.slice(-50));
  });

  it("brings all the same, in the same order", async () => {
    const { ada, bob } = await talk();
    for (let index = 0; index < 100; index++) {
      ada.say(`Ada ${index}`);
      bob.say(`Bob ${index}`);
    }
    const heard = await ada.hear(200);
    expect(await bob.hear(200)).toEqual(heard);
    const byAda = heard.filter((text) => text.startsWith("Ada"));
    expect(byAda).toEqual(Array.from({ length: 100 }, (_each, index) => `Ada ${index}`));
  });

  it("says who joins and who leaves, to the others of the room", async () => {
    const { ada, bob, enter } = await talk();
    const elsewhere = await enter("coffee", "Dora");
    await elsewhere.nextOf("welcome");
    await bob.peer.close();
    expect(await ada.next()).toEqual({ type: "left", name: "Bob" });
    const again = await enter("tea", "Bob", bob.cookie);
    expect(await ada.next()).toEqual({ type: "joined", name: "Bob" });
    expect((await again.next()).type).toBe("welcome");
    expect(await elsewhere.say("nothing came before this").next()).toMatchObject({ type: "said" });
  });

  it.each([
    ["bytes", Buffer.from('{"type":"say","text":"x"}'), "Send text"],
    ["no JSON", "{", "Send a JSON object"],
    ["null", "null", "Send a JSON object"],
    ["a list", "[]", 'The type is "say" or "kick"'],
    ["no type", "{}", 'The type is "say" or "kick"'],
    ["the type of a server's", '{"type":"said","text":"x"}', 'The type is "say" or "kick"'],
    ["a member of every object", '{"type":"constructor"}', 'The type is "say" or "kick"'],
    ["no text", '{"type":"say"}', "There is no text"],
    ["an empty text", '{"type":"say","text":" \\n"}', "There is no text"],
    ["a text that is a number", '{"type":"say","text":1}', "There is no text"],
    [
      "a long text",
      JSON.stringify({ type: "say", text: "x".repeat(1_001) }),
      "The text has more than 1000 characters",
    ],
    ["nobody's name", '{"type":"kick","name":{}}', "That is nobody's name"],
    ["the name of somebody else", '{"type":"kick","name":"Zoe"}', "Nobody here is called Zoe"],
  ])("tells who sends %s, and nobody else", async (_what, message, error) => {
    const { ada, bob } = await talk();
    ada.peer.send(message);
    expect(await ada.next()).toEqual({ type: "error", error });
    ada.say("still here");
    expect(await bob.next()).toMatchObject({ name: "Ada", text: "still here" });
  });

  it("closes who sends more than any text needs", async () => {
    const { ada, bob } = await talk();
    ada.say("x".repeat(8_192));
    expect((await ada.peer.closed).code).toBe(1009);
    expect(await bob.next()).toEqual({ type: "left", name: "Ada" });
  });

  it("has room for every text of 1,000 characters", async () => {
    const { ada } = await talk();
    for (const text of ["\u0000", "\uD800", "€", '"'].map((each) => each.repeat(1_000))) {
      expect(await ada.say(text).nextOf("said")).toMatchObject({ text });
    }
  });
});

describe("04-chat: sending away", () => {
  it("tells the one why, and the others who", async () => {
    const { ada, bob } = await talk();
    ada.kick("bob");
    expect(await bob.peer.closed).toEqual({ code: 4001, reason: "Ada has sent you away" });
    expect(await ada.next()).toEqual({ type: "left", name: "Bob", by: "Ada" });
    ada.say("gone");
    expect(await ada.next()).toMatchObject({ text: "gone" }); // he has left once
  });

  it("is for once", async () => {
    const { ada, bob, enter } = await talk();
    await ada.kick("Bob").nextOf("left");
    await (await enter("tea", "Bob", bob.cookie)).nextOf("welcome");
    expect(await ada.next()).toEqual({ type: "joined", name: "Bob" });
  });

  it("has a reason that fits, however long the name", async () => {
    const { enter } = await openChat();
    const name = "\u{10400}".repeat(24);
    const long = await enter("tea", name);
    const bob = await enter("tea", "Bob");
    await bob.nextOf("welcome");
    long.kick("Bob");
    expect((await bob.peer.closed).reason).toBe(`${name} has sent you away`);
    const second = await enter("tea", name);
    expect((await second.peer.closed).reason).toBe(`Somebody here is called ${name}`);
  });

  it("does not let anybody take another's name", async () => {
    const { ada, sockets, enter } = await talk();
    for (const name of ["Ada", "ADA", "\uFF21da"]) {
      const other = await enter("tea", name);
      expect(await other.peer.closed).toEqual({ code: 4003, reason: `Somebody here is called ${name}` });
    }
    expect(await ada.say("unmoved").next()).toMatchObject({ text: "unmoved" });
    expect(await sockets.connections(3)).toBeLessThanOrEqual(3);
  });

  it("gives the place of a window to the same person's next, of which the others see nothing", async () => {
    const { ada, bob, enter } = await talk();
    const next = await enter("tea", "Bob", bob.cookie);
    expect(await bob.peer.closed).toEqual({ code: 4002, reason: "You have joined in another window" });
    expect(await next.next()).toMatchObject({ type: "welcome", people: ["Ada", "Bob"] });
    next.say("I am back");
    expect(await ada.next()).toMatchObject({ text: "I am back" });
  });

  it("may be done to oneself", async () => {
    const { ada, bob } = await talk();
    ada.kick("Ada");
    expect((await ada.peer.closed).code).toBe(4001);
    expect(await bob.next()).toEqual({ type: "left", name: "Ada", by: "Ada" });
  });
});

describe("04-chat: a room", () => {
  it("is kept while somebody is in it, and forgotten with what was said", async () => {
    const { ada, bob, rooms, enter } = await talk();
    await ada.say("between us").hear(1);
    await ada.peer.close();
    await bob.nextOf("left");
    expect([...rooms.keys()]).toEqual(["tea"]);
    await bob.peer.close();
    await until(() => rooms.size === 0);
    const { history } = await (await enter("tea", "Cleo")).nextOf("welcome");
    expect(history).toEqual([]);
  });

  it("is forgotten when the last has sent himself away", async () => {
    const { rooms, enter } = await openChat();
    const ada = await enter("tea", "Ada");
    await ada.kick("Ada").peer.closed;
    await until(() => rooms.size === 0);
    expect(rooms.size).toBe(0);
  });

  it("is not made by a handshake that is refused", async () => {
    const { rooms, sockets } = await openChat();
    await sockets.refusal("/rooms/tea");
    expect(rooms.size).toBe(0);
  });

  it("is forgotten when connections break", async () => {
    const { rooms, enter } = await openChat();
    const people = await Promise.all(
      Array.from({ length: 20 }, async (_each, index) => enter(`room ${index}`, "Ada")),
    );
    expect(rooms.size).toBe(20);
    for (const { peer } of people) peer.socket.terminate();
    await until(() => rooms.size === 0);
  });
});
