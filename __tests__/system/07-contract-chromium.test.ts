import { once } from "node:events";
import { mkdirSync } from "node:fs";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { EventStreamResponse, Resource, createServer, get } from "colonnade";
import { createApp } from "../../examples/07-contract";
import { complaintsOf, launchChromium } from "./chat-window";

/** What a browser's own EventSource is sent. */
class Ticks extends Resource {
  @get("/ticks")
  tick() {
    return new EventStreamResponse([{ event: "tick", data: { at: 1 }, id: "1" }, { data: "two\nlines" }]);
  }
}

describe("07-contract in Chromium", () => {
  const complaints: string[][] = [];
  let server: Server;
  let url: string;
  let browser: Browser;

  beforeAll(async () => {
    const app = await createApp();
    app.use(new Ticks().router());
    server = createServer(app);
    await once(server.listen(0, "127.0.0.1"), "listening");
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser?.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  async function open(): Promise<Page> {
    const page = await browser.newPage();
    complaints.push(complaintsOf(page));
    await page.goto(url);
    return page;
  }

  async function picture(page: Page, name: string): Promise<void> {
    const folder = process.env["SCREENSHOTS"];
    if (folder === undefined) return;
    mkdirSync(folder, { recursive: true });
    await page.screenshot({ path: join(folder, `contract-${name}.png`), fullPage: true });
  }

  const taskOf = (page: Page, text: string) => page.getByRole("listitem").filter({ hasText: text });

  it("adds, completes and removes a task, in every window", async () => {
    const [one, other] = [await open(), await open()];
    await one.getByLabel("What is to be done").fill("water the plants");
    await one.keyboard.press("Enter");
    await taskOf(other, "water the plants").waitFor();
    expect(await one.getByLabel("What is to be done").inputValue()).toBe("");
    await taskOf(other, "water the plants").getByRole("button", { name: "Done" }).click();
    await taskOf(one, "water the plants").getByRole("button", { name: "Remove" }).waitFor();
    await picture(one, "task");
    await taskOf(one, "water the plants").getByRole("button", { name: "Remove" }).click();
    await taskOf(other, "water the plants").waitFor({ state: "detached" });
    expect(await other.getByRole("listitem").count()).toBe(0);
  });

  it("says what the server does not accept", async () => {
    const page = await open();
    await page.getByLabel("What is to be done").fill("  ");
    await page.keyboard.press("Enter");
    const alert = page.getByRole("alert");
    await alert.filter({ hasText: "A task has a title" }).waitFor();
    await page.getByLabel("What is to be done").fill("tea");
    await page.keyboard.press("Enter");
    await taskOf(page, "tea").waitFor();
    await page.getByLabel("What is to be done").fill("tea");
    await page.keyboard.press("Enter");
    await alert.filter({ hasText: '"tea" is there already' }).waitFor();
    await picture(page, "refused");
    expect(await alert.textContent()).toBe('"tea" is there already');
  });

  it("leads to the document, which shows every route", async () => {
    const page = await open();
    await page.getByRole("link", { name: "The API, as a document" }).click();
    await page.getByText("Say that a task is done").waitFor();
    await picture(page, "docs");
    expect(await page.locator(".opblock").count()).toBe(4);
  });

  it("sends a browser's own EventSource what it reads", async () => {
    const page = await open();
    // As text: the types of a browser are not those of the tests.
    const received = await page.evaluate(`new Promise((resolve) => {
      const events = [];
      const source = new EventSource("/ticks");
      source.addEventListener("tick", ({ data, lastEventId }) => events.push([data, lastEventId]));
      source.onmessage = ({ data }) => {
        source.close();
        resolve([...events, data]);
      };
    })`);
    expect(received).toEqual([['{"at":1}', "1"], "two\nlines"]);
  });

  it("has nothing to complain of but the two requests that were refused", () => {
    expect(complaints.flat().map((text) => /status of (\d+)/.exec(text)?.[1] ?? text)).toEqual([
      "400",
      "409",
    ]);
  });
});
