import type { TLSSocket } from "node:tls";
import { cert, clientOf, echo, serve, serveSecurely } from "./served";

describe('HTTPClient(addr, "https")', () => {
  it("refuses a certificate that nobody trusts", async () => {
    const response = await clientOf(await serveSecurely(echo), {}, "https").get("/");
    expect(response).toMatchObject({ statusCode: 502, payload: { error: "No answer came" } });
    expect(response).toMatchObject({ cause: { code: "DEPTH_ZERO_SELF_SIGNED_CERT" } });
  });

  it.each([
    ["text", cert],
    ["bytes", Buffer.from(cert)],
    ["a list", [cert]],
  ])("trusts a ca given as %s", async (_how, ca) => {
    const client = clientOf(await serveSecurely(echo), { ca }, "https");
    expect(await client.get("/")).toMatchObject({ statusCode: 200, payload: { target: "/" } });
  });

  it("refuses a trusted certificate of another host", async () => {
    const port = await serveSecurely(echo, "0.0.0.0");
    const client = clientOf(port, { ca: cert }, "https", "127.0.0.2");
    expect(await client.get("/")).toMatchObject({
      statusCode: 502,
      cause: { code: "ERR_TLS_CERT_ALTNAME_INVALID" },
    });
  });

  it("takes any certificate with rejectUnauthorized: false", async () => {
    const client = clientOf(await serveSecurely(echo), { rejectUnauthorized: false }, "https");
    expect((await client.get("/")).statusCode).toBe(200);
  });

  it("names the server it asks for, where it has a name", async () => {
    const names: unknown[] = [];
    const port = await serveSecurely((req, res) => {
      names.push((req.socket as TLSSocket).servername);
      res.end();
    });
    expect((await clientOf(port, { ca: cert }, "https", "localhost").get("/")).statusCode).toBe(200);
    expect(names).toEqual(["localhost"]);
  });

  it("gets no answer from a server that speaks http, nor the other way round", async () => {
    const mixed = [
      await clientOf(await serve(echo), { ca: cert }, "https").get("/"),
      await clientOf(await serveSecurely(echo)).get("/"),
    ];
    expect(mixed.map(({ statusCode }) => statusCode)).toEqual([502, 502]);
  });
});
