import { readFileSync } from "node:fs";
import express from "express";
import { z } from "zod";
import {
  ColonnadeError,
  JsonResponse,
  Request,
  Resource,
  Router,
  asyncApi,
  docs,
  get,
  openApi,
  websocket,
} from "colonnade";
import { findSwaggerUi } from "../src/docs/swagger-ui";
import { once } from "./express/live";

const info = { title: 'The <"Users"> & others', version: "1" };

class UserResource extends Resource {
  @get("/users/:id", { responses: { 200: z.object({ id: z.string() }) } })
  show() {
    return new JsonResponse({ id: "1" });
  }

  @websocket("/news")
  news() {}
}

const mounts = { "/api": new UserResource() };

describe.each(["/docs", "/", "/a/b/docs", "/caf%C3%A9/docs"])("docs(info, mounts), mounted at %s", (path) => {
  const app = express().use(path, docs(info, mounts).router());
  const root = path === "/" ? "/" : `${path}/`;

  it("serves the page", async () => {
    const { status, headers, body } = await once(app, "GET", root);
    expect(status).toBe(200);
    expect(headers["content-type"]).toBe("text/html; charset=utf-8");
    expect(body).toContain("<title>The &#60;&#34;Users&#34;&#62; &#38; others</title>");
  });

  it("serves all that the page refers to", async () => {
    const { body } = await once(app, "GET", root);
    const links = [...body.matchAll(/(?:href|src)="(.*?)"/g)].map(([, link]) => link ?? "");
    expect(links).toHaveLength(7);
    for (const link of links) {
      const { pathname } = new URL(link, `http://localhost${root}`);
      expect([link, (await once(app, "HEAD", pathname)).status]).toEqual([link, 200]);
    }
  });

  it("serves the documents", async () => {
    const http = await once(app, "GET", `${root}openapi.json`);
    expect(http.headers["content-type"]).toBe("application/json");
    expect(JSON.parse(http.body)).toEqual(openApi(info, mounts));
    expect(JSON.parse((await once(app, "GET", `${root}asyncapi.json`)).body)).toEqual(asyncApi(info, mounts));
  });
});

describe("docs(info, mounts)", () => {
  const app = express().use("/a/docs", docs(info, mounts).router());

  it("leads to the slash that relative URLs need", async () => {
    const { status, headers } = await once(app, "GET", "/a/docs");
    expect([status, headers.location]).toEqual([302, "./docs/"]);
  });

  it.each(["/:x/javascript:alert(1)", "/:x/%2F%2Fexample.com", "/:x/..%5C..", "/:x/a:b"])(
    "leads nowhere else, as for %s",
    async (target) => {
      const guest = express().use("/:x/:y", docs(info, mounts).router());
      const { headers } = await once(guest, "GET", target.replace(":x", "x"));
      const origin = "http://localhost";
      const { href } = new URL(headers.location ?? "", origin + target.replace(":x", "x"));
      expect(href).toBe(`${origin}${target.replace(":x", "x")}/`);
    },
  );

  it("lets the page load what stands beside it, and nothing inline", async () => {
    const { headers, body } = await once(app, "GET", "/a/docs/");
    expect(headers["content-security-policy"]).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'",
    );
    expect(body).not.toMatch(/<script>|<style|\son\w+=|style=/);
  });

  it("lets it send requests to the servers", async () => {
    const servers = ["https://example.com/v1", "https://example.com/v2", "/v3"].map((url) => ({ url }));
    const other = express().use(docs(info, mounts, { servers }).router());
    const { headers } = await once(other, "GET", "/");
    expect(headers["content-security-policy"]).toContain("connect-src 'self' https://example.com;");
  });

  it("lets it send requests to where tokens come from", async () => {
    const securitySchemes = {
      open: { type: "openIdConnect", openIdConnectUrl: "https://open.example.com/.well-known" },
      login: {
        type: "oauth2",
        flows: {
          authorizationCode: {
            authorizationUrl: "https://page.example.com/",
            tokenUrl: "https://token.example.com:8443/t",
            refreshUrl: "https://refresh.example.com/r",
            scopes: {},
          },
        },
      },
    } as const;
    const other = express().use(docs(info, mounts, { securitySchemes }).router());
    const { headers } = await once(other, "GET", "/");
    expect(headers["content-security-policy"]).toContain(
      "connect-src 'self' https://open.example.com https://token.example.com:8443 https://refresh.example.com;",
    );
  });

  it("names no origins that a policy has no place for", async () => {
    const urls = ["https://{region}.example.com", "mailto:x", "https://a;b", "//api.example.com", "ws://x"];
    const servers = urls.map((url) => ({ url }));
    const other = express().use(docs(info, mounts, { servers }).router());
    const { headers } = await once(other, "GET", "/");
    expect(headers["content-security-policy"]).toContain("connect-src 'self' http://api.example.com;");
  });

  it("serves the files of the installed package, compressed where that is taken", async () => {
    const file = readFileSync(require.resolve("swagger-ui-dist/swagger-ui.css"), "utf8");
    expect((await once(app, "GET", "/a/docs/swagger-ui.css")).body).toBe(file);
    const { headers } = await once(app, "GET", "/a/docs/swagger-ui.css", {
      headers: { "Accept-Encoding": "gzip" },
    });
    expect(headers["content-encoding"]).toBe("gzip");
  });

  it.each(["oauth2-redirect.html", "oauth2-redirect.js"])(
    "serves what an authorization leads back to: %s",
    async (name) => {
      expect((await once(app, "GET", `/a/docs/${name}`)).status).toBe(200);
    },
  );

  it("links to the AsyncAPI document where there is something in it", async () => {
    const without = express().use(docs(info, {}).router());
    expect((await once(app, "GET", "/a/docs/")).body).toContain('<a href="asyncapi.json">');
    expect((await once(without, "GET", "/")).body).not.toContain('<a href="asyncapi.json">');
  });

  it("serves no other file of it", async () => {
    for (const name of ["package.json", "index.html", "..%2Fpackage.json", "swagger-ui.js"]) {
      expect((await once(app, "GET", `/a/docs/${name}`)).status).toBe(404);
    }
  });

  it("answers without Express too", async () => {
    const router = new Router().registerRoutes(docs(info, mounts));
    const { statusCode } = await router.dispatch(new Request(["127.0.0.1", 5], "GET", "/openapi.json"));
    expect(statusCode).toBe(200);
  });

  it("says at once that there is no document", () => {
    expect(() => docs(info, mounts, { security: [{ key: [] }] })).toThrow("securitySchemes does not have");
  });

  it("says what to install", () => {
    const missing = () => {
      throw new Error("Cannot find module");
    };
    expect(() => findSwaggerUi(missing)).toThrow(ColonnadeError);
    expect(() => findSwaggerUi(missing)).toThrow("npm install swagger-ui-dist");
  });
});
