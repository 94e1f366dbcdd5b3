import { accessSync, constants } from "node:fs";
import { join } from "node:path";
import { chromium } from "playwright-core";
import type { Browser, BrowserContext, Page } from "playwright-core";

const executablePath = process.env["CHROMIUM"] ?? "/usr/bin/chromium";

const args = [
  "--headless",
  "--no-sandbox", // as root it has none
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export async function launchChromium(): Promise<Browser> {
  try {
    accessSync(executablePath, constants.X_OK);
  } catch (cause) {
    const message = `No Chromium at ${executablePath}: apt-get install chromium, or name another in CHROMIUM`;
    throw new Error(message, { cause });
  }
  return chromium.launch({ executablePath, args });
}

/** What the browser complains of: what the policy forbids, what is not found, what throws. */
export function complaintsOf(page: Page): string[] {
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  return complaints;
}

/** A window with 04-chat's page, which is used as a person uses it: by what it says, and by the keyboard. */
export class ChatWindow {
  /** See {@link complaintsOf}. */
  readonly complaints: string[];

  constructor(readonly page: Page) {
    this.complaints = complaintsOf(page);
  }

  static async open(context: BrowserContext, url: string): Promise<ChatWindow> {
    const window = new ChatWindow(await context.newPage());
    await window.page.goto(url);
    return window;
  }

  async join(name: string): Promise<void> {
    await this.page.getByLabel("Your name").fill(name);
    await this.page.keyboard.press("Enter");
    await this.connected(name);
  }

  async connected(name: string): Promise<void> {
    await this.page.getByText(`Connected as ${name}`, { exact: true }).waitFor();
  }

  /** The message field has the focus, from joining on. */
  async say(text: string): Promise<void> {
    await this.page.keyboard.type(text);
    await this.page.keyboard.press("Enter");
  }

  /** What has been said, once it is so much. */
  async heard(count: number): Promise<string[]> {
    const texts = this.page.getByRole("log").locator(".text");
    await texts.nth(count - 1).waitFor();
    return texts.allTextContents();
  }

  /** Waits for a line between the messages, such as who has joined. */
  async note(text: string): Promise<void> {
    await this.page.getByRole("log").getByText(text, { exact: true }).last().waitFor();
  }

  async status(text: RegExp): Promise<void> {
    await this.page.getByRole("status").filter({ hasText: text }).waitFor();
  }

  async people(): Promise<string[]> {
    return this.page.getByRole("list", { name: "People here" }).getByRole("listitem").allTextContents();
  }

  /** For a person to look at, in the folder that SCREENSHOTS names. */
  async picture(name: string): Promise<void> {
    const folder = process.env["SCREENSHOTS"];
    if (folder !== undefined) await this.page.screenshot({ path: join(folder, `${name}.png`) });
  }
}
