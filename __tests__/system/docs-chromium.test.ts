import { mkdirSync } from "node:fs";
import { join } from "node:path";
import express from "express";
import type { Browser, Page } from "playwright-core";
import { z } from "zod";
import { JsonResponse, Resource, docs, get, param, post } from "colonnade";
import type { Request, RequestOf } from "colonnade";
import { listen } from "../express/live";
import type { Live } from "../express/live";
import { complaintsOf, launchChromium } from "./chat-window";

const User = z.object({ name: z.string(), age: z.number().optional() }).meta({ id: "User" });

const createUser = post("/users", { summary: "Create a user", body: User, responses: { 201: User } });

class UserResource extends Resource {
  @createUser
  async create(request: RequestOf<typeof createUser>) {
    return new JsonResponse(await request.json(), 201);
  }

  @get("/users/:id", { description: "Say *which*." })
  @param("page", { type: "integer", description: "From 1" })
  show(request: Request<"/users/:id">) {
    return new JsonResponse({ id: request.matches.id, page: request.params["page"] });
  }
}

describe("the page of docs() in Chromium", () => {
  let complaints: string[];
  let browser: Browser;
  let server: Live;
  let page: Page;

  beforeAll(async () => {
    const users = new UserResource();
    const app = express();
    app.use("/api", users.router());
    app.use("/api/docs", docs({ title: "Users of all kinds", version: "1.2.3" }, { "/api": users }).router());
    server = await listen(app);
    browser = await launchChromium();
    page = await browser.newPage();
    complaints = complaintsOf(page);
    page.on("request", (request) => {
      if (
        !/^(data|blob):/.test(request.url()) &&
        !request.url().startsWith(`http://127.0.0.1:${server.port}/`)
      ) {
        complaints.push(`It asks for ${request.url()}`);
      }
    });
    await page.goto(`http://127.0.0.1:${server.port}/api/docs`); // without the slash
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  /** Keeps a picture of the page, for people to look at. */
  async function picture(name: string): Promise<void> {
    const folder = process.env["SCREENSHOTS"];
    if (folder === undefined) return;
    mkdirSync(folder, { recursive: true });
    await page.screenshot({ path: join(folder, `docs-${name}.png`), fullPage: true });
  }

  it("shows what there is", async () => {
    await page.getByText("Users of all kinds").waitFor();
    await page.getByText("Create a user").waitFor();
    await picture("overview");
    expect(await page.title()).toBe("Users of all kinds");
    expect(await page.locator(".opblock-summary-path").allTextContents()).toEqual([
      expect.stringContaining("/api"),
      expect.stringContaining("/api"),
    ]);
  });

  it("sends a request, and shows its answer", async () => {
    await page.getByText("Create a user").click();
    const operation = page.locator(".opblock-post");
    await operation.getByRole("button", { name: "Try it out" }).click();
    await operation.getByRole("textbox").first().fill('{ "name": "Ada" }');
    await operation.getByRole("button", { name: "Execute" }).click();
    const answer = operation.locator(".live-responses-table");
    await answer.waitFor();
    await picture("answer");
    expect(await answer.locator("tbody .response-col_status").first().textContent()).toContain("201");
    expect(await answer.locator("tbody .response-col_description").first().textContent()).toMatch(
      /"name":\s*"Ada"/,
    );
  });

  it("sends parameters of the path and the query", async () => {
    const operation = page.locator(".opblock-get");
    await operation.locator(".opblock-summary").click();
    await operation.getByRole("button", { name: "Try it out" }).click();
    await operation.getByPlaceholder("id").fill("a b/c");
    await operation.getByPlaceholder("page").fill("5");
    await operation.getByRole("button", { name: "Execute" }).click();
    const answer = operation.locator(".live-responses-table");
    await answer.waitFor();
    await picture("parameters");
    const text = await answer.locator("tbody .response-col_description").first().textContent();
    expect(text).toMatch(/"id":\s*"a b\/c"/);
    expect(text).toMatch(/"page":\s*\[\s*"5"/);
  });

  it("has done all that under its policy, without a word to anybody else", () => {
    expect(complaints).toEqual([]);
  });
});
