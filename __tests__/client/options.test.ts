import { createServer } from "node:http";
import { networkInterfaces } from "node:os";
import { X509Certificate } from "node:crypto";
import { HTTPClient } from "colonnade";
import type { HTTPClientOptions, ServerAddress } from "colonnade";
import { checkOrigin } from "../../src/client/options";
import { cert, clientOf, echo, listen, refusal, serve, until } from "./served";

function refusalOf(addr: unknown, protocol?: unknown, options?: unknown): string {
  return refusal(
    () => new HTTPClient(addr as ServerAddress, protocol as "http", options as HTTPClientOptions),
  );
}

const addr = ["localhost", 80];

describe("new HTTPClient(addr, protocol, options)", () => {
  it.each([
    ["localhost", 8080, "http", "http://localhost:8080"],
    ["LocalHost", 80, "http", "http://localhost"],
    ["localhost", 443, "https", "https://localhost"],
    ["localhost", 80, "https", "https://localhost:80"],
    ["127.0.0.1", 1, "http", "http://127.0.0.1:1"],
    ["::1", 8080, "http", "http://[::1]:8080"],
    ["0:0:0:0:0:0:0:1", 8080, "http", "http://[::1]:8080"],
    ["[::1]", 65_535, "http", "http://[::1]:65535"],
    ["a_b.example-1.com", 80, "http", "http://a_b.example-1.com"],
    ["münchen.example", 80, "http", "http://xn--mnchen-3ya.example"],
  ])("takes %j and %j for %s", (host, port, protocol, origin) => {
    expect(checkOrigin([host, port], protocol)).toBe(origin);
  });

  it.each([
    ["", '""'],
    ["localhost:80", '"localhost:80"'],
    ["http://localhost", '"http://localhost"'],
    ["localhost/x", '"localhost/x"'],
    ["user@localhost", '"user@localhost"'],
    ["localhost\r\nX: y", '"localhost\\r\\nX: y"'],
    ["a b", '"a b"'],
    ["a?b", '"a?b"'],
    ["a%2eb", '"a%2eb"'],
    ["fe80::1%eth0", '"fe80::1%eth0"'],
    ["[::1", '"[::1"'],
    ["1.2.3.4.5", '"1.2.3.4.5"'],
    [undefined, "undefined"],
    [127, "127"],
  ])("refuses the host %j", (host, quoted) => {
    expect(refusalOf([host, 80])).toBe(
      `The host of an HTTPClient is a host name or an IP address, not ${quoted}`,
    );
  });

  it.each([0, -1, 65_536, 1.5, Number.NaN, "80", undefined])("refuses the port %p", (port) => {
    expect(refusalOf(["localhost", port])).toMatch(
      /^The port of an HTTPClient is a whole number from 1 to 65535/,
    );
  });

  it.each([
    undefined,
    null,
    "localhost:80",
    ["localhost"],
    ["localhost", 80, 1],
    { host: "localhost", port: 80 },
  ])("refuses the address %j", (address) => {
    expect(refusalOf(address)).toMatch(/^HTTPClient takes an address \[host, port\], not /);
  });

  it.each(["ftp", "HTTP", "https:", "", null, 5])("refuses the protocol %j", (protocol) => {
    expect(refusalOf(addr, protocol)).toMatch(/^The protocol of an HTTPClient is "http" or "https", not /);
  });

  it("refuses options that do not exist", () => {
    expect(refusalOf(addr, "http", { timeOut: 1 })).toMatch(
      /^HTTPClient has no option "timeOut"; it has .*timeout, connections, maxRedirects, maxResponseLength, ca/,
    );
    expect(refusalOf(addr, "http", null)).toBe("The options of HTTPClient are null, not an object");
  });

  it.each<[keyof HTTPClientOptions, unknown[], unknown[]]>([
    ["timeout", [0, 1, 2_147_483_647], [-1, 1.5, Number.NaN, Infinity, 2_147_483_648, "5", null]],
    ["connections", [1, 1_000_000], [0, -1, 1.5, Number.NaN, Infinity, "5", null]],
    ["maxRedirects", [0, 20], [-1, 1.5, Number.NaN, Infinity, "5", null]],
    ["maxResponseLength", [0, 1e12, Infinity], [-1, 1.5, Number.NaN, "5", null]],
    ["rejectUnauthorized", [true, false], [0, 1, "false", null]],
    ["onError", [() => {}], ["log", {}, null]],
    [
      "ca",
      [cert, Buffer.from(cert), [cert], `# comment\n${cert}${cert}`],
      ["/etc/ca.pem", "", 5, {}, null, [cert, "x"], new X509Certificate(cert).raw],
    ],
  ])("checks %s", (name, good, bad) => {
    for (const value of [undefined, ...good]) {
      expect(new HTTPClient(addr as [string, number], "http", { [name]: value })).toBeInstanceOf(HTTPClient);
    }
    for (const value of bad)
      expect(refusalOf(addr, "http", { [name]: value })).toMatch(`HTTPClient: ${name} is `);
  });

  it("asks an IPv6 address", async () => {
    const hasIPv6 = Object.values(networkInterfaces())
      .flat()
      .some((each) => each?.address === "::1");
    if (!hasIPv6) return;
    const port = await listen(createServer(echo), "::1");
    const client = clientOf(port, {}, "http", "::1");
    expect(await client.get("/")).toMatchObject({ payload: { headers: { host: `[::1]:${port}` } } });
  });
});

describe("connections", () => {
  it.each([1, 3])("of %d is how many are open at once", async (connections) => {
    let open = 0;
    let most = 0;
    const port = await serve((_req, res) => {
      most = Math.max(most, ++open);
      setTimeout(() => (open--, res.end()), 20);
    });
    const client = clientOf(port, { connections });
    await Promise.all(Array.from({ length: 7 }, () => client.get("/")));
    expect(most).toBe(connections);
  });

  it("is 100", async () => {
    const waiting: (() => void)[] = [];
    const port = await serve((_req, res) => waiting.push(() => res.end()));
    const client = clientOf(port);
    const handles = Array.from({ length: 101 }, () => client.get("/"));
    await until(() => waiting.length === 100);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(waiting).toHaveLength(100);
    for (const answer of waiting.splice(0)) answer();
    await until(() => waiting.length === 1);
    waiting[0]?.();
    await Promise.all(handles);
  });

  it("are kept, and used again", async () => {
    let opened = 0;
    const server = createServer(echo).on("connection", () => opened++);
    const client = clientOf(await listen(server), { connections: 1 });
    for (let count = 0; count < 5; count++) await client.get("/");
    expect(opened).toBe(1);
  });
});
