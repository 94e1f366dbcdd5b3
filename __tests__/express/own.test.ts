import type * as Express from "express";
import type * as Colonnade from "colonnade";
import { once } from "./live";

describe("a function that somebody has put in the place of Express's, before anything was answered", () => {
  it.each(["status", "set", "send"] as const)("is called: res.%s", async (name) => {
    await jest.isolateModulesAsync(async () => {
      const express = jest.requireActual<typeof Express>("express");
      // oxlint-disable-next-line typescript/no-require-imports -- anew, for this Express
      const { JsonResponse, Router } = require("colonnade") as typeof Colonnade;
      const calls: unknown[] = [];
      const { response } = express as unknown as {
        response: Record<string, (...args: unknown[]) => unknown>;
      };
      const own = response[name];
      response[name] = function replaced(this: { statusCode: number }, ...args) {
        calls.push(args[0]);
        if (name !== "status") return own?.apply(this, args);
        this.statusCode = args[0] as number; // as most that replace it do
        return this;
      };
      const router = new Router().registerRoutes([
        ["GET", "/x", () => new JsonResponse({}, 201, { "X-A": "b" })],
      ]);
      const app = (express as unknown as () => Express.Express)().use(router.router());
      const { status, body } = await once(app, "GET", "/x");
      expect([status, body, calls.length > 0]).toEqual([201, "{}", true]);
    });
  });
});
