import { setTimeout as wait } from "node:timers/promises";
import type { Browser, BrowserContextOptions } from "playwright-core";
import { Person } from "../acceptance/chat-person";
import { Sockets } from "../websocket/live-socket";
import { ChatServer } from "./chat-server";
import { ChatWindow, launchChromium } from "./chat-window";

const phone = { width: 390, height: 844 };

describe("04-chat in Chromium", () => {
  const server = new ChatServer();
  let browser: Browser;
  let rooms = 0;

  beforeAll(async () => {
    browser = await launchChromium();
    await server.start();
  });
  afterEach(async () => {
    for (const context of browser?.contexts() ?? []) await context.close();
  });
  afterAll(async () => {
    await browser?.close();
    await server.kill();
  });

  /** Two people, who use a browser each, in a room of their own. */
  async function openTwo(options: BrowserContextOptions = {}): Promise<[ChatWindow, ChatWindow]> {
    const url = `${server.url}/rooms/room${++rooms}`;
    const ada = await ChatWindow.open(await browser.newContext(options), url);
    await ada.join("Ada");
    const bob = await ChatWindow.open(await browser.newContext(options), url);
    await bob.join("Bob");
    await ada.note("Bob has joined");
    return [ada, bob];
  }

  it("has a page that asks for a name, and leads to the room that it is asked for", async () => {
    const window = await ChatWindow.open(await browser.newContext(), server.url);
    await window.picture("door");
    expect(await window.page.locator(":focus").getAttribute("name")).toBe("name");
    expect(await window.page.getByLabel("Room").inputValue()).toBe("lobby");
    await window.page.getByLabel("Room").fill("tea time");
    await window.join("Ada");
    expect(await window.page.getByRole("heading").textContent()).toBe("tea time");
    expect(window.page.url()).toBe(`${server.url}/rooms/tea%20time`);
  });

  it.each([
    ["name", "<Ada>", "tea", /^A name has 1 to 24 letters/],
    ["name of a room", "Ada", "tea & <biscuits>", /^The name of a room has 1 to 24 letters/],
  ])("says at the door what is wrong with a %s", async (_what, name, room, complaint) => {
    const window = await ChatWindow.open(await browser.newContext(), `${server.url}/rooms/tea`);
    await window.page.getByLabel("Your name").fill(name);
    await window.page.getByLabel("Room").fill(room);
    await window.page.keyboard.press("Enter");
    await window.page.getByRole("alert").waitFor();
    expect(await window.page.getByRole("alert").textContent()).toMatch(complaint);
    await window.page.getByLabel("Room").fill("tea");
    await window.join("Ada");
  });

  it("brings messages to two windows, in the same order", async () => {
    const [ada, bob] = await openTwo();
    const texts = (name: string) => Array.from({ length: 20 }, (_each, index) => `${name} ${index}`);
    const talk = async (window: ChatWindow, name: string) => {
      for (const text of texts(name)) await window.say(text);
    };
    await Promise.all([talk(ada, "Ada"), talk(bob, "Bob")]);
    const heard = await ada.heard(40);
    expect(await bob.heard(40)).toEqual(heard);
    expect(heard.filter((text) => text.startsWith("Ada"))).toEqual(texts("Ada"));
    expect(heard.filter((text) => text.startsWith("Bob"))).toEqual(texts("Bob"));
    expect([...ada.complaints, ...bob.complaints]).toEqual([]);
  });

  it("shows as text whatever is written", async () => {
    const [ada, bob] = await openTwo();
    const text = `<img src="x" onerror="alert(1)"><script>alert(2)</script>`;
    await ada.say(text);
    expect(await bob.heard(1)).toEqual([text]);
    expect(await bob.page.locator("#log img, #log script").count()).toBe(0);
    expect(bob.complaints).toEqual([]);
  });

  it("joins again when it is reloaded, with what was said", async () => {
    const [ada, bob] = await openTwo();
    await ada.say("before");
    await bob.heard(1);
    await bob.page.reload();
    await bob.connected("Bob");
    expect(await bob.heard(1)).toEqual(["before"]);
    await ada.note("Bob has left");
    await bob.say("I am back");
    expect(await ada.heard(2)).toEqual(["before", "I am back"]);
    expect(await ada.people()).toEqual(["Ada (you)", "Bob"]);
  });

  it("shows why somebody was sent away, and stays out", async () => {
    const [ada, bob] = await openTwo();
    await ada.say("/kick bob");
    await bob.page.getByRole("alert").getByText("Ada has sent you away", { exact: true }).waitFor();
    await bob.picture("sent-away");
    await ada.note("Bob was sent away by Ada");
    await wait(2_000); // longer than it waits before it connects again
    await bob.page.reload();
    await bob.page.getByLabel("Your name").waitFor();
    expect(await ada.people()).toEqual(["Ada (you)"]);
    await bob.join("Bob");
    await ada.note("Bob has joined");
  });

  it("says that the server is gone, and goes on when it is back", async () => {
    const [ada, bob] = await openTwo();
    await ada.say("before");
    await bob.heard(1);
    await server.kill();
    await Promise.all([ada.status(/Trying again in/), bob.status(/Trying again in/)]);
    await ada.note("The connection is lost");
    await ada.say("written meanwhile");
    await ada.picture("lost");
    await server.start();
    await Promise.all([ada.connected("Ada"), bob.connected("Bob")]);
    await ada.note("Connected again");
    await ada.page.keyboard.press("Enter");
    expect(await bob.heard(2)).toEqual(["before", "written meanwhile"]);
    expect(await ada.heard(2)).toEqual(["before", "written meanwhile"]);
    expect((await bob.people()).toSorted()).toEqual(["Ada", "Bob (you)"]);
  });

  it("lets two windows of one browser have a name each, also when both are reloaded at once", async () => {
    const context = await browser.newContext();
    const url = `${server.url}/rooms/windows`;
    const first = await ChatWindow.open(context, url);
    await first.join("First");
    const second = await ChatWindow.open(context, url);
    await second.join("Second");
    for (let round = 0; round < 5; round++) {
      await Promise.all([first.page.reload(), second.page.reload()]);
      await Promise.all([first.connected("First"), second.connected("Second")]);
    }
    await first.page.bringToFront();
    await first.say("hello");
    expect(await second.heard(1)).toEqual(["hello"]);
  });

  it("tells a window that its place was taken by another of the same person", async () => {
    const context = await browser.newContext();
    const url = `${server.url}/rooms/windows`;
    const first = await ChatWindow.open(context, url);
    await first.join("Ada");
    const second = await ChatWindow.open(context, url);
    await second.join("Ada");
    await first.page.getByRole("alert").getByText("You have joined in another window").waitFor();
    expect(await second.people()).toEqual(["Ada (you)"]);
  });

  it("is refused where it has come from another origin", async () => {
    const context = await browser.newContext();
    const window = await ChatWindow.open(
      context,
      `${server.url.replace("localhost", "127.0.0.1")}/rooms/tea`,
    );
    await window.page.getByLabel("Your name").fill("Ada");
    await window.page.keyboard.press("Enter");
    await window.status(/The server does not let this page in\. Trying again/);
    expect(window.complaints.join("\n")).toContain("Unexpected response code: 403");
  });

  it("fits a phone, in light and dark", async () => {
    const [ada, bob] = await openTwo({ viewport: phone, isMobile: true, hasTouch: true });
    const room = `room${rooms}`;
    for (const name of ["A person of a long name", ..."CDEFGH"]) {
      await Person.enter(new Sockets(server.port), room, name.padEnd(9, name));
    }
    await ada.say("Have you seen the colonnade?");
    await ada.heard(1);
    await bob.say("I have. It is long, and very white.");
    await bob.say(`And it has ${"columns".repeat(20)}`);
    await ada.heard(3);
    await ada.say("Who is carrying all that? The quick brown fox jumps over the lazy dog, again and again.");
    expect(await ada.heard(4)).toHaveLength(4);
    for (const colorScheme of ["light", "dark"] as const) {
      await ada.page.emulateMedia({ colorScheme });
      await ada.picture(`phone-${colorScheme}`);
    }
    expect(await ada.page.evaluate("document.documentElement.scrollWidth")).toBe(phone.width);
    const send = await ada.page.getByRole("button", { name: "Send" }).boundingBox();
    expect(Number(send?.y) + Number(send?.height)).toBeLessThan(phone.height);
    expect(Number(send?.height)).toBeGreaterThanOrEqual(44); // what a thumb can hit
  });
});
