import express from "express";
import type { Express } from "express";
import { createServer } from "colonnade";
import { areThoseOf, ask, extend, look, see, send, serve } from "./born";

// What holds of requests and responses in an app and its sub-apps, whichever of them has a server.

/** An app that is looked at at `/look`, extended with its name. */
function named(name: string): Express {
  const app = express();
  extend(app.request, name);
  extend(app.response, name);
  return app.get("/look", look);
}

/** What a request and its response have of some extensions. */
function has({ req, res }: { req: object; res: object }, ...names: string[]): unknown[] {
  return names.map((name) => [ask(req, name), ask(res, name)].filter(Boolean).length / 2);
}

describe.each(["before", "after"])("a sub-app mounted %s createServer(app)", (when) => {
  async function serveWith(sub: Express, app = named("top")) {
    if (when === "before") app.use("/sub", sub);
    const server = await serve(app);
    if (when === "after") app.use("/sub", sub);
    app.use("/sub", look);
    return { app, server };
  }

  it("has its own prototypes, and is the app of its requests", async () => {
    const sub = named("sub");
    const { server } = await serveWith(sub);
    const { req, res } = await see(server, "/sub/look");
    expect(areThoseOf(sub, req, res)).toEqual([true, true]);
    expect([req.app, res.app]).toEqual([sub, sub]);
  });

  it("has its own extensions and those of the app", async () => {
    const { server } = await serveWith(named("sub"));
    expect(has(await see(server, "/sub/look"), "top", "sub")).toEqual([1, 1]);
  });

  it("has extensions that come later, its own and the app's", async () => {
    const sub = named("sub");
    const { app, server } = await serveWith(sub);
    for (const [each, name] of [
      [app, "top late"],
      [sub, "sub late"],
    ] as const) {
      extend(each.request, name);
      extend(each.response, name);
    }
    expect(has(await see(server, "/sub/look"), "top late", "sub late")).toEqual([1, 1]);
  });

  it("has extensions that whoever has kept the app's prototypes gives them", async () => {
    const app = named("top");
    const { request, response } = app;
    const { server } = await serveWith(named("sub"), app);
    extend(request, "kept");
    extend(response, "kept");
    expect(has(await see(server, "/sub/look"), "kept")).toEqual([1]);
  });

  it("hands the request back to the app", async () => {
    const sub = named("sub");
    const { app, server } = await serveWith(sub);
    const pair = await see(server, "/sub/elsewhere");
    expect(areThoseOf(app, pair.req, pair.res)).toEqual([true, true]);
    expect([pair.req.app, pair.res.app]).toEqual([app, app]);
    expect(has(pair, "top", "sub")).toEqual([1, 0]);
  });

  it("inherits the app's settings", async () => {
    const { app, server } = await serveWith(named("sub"), named("top").set("trust proxy", true));
    const { req } = await see(server, "/sub/look", { "X-Forwarded-For": "203.0.113.7" });
    app.set("of the app", 1);
    expect([req.ip, req.app.get("of the app")]).toEqual(["203.0.113.7", 1]);
  });

  it("may have a sub-app of its own", async () => {
    const sub = named("sub");
    const inner = named("inner");
    if (when === "before") sub.use("/inner", inner);
    const { server } = await serveWith(sub);
    if (when === "after") sub.use("/inner", inner);
    const pair = await see(server, "/sub/inner/look");
    expect(areThoseOf(inner, pair.req, pair.res)).toEqual([true, true]);
    expect([pair.req.app === inner, ...has(pair, "top", "sub", "inner")]).toEqual([true, 1, 1, 1]);
  });
});

describe("an app that is mounted once createServer(app) has been called", () => {
  function mounted() {
    const sub = named("sub");
    const server = createServer(sub);
    const parent = named("parent");
    parent.use("/sub", sub).use("/sub", look);
    return { parent, sub, server };
  }

  it("is the app of the requests that come through its parent", async () => {
    const { parent, sub } = mounted();
    const { req, res } = await see(await serve(parent), "/sub/look");
    expect(areThoseOf(sub, req, res)).toEqual([true, true]);
    expect([req.app, res.app]).toEqual([sub, sub]);
  });

  it("has its own extensions and its parent's", async () => {
    const { parent } = mounted();
    expect(has(await see(await serve(parent), "/sub/look"), "parent", "sub")).toEqual([1, 1]);
  });

  it("has extensions that come later, its own and its parent's", async () => {
    const { parent, sub } = mounted();
    const server = await serve(parent);
    for (const [each, name] of [
      [parent, "parent late"],
      [sub, "sub late"],
    ] as const) {
      extend(each.request, name);
      extend(each.response, name);
    }
    expect(has(await see(server, "/sub/look"), "parent late", "sub late")).toEqual([1, 1]);
  });

  it("hands the request back to its parent", async () => {
    const { parent } = mounted();
    const pair = await see(await serve(parent), "/sub/elsewhere");
    expect(areThoseOf(parent, pair.req, pair.res)).toEqual([true, true]);
    expect([pair.req.app === parent, ...has(pair, "parent", "sub")]).toEqual([true, 1, 0]);
  });

  it("has both extensions behind a server of its own, and is the app there", async () => {
    const { sub } = mounted();
    const pair = await see(await serve(sub), "/look");
    expect(areThoseOf(sub, pair.req, pair.res)).toEqual([true, true]);
    expect([pair.req.app === sub, ...has(pair, "parent", "sub")]).toEqual([true, 1, 1]);
  });

  it("inherits its parent's settings", async () => {
    const { parent } = mounted();
    parent.set("trust proxy", true).set("of the parent", 1);
    const { req } = await see(await serve(parent), "/sub/look", { "X-Forwarded-For": "203.0.113.7" });
    expect([req.ip, req.app.get("of the parent")]).toEqual(["203.0.113.7", 1]);
  });

  it("has the extensions of the last of several parents", async () => {
    const { parent, sub } = mounted();
    const other = named("other");
    other.use("/sub", sub);
    for (const each of [parent, other]) {
      const pair = await see(await serve(each), "/sub/look");
      expect([pair.req.app === sub, ...has(pair, "parent", "other", "sub")]).toEqual([true, 0, 1, 1]);
    }
  });

  it.each(["before", "after"])(
    "is complete when a listener to its mounting, added %s it, is called",
    (when) => {
      const sub = named("sub");
      const parent = named("parent");
      const found: unknown[] = [];
      const listen = () =>
        sub.on("mount", (to) => {
          const [req, res] = [Object.create(sub.request), Object.create(sub.response)] as [object, object];
          found.push(
            to === parent,
            Object.is(Reflect.get(req, "app"), sub),
            ...has({ req, res }, "parent", "sub"),
          );
        });
      if (when === "before") listen();
      createServer(sub);
      if (when === "after") listen();
      parent.use(sub);
      expect(found).toEqual([true, true, 1, 1]);
    },
  );

  it("keeps extensions that its parent has and that it has itself apart", async () => {
    const { parent, sub } = mounted();
    extend(parent.request, "both", "parent's");
    extend(sub.request, "both", "sub-app's");
    const server = await serve(parent);
    expect(ask((await see(server, "/sub/look")).req, "both")).toEqual(["sub-app's", "function"]);
    expect(ask((await see(server, "/sub/elsewhere")).req, "both")).toEqual(["parent's", "function"]);
  });
});

describe("an app beside its parent, each behind a server", () => {
  it("is asked through both at once", async () => {
    const [parent, sub] = [named("parent"), named("sub")];
    parent.use("/sub", sub);
    const servers = [await serve(parent), await serve(sub)] as const;
    for (const app of [parent, sub]) {
      app.get("/app", (req, res) => {
        setImmediate(() =>
          res.json([req.app === app, areThoseOf(app, req, res), has({ req, res }, "parent", "sub")]),
        );
      });
    }
    const own = JSON.stringify([true, [true, true], [1, 1]]);
    const parents = JSON.stringify([true, [true, true], [1, 0]]);
    const asked = Array.from({ length: 5 }, async () => [
      (await send(servers[0], "/app")).body,
      (await send(servers[0], "/sub/app")).body,
      (await send(servers[1], "/app")).body,
    ]);
    expect(await Promise.all(asked)).toEqual(asked.map(() => [parents, own, own]));
  });
});
