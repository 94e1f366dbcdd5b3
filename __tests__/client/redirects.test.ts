import type { IncomingMessage, ServerResponse } from "node:http";
import { ErrorResponse } from "colonnade";
import type { ClientResponse } from "colonnade";
import { cert, clientOf, echo, serve, serveSecurely, until } from "./served";
import type { Echoed } from "./served";

function echoed(response: ClientResponse): Echoed {
  if (response instanceof ErrorResponse) throw new Error("It failed", { cause: response.cause });
  return response.payload as Echoed;
}

/** Redirects `/from/...` with a status, and echoes what else is asked. */
function redirecting(status: number, location: string) {
  return (req: IncomingMessage, res: ServerResponse) => {
    if (!req.url?.startsWith("/from")) {
      echo(req, res);
      return;
    }
    req.resume().on("end", () => res.writeHead(status, { Location: location }).end("elsewhere"));
  };
}

const credentials = {
  Authorization: "Bearer secret",
  Cookie: "id=secret",
  "Proxy-Authorization": "Basic x",
  "X-Key": "k",
};

describe("a redirect", () => {
  it.each<[number, "get" | "post" | "put" | "delete", method: string, body: string]>([
    [301, "get", "GET", ""],
    [302, "get", "GET", ""],
    [303, "get", "GET", ""],
    [307, "get", "GET", ""],
    [308, "get", "GET", ""],
    [301, "post", "GET", ""],
    [302, "post", "GET", ""],
    [303, "post", "GET", ""],
    [307, "post", "POST", "body"],
    [308, "post", "POST", "body"],
    [301, "put", "PUT", "body"],
    [302, "put", "PUT", "body"],
    [303, "put", "GET", ""],
    [307, "put", "PUT", "body"],
    [302, "delete", "DELETE", ""],
    [303, "delete", "GET", ""],
    [307, "delete", "DELETE", ""],
  ])("of status %d to a %s is followed by a %s", async (status, verb, method, body) => {
    const client = clientOf(await serve(redirecting(status, "/to?a=b#c")));
    const headers = { "Content-Language": "en", "X-One": "1" };
    const response =
      verb === "post" || verb === "put"
        ? await client[verb]("/from", "body", null, headers)
        : await client[verb]("/from", null, { "X-One": "1" });
    const { method: asked, target, body: sent, headers: seen } = echoed(response);
    expect([asked, target, sent, seen["x-one"]]).toEqual([method, "/to?a=b", body, "1"]);
    const content = Object.keys(seen).filter((name) => name.startsWith("content-"));
    expect(content.length > 0).toBe(body !== "");
  });

  it.each([
    ["/to", "/to"],
    ["to", "/from/to"],
    ["?b=2", "/from/here?b=2"],
    ["../to", "/to"],
    ["/caf\u00c3\u00a9", "/caf%C3%A9"],
    ["/caf\u00e9", "/caf%C3%A9"],
  ])("to %j asks for it from where it was", async (location, target) => {
    const port = await serve((req, res) => {
      if (req.url === "/from/here?a=1") {
        res.socket?.end(`HTTP/1.1 302 Found\r\nLocation: ${location}\r\nContent-Length: 0\r\n\r\n`, "latin1");
      } else echo(req, res);
    });
    expect(echoed(await clientOf(port).get("/from/here", { a: 1 })).target).toBe(target);
  });

  it("may lead back to where it came from", async () => {
    let visits = 0;
    const port = await serve((req, res) => {
      if (visits++ === 0) res.writeHead(303, { Location: "/form" }).end();
      else echo(req, res);
    });
    expect(echoed(await clientOf(port).post("/form", { a: 1 })).method).toBe("GET");
  });

  it("from a path that looks like a host stays where it is", async () => {
    const port = await serve((req, res) => {
      if (req.url === "//evil.invalid/from") res.writeHead(302, { Location: "to" }).end();
      else echo(req, res);
    });
    expect(echoed(await clientOf(port).get("//evil.invalid/from")).target).toBe("//evil.invalid/to");
  });

  it("keeps credentials at its own origin", async () => {
    const client = clientOf(await serve(redirecting(302, "/to")));
    const { headers } = echoed(await client.get("/from", null, credentials));
    expect(headers).toMatchObject({ authorization: "Bearer secret", cookie: "id=secret", "x-key": "k" });
  });

  it("does not send them on to another origin, nor Host", async () => {
    const other = await serve(echo);
    const client = clientOf(await serve(redirecting(302, `http://127.0.0.1:${other}/to`)));
    const { headers } = echoed(await client.get("/from", null, { ...credentials, Host: "first" }));
    expect(headers).toEqual({
      host: `127.0.0.1:${other}`,
      connection: "keep-alive",
      "x-key": "k",
      "accept-encoding": "gzip, deflate, br",
    });
  });

  it("to another name of the same address is to another origin", async () => {
    const port = await serve((req, res) => {
      const location = `http://localhost:${req.socket.localPort}/to`;
      redirecting(302, location)(req, res);
    });
    const { headers } = echoed(await clientOf(port).get("/from", null, credentials));
    expect(Object.keys(headers)).not.toContain("authorization");
  });

  it("does not send them again once it leads back", async () => {
    let home = 0;
    const away = await serve((_req, res) =>
      res.writeHead(302, { Location: `http://127.0.0.1:${home}/to` }).end(),
    );
    home = await serve(redirecting(302, `http://127.0.0.1:${away}/`));
    const { target, headers } = echoed(await clientOf(home).get("/from", null, credentials));
    expect([target, headers["authorization"], headers["cookie"]]).toEqual(["/to", undefined, undefined]);
  });

  it("sends a body on with 307, to another origin too", async () => {
    const other = await serve(echo);
    const client = clientOf(await serve(redirecting(307, `http://127.0.0.1:${other}/to`)));
    const { method, body, headers } = echoed(await client.post("/from", { a: 1 }, null, credentials));
    expect([method, body, headers["content-type"]]).toEqual(["POST", '{"a":1}', "application/json"]);
    expect(headers).not.toHaveProperty("authorization");
  });

  it("leads from http to https, whose certificate is verified there", async () => {
    const secure = await serveSecurely(echo);
    const port = await serve(redirecting(302, `https://127.0.0.1:${secure}/to`));
    expect(echoed(await clientOf(port, { ca: cert }).get("/from")).target).toBe("/to");
    expect(await clientOf(port).get("/from")).toMatchObject({
      statusCode: 502,
      cause: { code: "DEPTH_ZERO_SELF_SIGNED_CERT" },
    });
  });

  it("from https to http loses credentials", async () => {
    const other = await serve(echo);
    const secure = await serveSecurely(redirecting(302, `http://127.0.0.1:${other}/to`));
    const { headers } = echoed(await clientOf(secure, { ca: cert }, "https").get("/from", null, credentials));
    expect(headers).not.toHaveProperty("authorization");
  });

  it("of a stream can't be followed with the same method", async () => {
    const client = clientOf(await serve(redirecting(307, "/to")));
    const response = await client.post(
      "/from",
      (async function* () {
        yield "a";
      })(),
    );
    expect(response).toMatchObject({ statusCode: 502, cause: { code: "ERR_CLIENT_RESPONSE" } });
    expect(String((response as ErrorResponse).cause)).toMatch(/\/to", and its stream has been sent$/);
  });

  it("of a stream is followed by a GET", async () => {
    const client = clientOf(await serve(redirecting(303, "/to")));
    const response = await client.post(
      "/from",
      (async function* () {
        yield "a";
      })(),
    );
    expect(echoed(response)).toMatchObject({ method: "GET", body: "" });
  });

  it.each(["http://", "ftp://127.0.0.1/x", "javascript:alert(1)", "file:///etc/passwd", "http://a b/", "//"])(
    "to %j is a failure",
    async (location) => {
      const response = await clientOf(await serve(redirecting(302, location))).get("/from");
      expect(response).toMatchObject({ statusCode: 502, cause: { code: "ERR_CLIENT_RESPONSE" } });
      expect(String((response as ErrorResponse).cause)).toMatch(/which is no address of HTTP$/);
    },
  );

  it("to where nothing listens is a failure", async () => {
    const client = clientOf(await serve(redirecting(302, "http://127.0.0.1:1/")));
    expect(await client.get("/from")).toMatchObject({ statusCode: 502, cause: { code: "ECONNREFUSED" } });
  });

  it.each([300, 304, 305, 306, 399])("is none with the status %d", async (status) => {
    const response = await clientOf(await serve(redirecting(status, "/to"))).get("/from");
    expect([response.statusCode, response.headers["location"]]).toEqual([status, "/to"]);
  });

  it("is none without a Location", async () => {
    const port = await serve((_req, res) => res.writeHead(302).end("see above"));
    expect(await clientOf(port).get("/")).toMatchObject({
      statusCode: 302,
      payload: Buffer.from("see above"),
    });
  });

  it("with two Locations leads to the first", async () => {
    const port = await serve((req, res) => {
      if (req.url === "/from") res.socket?.end("HTTP/1.1 302 F\r\nLocation: /1\r\nLocation: /2\r\n\r\n");
      else echo(req, res);
    });
    expect(echoed(await clientOf(port).get("/from")).target).toBe("/1");
  });

  it("may have a body of up to maxResponseLength, which is not kept", async () => {
    const port = await serve((req, res) => {
      if (req.url === "/from") res.writeHead(302, { Location: "/to" }).end("x".repeat(11));
      else res.end("0123456789");
    });
    expect((await clientOf(port, { maxResponseLength: 11 }).get("/from")).payload).toEqual(
      Buffer.from("0123456789"),
    );
    expect(await clientOf(port, { maxResponseLength: 10 }).get("/from")).toMatchObject({
      cause: { limit: 10 },
    });
  });
});

describe("maxRedirects", () => {
  /** Redirects `/n` to `/n-1` until 0. */
  const counting = () =>
    serve((req, res) => {
      const left = Number(req.url?.slice(1));
      if (left > 0) res.writeHead(302, { Location: `/${left - 1}` }).end();
      else res.end("there");
    });

  it("is 5", async () => {
    const client = clientOf(await counting());
    expect((await client.get("/5")).payload).toEqual(Buffer.from("there"));
    const response = await client.get("/6");
    expect(response).toMatchObject({ statusCode: 502, cause: { code: "ERR_CLIENT_RESPONSE" } });
    expect(String((response as ErrorResponse).cause)).toMatch(
      /\/1 is redirected once more, after 5 redirects, which is maxRedirects$/,
    );
  });

  it("may be another number", async () => {
    const client = clientOf(await counting(), { maxRedirects: 1 });
    expect([(await client.get("/1")).statusCode, (await client.get("/2")).statusCode]).toEqual([200, 502]);
  });

  it("of 0 makes the redirect the answer", async () => {
    const client = clientOf(await counting(), { maxRedirects: 0 });
    const response = await client.get("/2");
    expect([response.statusCode, response.headers["location"]]).toEqual([302, "/1"]);
  });
});

describe("stop() and cancel()", () => {
  it("end a request that was sent on", async () => {
    let asked = 0;
    const other = await serve(() => asked++);
    const client = clientOf(await serve(redirecting(302, `http://127.0.0.1:${other}/`)));
    const handles = [client.get("/from"), client.get("/from")];
    await until(() => asked === 2);
    handles[0]?.cancel();
    await client.stop();
    expect(handles.map(({ response }) => response?.statusCode)).toEqual([503, 503]);
  });
});
