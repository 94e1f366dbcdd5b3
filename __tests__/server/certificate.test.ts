import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { get as ask } from "node:https";
import type { IncomingMessage } from "node:http";
import { once } from "node:events";
import { connect as plainConnect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TLSSocket } from "node:tls";
import { connect } from "node:tls";
import { generate } from "selfsigned";
import { HTTPServer } from "colonnade";
import type { HTTPServerOptions } from "colonnade";
import { WebSocket } from "ws8";
import { Things, run } from "./running";

const folder = mkdtempSync(join(tmpdir(), "certificate-"));
afterAll(() => rmSync(folder, { recursive: true }));

const names = (name: string) => [{ name: "commonName", value: name }];

/** A private key and its certificate, as PEM text. */
async function makePair(name: string): Promise<readonly [privkey: string, cert: string]> {
  const { private: privkey, cert } = await generate(names(name), { keyType: "ec" });
  return [privkey, cert];
}

function save(file: string, text: string): string {
  const path = join(folder, file);
  writeFileSync(path, text);
  return path;
}

const create = (privkey: string, cert: string, options?: HTTPServerOptions) =>
  new HTTPServer(["127.0.0.1", 0], privkey, cert, options).registerRoutes(new Things());

/** Whose certificate a server shows to a new connection. */
async function shown(server: HTTPServer): Promise<string> {
  const url = `https://127.0.0.1:${server.address[1]}/things/1`;
  const [response] = (await once(ask(url, { rejectUnauthorized: false, agent: false }), "response")) as [
    IncomingMessage,
  ];
  response.resume();
  expect(response.statusCode).toBe(200);
  const { subject } = (response.socket as TLSSocket).getPeerCertificate();
  return String(subject.CN);
}

describe("an HTTPServer with a private key and a certificate", () => {
  it.each(["text", "paths"])("serves HTTPS, from %s", async (kind) => {
    const [privkey, cert] = await makePair("first");
    const server =
      kind === "text" ? create(privkey, cert) : create(save("key.pem", privkey), save("cert.pem", cert));
    await run(server);
    expect(await shown(server)).toBe("first");
    const socket = new WebSocket(`wss://127.0.0.1:${server.address[1]}/socket`, {
      rejectUnauthorized: false,
    });
    await once(socket, "open");
    const closed = once(socket, "close");
    await server.close();
    expect((await closed)[0]).toBe(1001);
  });

  it("is closed with connections that have never asked for anything", async () => {
    const server = create(...(await makePair("first")));
    await run(server);
    const socket = connect({ port: server.address[1], host: "127.0.0.1", rejectUnauthorized: false });
    socket.on("error", () => {});
    await once(socket, "secureConnect");
    await server.close({ timeout: 60_000 });
    expect(server.address).toEqual(["127.0.0.1", 0]);
  });

  it("is closed with connections that never begin to speak TLS", async () => {
    const server = create(...(await makePair("first")));
    await run(server);
    const socket = plainConnect(server.address[1], "127.0.0.1").on("error", () => {});
    await once(socket, "connect");
    await server.close({ timeout: 60_000 });
    expect(server.address).toEqual(["127.0.0.1", 0]);
  });

  it("is not blamed for other options of TLS", async () => {
    const [privkey, cert] = await makePair("first");
    for (const options of [{ ciphers: "NONE" }, { minVersion: "TLSv9" as "TLSv1.3" }]) {
      const error = await create(privkey, cert, options)
        .run()
        .catch((failure: unknown) => failure);
      const message = expect.stringContaining("The TLS options of an HTTPServer can't be used: ");
      expect(error).toMatchObject({ code: "ERR_OPTION", message });
    }
  });

  const nothing = join(folder, "nothing.pem");
  it.each([
    [
      "a key that is not there",
      [nothing, ""],
      `The privkey of an HTTPServer "${nothing}" can't be read: ENOENT`,
    ],
    [
      "a certificate that is not there",
      ["", nothing],
      `The cert of an HTTPServer "${nothing}" can't be read: ENOENT`,
    ],
    [
      "a key that is none",
      ["-----BEGIN PRIVATE KEY-----\n", ""],
      "The privkey of an HTTPServer can't be used: ",
    ],
    [
      "a certificate that is none",
      ["", "-----BEGIN CERTIFICATE-----\n"],
      "The cert of an HTTPServer can't be used: ",
    ],
  ])("rejects run() for %s, and says which", async (_fault, [privkey = "", cert = ""], message) => {
    const [goodKey, goodCert] = await makePair("first");
    const server = create(privkey || goodKey, cert || goodCert);
    const error = await server.run().catch((failure: unknown) => failure);
    expect(error).toMatchObject({ code: "ERR_CERTIFICATE", message: expect.stringContaining(message) });
  });

  it("rejects run() for a key and a certificate that are no pair", async () => {
    const [[privkey], [, cert]] = [await makePair("first"), await makePair("second")];
    const error = await create(privkey, cert)
      .run()
      .catch((failure: unknown) => failure);
    const message = expect.stringContaining("The privkey of an HTTPServer does not fit the cert: ");
    expect(error).toMatchObject({ code: "ERR_CERTIFICATE", message });
  });

  it("takes a passphrase, and can be run again once its files are mended", async () => {
    const { private: privkey, cert } = await generate(names("first"), { keyType: "ec", passphrase: "open" });
    const path = save("locked.pem", "-----BEGIN nonsense");
    const server = create(path, cert, { passphrase: "open" });
    await expect(server.run()).rejects.toMatchObject({ code: "ERR_CERTIFICATE" });
    save("locked.pem", privkey);
    await run(server);
    expect(await shown(server)).toBe("first");
  });
});

describe("HTTPServer.reloadCertificate()", () => {
  it("shows the new certificate to new connections, and leaves the open ones", async () => {
    const [first, second] = [await makePair("first"), await makePair("second")];
    const server = create(save("key.pem", first[0]), save("cert.pem", first[1]));
    await run(server);
    const socket = new WebSocket(`wss://127.0.0.1:${server.address[1]}/socket`, {
      rejectUnauthorized: false,
    });
    await once(socket, "open");
    save("key.pem", second[0]);
    save("cert.pem", second[1]);
    expect(await shown(server)).toBe("first");
    await server.reloadCertificate();
    expect(await shown(server)).toBe("second");
    socket.send("still here");
    expect(String((await once(socket, "message"))[0])).toBe("still here");
  });

  it("keeps the old pair where the new one does not fit, or can't be read", async () => {
    const [first, second] = [await makePair("first"), await makePair("second")];
    const server = create(save("key.pem", first[0]), save("cert.pem", first[1]));
    await run(server);
    save("cert.pem", second[1]);
    await expect(server.reloadCertificate()).rejects.toMatchObject({ code: "ERR_CERTIFICATE" });
    expect(await shown(server)).toBe("first");
    save("cert.pem", "-----BEGIN CERTIFICATE-----\nbroken");
    await expect(server.reloadCertificate()).rejects.toMatchObject({ code: "ERR_CERTIFICATE" });
    expect(await shown(server)).toBe("first");
  });

  it("keeps the other options of TLS", async () => {
    const first = await makePair("first");
    const options: HTTPServerOptions = {
      minVersion: "TLSv1.3",
      requestCert: true,
      rejectUnauthorized: false,
    };
    const server = create(first[0], first[1], options);
    await run(server);
    const offer = async (maxVersion: "TLSv1.2" | "TLSv1.3") => {
      const socket = connect({
        port: server.address[1],
        host: "127.0.0.1",
        rejectUnauthorized: false,
        maxVersion,
      });
      return Promise.race([
        once(socket, "secureConnect").then(() => (socket.destroy(), "accepted")),
        once(socket, "error").then(() => "refused"),
      ]).catch(() => "refused");
    };
    const both = async () => [await offer("TLSv1.2"), await offer("TLSv1.3")];
    expect(await both()).toEqual(["refused", "accepted"]);
    await server.reloadCertificate();
    expect(await both()).toEqual(["refused", "accepted"]);
  });

  it("rejects where there is no certificate, or nothing runs", async () => {
    const plain = new HTTPServer(["127.0.0.1", 0]);
    await run(plain);
    await expect(plain.reloadCertificate()).rejects.toMatchObject({ code: "ERR_CERTIFICATE" });
    await expect(create(...(await makePair("first"))).reloadCertificate()).rejects.toThrow("does not run");
  });
});
